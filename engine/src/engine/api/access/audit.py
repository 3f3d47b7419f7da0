"""Notes what is done over HTTP in the audit log, and gives the log out."""

from collections.abc import AsyncGenerator
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Literal

import orjson
from fastapi import Header, Query
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.access import shapes
from engine.api.access.sessions import AccountsDep
from engine.api.access.shown import address_of
from engine.api.answers import Answer, Streamed, documented
from engine.api.principals import AS_ADMINISTRATOR, IS_NOTED, OBJECT, PRINCIPAL
from engine.api.problems import problem
from engine.api.routers import new_router
from engine.domain.access.audit import MAX_OBJECT_CHARACTERS, Deed
from engine.domain.access.roles import Principal
from engine.domain.access.sought import Sought
from engine.domain.access.table import AUDITED
from engine.domain.errors import Unavailable
from engine.usecases.access.audit import DONE, REFUSED, Audit

router = new_router("accounts")

FAILED = "failed"
PUBLISH_OR_ANNOUNCE = "POST /services"
MAX_PAGE_ENTRIES = 1_000
CALLS = frozenset(tuple(call.split(" ", 1)) for call in AUDITED)
"""As a request has them: nothing is put together to look one up."""
NDJSON = "application/x-ndjson"
REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED})
MAX_ACCEPT_CHARACTERS = 1_000


class Noting:
    """Notes calls before their answers leave.

    So nothing that is in the log can have been left out of it by a crash in between;
    a call that could not be noted is answered 503, though it was done.
    """

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def fault(self, scope: Scope, status: int) -> Response | None:
        """Note a call that has this answer; what to answer if that cannot be."""
        deed = _deed(scope, status)
        if deed is None:
            return None
        try:
            await self._audit.note(deed)
        except Unavailable as error:
            return problem(error)
        return None


class Audited:
    """ASGI middleware that notes calls.

    The hot path is outside of it, and notes by itself: to look on costs each request.
    """

    def __init__(self, app: ASGIApp, noting: Noting) -> None:
        self._app = app
        self._noting = noting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_lost = False
        scope[IS_NOTED] = True

        async def send_noted(message: Message) -> None:
            nonlocal is_lost
            if is_lost:
                return
            if message["type"] == "http.response.start":
                fault = await self._noting.fault(scope, message["status"])
                if fault is not None:
                    is_lost = True
                    await fault(scope, receive, send)
                    return
            await send(message)

        await self._app(scope, receive, send_noted)


def _deed(scope: Scope, status: int) -> Deed | None:
    """What is to be noted of a call; None: nothing."""
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return None
    principal: Principal | None = scope.get(PRINCIPAL)
    is_known_and_refused = status in REFUSALS and principal is not None
    is_foreign = scope.get(AS_ADMINISTRATOR, False)
    is_audited = (scope["method"], template) in CALLS
    if not is_audited and not is_known_and_refused and not is_foreign:
        return None
    call = f"{scope['method']} {template}"
    # A service announces itself again and again: that is no news.
    if call == PUBLISH_OR_ANNOUNCE and _outcome(status) == DONE and OBJECT not in scope:
        return None
    # Nothing was looked at, so nothing was done; the tries before it are in the log.
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return None
    # Strangers knock all day: what they try without any name is in the figures of
    # requests only, by its status.
    if principal is None and OBJECT not in scope:
        return None

    return Deed(
        action=call,
        who=principal.id if principal else "",
        name=principal.name if principal else "",
        object=scope.get(OBJECT) or _named(scope),
        outcome=_outcome(status),
        address=address_of(scope),
    )


def _named(scope: Scope) -> str:
    return "/".join(map(str, scope.get("path_params", {}).values()))


def _outcome(status: int) -> str:
    if status < HTTPStatus.BAD_REQUEST:
        return DONE
    return REFUSED if status in REFUSALS else FAILED


@router.get(
    "/audit",
    operation_id="read_audit",
    responses=documented(shapes.AuditPage, 404),
)
async def read_audit(
    accounts: AccountsDep,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_ENTRIES)] = 100,
    accept: Annotated[str, Header(max_length=MAX_ACCEPT_CHARACTERS)] = "",
) -> Response:
    """Read the audit log, the oldest first; all of it as `application/x-ndjson`."""
    if NDJSON in accept:
        return Streamed(_lines(accounts.audit, after), media_type=NDJSON)

    entries = await accounts.audit.page(after, limit)
    following = entries[-1].number if len(entries) == limit else None
    return Answer({"items": [one.to_json() for one in entries], "next": following})


@router.get(
    "/audit/newest",
    operation_id="search_audit",
    responses=documented(shapes.FoundAudit, 404),
)
async def search_audit(
    accounts: AccountsDep,
    who: Annotated[str, Query(max_length=MAX_OBJECT_CHARACTERS)] = "",
    action: Annotated[str, Query(max_length=MAX_OBJECT_CHARACTERS)] = "",
    object: Annotated[str, Query(max_length=MAX_OBJECT_CHARACTERS)] = "",
    outcome: Literal["", "done", "refused", "failed"] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_ENTRIES)] = 100,
) -> Response:
    """Look through the audit log, the newest first, for entries that have these words.

    A few thousand are looked at for one answer: `next` says where to look on.
    """
    sought = Sought(who=who, action=action, object=object, outcome=outcome)
    entries, following = await accounts.audit.newest(sought, before, limit)
    return Answer({"items": [one.to_json() for one in entries], "next": following})


@router.get(
    "/audit/verified",
    operation_id="verify_audit",
    responses=documented(shapes.VerifiedAudit, 404),
)
async def verify_audit(
    accounts: AccountsDep, after: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """Check that each entry follows the one before, and none was changed.

    A few thousand are looked at for one answer: `next` says where to look on. The
    engine judges its own store: somebody who reaches that can write the whole log anew,
    so also compare it with an export that is kept elsewhere.
    """
    verified = await accounts.audit.verified(after)
    return Answer(asdict(verified))


async def _lines(audit: Audit, after: int) -> AsyncGenerator[bytes, None]:
    """Each entry in a line."""
    while True:
        page = await audit.page(after, MAX_PAGE_ENTRIES)
        if not page:
            return
        yield b"".join(orjson.dumps(one.to_json()) + b"\n" for one in page)
        after = page[-1].number
