"""The one table of rights: who may do what with which call.

An endpoint without a row does not start. `docs/reference/roles.md` is made of it.
"""

from collections.abc import Mapping

from engine.domain.access.rights import Named, Need, Right
from engine.domain.access.roles import TokenScope as Scope
from engine.domain.access.spaces import Sharing

_PUBLIC = Right(need=Need.PUBLIC)
_PAGE = Right(need=Need.SIGNED_IN)
_ACCOUNT = Right(need=Need.SIGNED_IN, scope=Scope.MANAGE)
_SEE = Right(need=Need.READER, scope=Scope.READ)
_SEE_ROUTE = Right(
    need=Need.READER, scope=Scope.READ, named=Named.ROUTE, shared=Sharing.RUN
)
_READ_ROUTE = Right(
    need=Need.READER, scope=Scope.READ, named=Named.ROUTE, shared=Sharing.READ
)
_EDIT = Right(need=Need.AUTHOR, scope=Scope.PUBLISH)
# Nobody but authors needs what is not finished.
_SAVED = Right(need=Need.AUTHOR, scope=Scope.READ, named=Named.ROUTE, makes=True)
EDIT_ROUTE = Right(need=Need.AUTHOR, scope=Scope.PUBLISH, named=Named.ROUTE)
SEE_TASK = Right(need=Need.AUTHOR, scope=Scope.READ, named=Named.TASK, own=True)
_MAKE_ROUTE = Right(
    need=Need.AUTHOR, scope=Scope.PUBLISH, named=Named.ROUTE, makes=True
)
_SEE_SHARING = Right(need=Need.READER, scope=Scope.READ, named=Named.ROUTE)
_SHARE_ROUTE = Right(need=Need.OWNER, scope=Scope.MANAGE, named=Named.ROUTE)
_OWN = Right(need=Need.OWNER, scope=Scope.MANAGE, named=Named.CHOSEN)
CHANGE_SCHEDULE = Right(need=Need.OWNER, scope=Scope.MANAGE, named=Named.SCHEDULE)
_SEE_SPACE = Right(need=Need.READER, scope=Scope.READ, named=Named.SPACE)
_OWN_SPACE = Right(need=Need.OWNER, scope=Scope.MANAGE, named=Named.SPACE)
_OPERATE = Right(need=Need.ADMINISTRATOR, scope=Scope.MANAGE)

PUBLISH = _EDIT
ANNOUNCE = Right(need=Need.SIGNED_IN, scope=Scope.ANNOUNCE)
"""For `POST /services`: with a pipeline in its body, and with a service. Then it must
also be one of the routes that are named for who asks (`Principal.announces`)."""

TABLE: Mapping[str, Right] = {
    # Pages. There is no data in them: what they show they ask for. A browser that shows
    # nobody is sent to the page to sign in.
    "GET /": _PAGE,
    "GET /run/{route}": _PAGE,
    "GET /edit": _PAGE,
    "GET /edit/{route}": _PAGE,
    "GET /task/{task}": _PAGE,
    "GET /compare": _PAGE,
    "GET /history": _PAGE,
    "GET /health": _PAGE,
    "GET /account": _PAGE,
    "GET /admin/people": _PAGE,
    "GET /admin/spaces": _PAGE,
    "GET /admin/spaces/{space}": _PAGE,
    "GET /admin/groups": _PAGE,
    "GET /admin/groups/{id}": _PAGE,
    "GET /admin/audit": _PAGE,
    "GET /device": _PAGE,
    "GET /docs": _PAGE,
    # Their files, which are the same for everybody.
    "GET /assets/{name}": _PUBLIC,
    "GET /docs/assets": _PUBLIC,
    # What must work before anybody is signed in, or without a person.
    "GET /sign-in": _PUBLIC,
    "GET /first-administrator": _PUBLIC,
    "GET /healthz": _PUBLIC,
    "GET /readyz": _PUBLIC,
    "GET /about": _PUBLIC,
    "POST /sessions": _PUBLIC,
    # What comes back from the provider is signed, and belongs to this browser.
    "GET /oidc/sign-in": _PUBLIC,
    "GET /oidc/callback": _PUBLIC,
    # What it sends is signed by the provider.
    "POST /oidc/back-channel-logout": _PUBLIC,
    "POST /first-administrator": _PUBLIC,
    # A terminal asks to be let in; a person who is signed in decides.
    "POST /device-logins": _PUBLIC,
    "POST /device-logins/redeem": _PUBLIC,
    # Its id is signed, and valid for one attempt of one run.
    "POST /callback": _PUBLIC,
    "POST /caller": _PUBLIC,
    "GET /.well-known/jwks.json": _PUBLIC,
    # Routes.
    "GET /openapi.json": _SEE,
    "GET /services": _SEE,
    # Of each pipeline the handler asks whether it may be read.
    "GET /steps": _SEE,
    "GET /services/{route}": _SEE_ROUTE,
    "GET /services/{route}/versions": _READ_ROUTE,
    "GET /services/{route}/versions/{version}": _READ_ROUTE,
    "GET /services/{route}/saved": _SAVED,
    "GET /services/{route}/saved/{id}": _SAVED,
    "POST /services/{route}/saved": _MAKE_ROUTE,
    "DELETE /services/{route}/saved/{id}": _MAKE_ROUTE,
    "GET /services/{route}/sharing": _SEE_SHARING,
    "PUT /services/{route}/sharing/{space}": _SHARE_ROUTE,
    "DELETE /services/{route}/sharing/{space}": _SHARE_ROUTE,
    "POST /services/{route}": Right(
        need=Need.READER, scope=Scope.RUN, named=Named.ROUTE, shared=Sharing.RUN
    ),
    # The body says whether it is a pipeline or a service: the handler asks again.
    "POST /services": Right(need=Need.SIGNED_IN),
    "POST /services/validate": _EDIT,
    "POST /edits/rename": _EDIT,
    "POST /services/{route}/versions": _MAKE_ROUTE,
    "DELETE /services/{route}/versions/{version}": EDIT_ROUTE,
    "DELETE /services/{route}": EDIT_ROUTE,
    # Tasks.
    "GET /tasks": _SEE,
    "GET /tasks/{task}": SEE_TASK,
    "GET /tasks/{task}/status": SEE_TASK,
    "GET /tasks/{task}/raw": SEE_TASK,
    "GET /tasks/{task}/files/{name:path}": SEE_TASK,
    "GET /tasks/{task}/events": SEE_TASK,
    "GET /tasks/{task}/runs": SEE_TASK,
    "GET /tasks/{task}/runs/{node}": SEE_TASK,
    "GET /tasks/{task}/items": SEE_TASK,
    "GET /tasks/{task}/blobs/{name}": SEE_TASK,
    "POST /tasks/{task}/evaluate": Right(
        need=Need.AUTHOR, scope=Scope.PUBLISH, named=Named.TASK
    ),
    "POST /tasks/{task}/cancel": Right(
        need=Need.AUTHOR, scope=Scope.RUN, named=Named.TASK, own=True
    ),
    "DELETE /tasks/{task}": Right(
        need=Need.OWNER, scope=Scope.RUN, named=Named.TASK, own=True
    ),
    # Secrets and schedules.
    "GET /secrets": _OWN,
    "PUT /secrets/{name}": _OWN,
    "DELETE /secrets/{name}": _OWN,
    "GET /schedules": _OWN,
    "POST /schedules": _OWN,
    "GET /schedules/{id}": CHANGE_SCHEDULE,
    "PUT /schedules/{id}": CHANGE_SCHEDULE,
    "DELETE /schedules/{id}": CHANGE_SCHEDULE,
    # Operation.
    "GET /stats": _SEE,
    "GET /metrics": _OPERATE,
    "GET /audit": _OPERATE,
    "GET /audit/newest": _OPERATE,
    "GET /audit/verified": _OPERATE,
    "GET /dead-letters": _OPERATE,
    "POST /dead-letters/{id}/revive": _OPERATE,
    "DELETE /dead-letters/{id}": _OPERATE,
    # One's own account.
    "POST /oidc/sign-out": _ACCOUNT,
    "GET /sessions": _ACCOUNT,
    "DELETE /sessions/{id}": _ACCOUNT,
    "PUT /account/password": _ACCOUNT,
    "POST /device-logins/look": _ACCOUNT,
    "POST /device-logins/decide": _ACCOUNT,
    "GET /tokens": _ACCOUNT,
    "POST /tokens": _ACCOUNT,
    "DELETE /tokens/{id}": _ACCOUNT,
    # People and members.
    "GET /people": _OPERATE,
    "POST /people": _OPERATE,
    "GET /people/{id}": _OPERATE,
    "PATCH /people/{id}": _OPERATE,
    "DELETE /people/{id}": _OPERATE,
    "GET /people/{id}/erasure": _OPERATE,
    # All that is known of somebody: of oneself everybody may have it.
    "GET /people/{id}/export": Right(
        need=Need.ADMINISTRATOR, scope=Scope.MANAGE, named=Named.PERSON, own=True
    ),
    "GET /groups": _OPERATE,
    "POST /groups": _OPERATE,
    "PATCH /groups/{id}": _OPERATE,
    "DELETE /groups/{id}": _OPERATE,
    "GET /groups/{id}/people": _OPERATE,
    "PUT /groups/{id}/people/{person}": _OPERATE,
    "DELETE /groups/{id}/people/{person}": _OPERATE,
    # Those in which somebody has a role.
    "GET /spaces": Right(need=Need.SIGNED_IN, scope=Scope.READ),
    "POST /spaces": _OPERATE,
    "GET /spaces/{space}": _SEE_SPACE,
    "PATCH /spaces/{space}": _OWN_SPACE,
    "DELETE /spaces/{space}": Right(
        need=Need.ADMINISTRATOR, scope=Scope.MANAGE, named=Named.SPACE
    ),
    "GET /spaces/{space}/members": _SEE_SPACE,
    "PUT /spaces/{space}/members/{id}": _OWN_SPACE,
    "DELETE /spaces/{space}/members/{id}": _OWN_SPACE,
}


NOT_AUDITED = frozenset(
    {
        # They change nothing that lasts.
        "POST /services/validate",
        "POST /edits/rename",
        "POST /tasks/{task}/evaluate",
        # Every task does these.
        "POST /services/{route}",
        "POST /callback",
        "POST /caller",
    }
)
AUDITED = frozenset(
    call for call in TABLE if not call.startswith("GET ") and call not in NOT_AUDITED
) | {"GET /oidc/callback", "GET /people/{id}/export"}
"""Calls that the audit log tells of. What somebody was refused it tells in any case."""


class NoRow(Exception):
    """An endpoint has no row: the engine does not start with it."""

    def __init__(self, call: str) -> None:
        super().__init__(call)
        self.call = call

    def __str__(self) -> str:
        return f"{self.call} has no row in domain/access/table.py: say who may do it"


def right_of(method: str, template: str) -> Right:
    """The row of an endpoint; raises `NoRow`."""
    # A HEAD is answered as a GET without its body.
    call = f"{'GET' if method == 'HEAD' else method} {template}"
    try:
        return TABLE[call]
    except KeyError:
        raise NoRow(call) from None
