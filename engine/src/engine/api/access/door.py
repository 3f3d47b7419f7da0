"""Stands in front of every endpoint: knows who asks, and looks into the table.

How it comes to stand there is in `doorways`; those of the hot path call `Door.admit`
themselves.
"""

from hashlib import sha256
from math import inf
from time import monotonic
from typing import NamedTuple

from starlette.types import Message, Receive, Scope, Send

from engine.api.access.shown import address_of, shown_in, usual_bearer_in
from engine.api.call import parse_query
from engine.api.limits import MAX_URL_CHARACTERS
from engine.api.principals import (
    ADMITTED_SPACE,
    AS_ADMINISTRATOR,
    CHOSEN_SPACE,
    PRINCIPAL,
    RIGHT,
)
from engine.api.publishing import wanted_space
from engine.domain.access.errors import Forbidden, NotSignedIn, ScopeMissing
from engine.domain.access.placing import default_space, starting_space
from engine.domain.access.rights import (
    Named,
    Need,
    Place,
    Right,
    Verdict,
    verdict,
)
from engine.domain.access.roles import Principal, Role
from engine.domain.access.spaces import EVERYWHERE
from engine.domain.access.table import right_of
from engine.domain.errors import EngineError, Unknown
from engine.domain.protocol import TASK_ID
from engine.usecases.access.accounts import Accounts
from engine.usecases.engine import Engine

BY_ID = frozenset({Named.SCHEDULE, Named.PERSON})
"""What paths call `id`; they call the others by their kind."""
BODY = "http.request"
ANSWER_BEGINS = "http.response.start"
EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")
LONG_BODY_SECONDS = 2.0
"""So long it is remembered whom a credential stands for: sooner nothing is new."""
IS_CUT = "engine.is_cut"
"""The key of a scope whose answer is not sent to its end."""
LONG_ANSWER_SECONDS = 3.0
"""So often it is asked whether a long answer may go on: with the two seconds, nobody
reads on for longer than five."""
NOWHERE = ""
"""The place of what has none: nobody sees it but administrators."""


START = right_of("POST", "/services/{route}")
ADMITTED_SECONDS = 1.0
"""So long it is remembered who may start a route. Whom a token stands for, and with
whom a route is shared, is remembered for two seconds: together three, at most."""
MAX_ADMITTED = 10_000


class Admitted(NamedTuple):
    """Who was let in to start a route, in which space, and how long that holds."""

    principal: Principal
    space: str
    until: float
    taken: int
    """How many credentials had been revoked here by then."""


class Door:
    """Lets those in who may, and says who they are."""

    def __init__(self, accounts: Accounts, engine: Engine) -> None:
        assert engine.homes is not None  # nosec B101 # it has accounts
        self._credentials = accounts.credentials
        self._spaces = accounts.spaces
        self._homes = engine.homes
        self._tasks = engine.tasks
        self._callbacks = engine.callbacks
        self._schedules = engine.schedules
        self._admitted: dict[tuple[bytes, str], Admitted] = {}
        self.mode = "accounts" if accounts.at_provider is None else "oidc"

    async def asker(self, scope: Scope) -> Principal | None:
        """Who asks; None: nobody who is known."""
        secret = shown_in(scope)
        if not secret:
            return None
        return await self._credentials.principal(secret, address_of(scope))

    async def admit(self, scope: Scope, right: Right) -> None:
        """Note who asks; raises what the table says if they may not.

        What they may not see is answered as what is not there.
        """
        if right.need is Need.PUBLIC:
            return
        if right is START:
            await self._admit_start(scope)
        else:
            await self._admit(scope, right)
            scope[RIGHT] = right

    def remembers(self, scope: Scope) -> bool:
        """Whether who starts a task may do so, as far as is known without asking: who
        started a moment ago with the same token may do so now, and in the same space.
        """
        shown = usual_bearer_in(scope)
        if shown is None:
            return False
        # By its digest: what a provider signs may be long.
        known = self._admitted.get(
            (sha256(shown).digest(), scope["path_params"]["route"])
        )
        if (
            known is None
            or known.taken != self._credentials.taken
            or known.until <= monotonic()
        ):
            return False
        scope[PRINCIPAL] = known.principal
        scope[ADMITTED_SPACE] = known.space
        return True

    async def _admit_start(self, scope: Scope) -> None:
        """The same for the call that every task needs; it is remembered for a moment.

        Before anything is asked it is noted how much had been revoked by then.
        """
        if self.remembers(scope):
            return
        now = monotonic()
        taken = self._credentials.taken
        await self._admit(scope, START)
        principal: Principal = scope[PRINCIPAL]
        shown = usual_bearer_in(scope)
        # What administrators do in spaces of others is looked at each time, and so is
        # what running tasks do.
        if shown is None or scope.get(AS_ADMINISTRATOR) or not principal.credential:
            return
        route = scope["path_params"]["route"]
        home = await self._homes.of(route)
        if home is not None:
            space = starting_space(principal, "", home)
            until = now + ADMITTED_SECONDS
            # All of it is old in a second: nothing must be kept by its use.
            if len(self._admitted) >= MAX_ADMITTED:
                self._admitted.clear()
            key = (sha256(shown).digest(), route)
            self._admitted[key] = Admitted(principal, space, until, taken)

    async def _admit(self, scope: Scope, right: Right) -> None:
        principal = await self.asker(scope)
        if principal is None and scope["method"] == "POST":
            principal = await self._on_behalf(scope, right)
        place = None
        if principal is not None:
            scope[PRINCIPAL] = principal
            if right.named is not Named.NOTHING:
                place = await self._seen_place(scope, right, principal)

        match verdict(right, principal, place):
            case Verdict.ALLOWED:
                return
            case Verdict.NOT_SIGNED_IN:
                raise NotSignedIn(was_shown=bool(shown_in(scope)))
            case Verdict.WRONG_SCOPE:
                raise ScopeMissing(str(right.scope))
            case Verdict.FORBIDDEN:
                raise _forbidden(right, place)
            case Verdict.HIDDEN:
                raise _absent(scope, right)

    async def still_admits(self, scope: Scope, right: Right) -> bool:
        """Whether the same request would be let in now: asked for long answers."""
        try:
            await self.admit(scope, right)
        except EngineError:
            return False
        return True

    def receiving(self, scope: Scope, right: Right, receive: Receive) -> Receive:
        """The body of a request that was let in.

        It can take minutes, and only its end makes something of it. So whoever may not
        send it any more by then is refused: the last piece raises what `admit` raises.
        """
        admitted_at = monotonic()

        async def receive_admitted() -> Message:
            message = await receive()
            is_last = message["type"] == BODY and not message.get("more_body")
            if is_last and self.is_long(admitted_at):
                await self.admit(scope, right)
            return message

        return receive_admitted

    def is_long(self, since: float) -> bool:
        """Whether somebody may be gone who was let in then."""
        return monotonic() - since > LONG_BODY_SECONDS

    def sending(self, scope: Scope, send: Send, right: Right | None = None) -> Send:
        """The answer to a request that was let in, or will be: then `right` is noted.

        A large file takes hours, if its reader is slow. Whoever may not read it any
        more gets no more of it: the next piece raises, which ends the connection.
        """
        asked_at = 0.0

        async def send_admitted(message: Message) -> None:
            nonlocal asked_at
            now = monotonic()
            if message["type"] == ANSWER_BEGINS:
                # Streams of events ask by themselves, and end whole.
                asked_at = inf if EVENTS in message.get("headers", ()) else now
            elif now - asked_at >= LONG_ANSWER_SECONDS and message.get("body"):
                needed = right or scope.get(RIGHT)
                if needed and not await self.still_admits(scope, needed):
                    scope[IS_CUT] = True
                    raise Forbidden()
                asked_at = now
            await send(message)

        return send_admitted

    async def _on_behalf(self, scope: Scope, right: Right) -> Principal | None:
        """The person for whom a running task calls a route of this engine.

        It shows the signed id under which it awaits the result. Whether it still does
        is asked when its task is started.
        """
        if right.named is not Named.ROUTE:
            return None
        order = parse_query(scope["query_string"]).get(TASK_ID, "")
        if not 0 < len(order) <= MAX_URL_CHARACTERS:
            return None

        found = await self._callbacks.order(order)
        if found is None:
            return None
        # What a pipeline may call is decided by where it belongs: its author may have
        # been lent it, who runs it need not have been.
        home = await self._homes.of(found.route)
        roles = {home.space: Role.READER} if home else {}
        return Principal(id=found.owner, name="", roles=roles)

    async def _seen_place(
        self, scope: Scope, right: Right, principal: Principal
    ) -> Place | None:
        """Where the object of a call belongs; raises `Unknown`.

        Administrators do everything: what they do in spaces in which they have no role
        is noted.
        """
        try:
            place = await self._place(scope, right, principal)
        except Unknown:
            if principal.is_administrator and right.named is not Named.CHOSEN:
                return None
            raise
        if principal.is_administrator:
            is_foreign = place.space not in (*principal.roles, EVERYWHERE, NOWHERE)
            scope[AS_ADMINISTRATOR] = is_foreign
        return place

    async def _place(self, scope: Scope, right: Right, principal: Principal) -> Place:
        """Where the object of a call belongs; raises `Unknown`."""
        named = scope["path_params"]
        match right.named:
            case Named.TASK:
                return await self._tasks.place(named["task"])
            case Named.ROUTE:
                home = await self._homes.of(named["route"])
                if home is not None:
                    return Place(home.space, shared=home.shared)
                if right.makes:
                    wanted = wanted_space(scope["query_string"])
                    return Place(wanted or default_space(principal, Role.AUTHOR))
                return Place(NOWHERE)
            case Named.SCHEDULE:
                return Place((await self._schedules.get(named["id"])).space)
            case Named.PERSON:
                return Place(NOWHERE, named["id"])
            case Named.CHOSEN:
                return Place(await self._chosen(scope, principal))
            case _:
                return Place(named["space"])

    async def _chosen(self, scope: Scope, principal: Principal) -> str:
        """The space that a query chooses; raises `Unknown`."""
        space = wanted_space(scope["query_string"])
        if space and principal.is_administrator:
            await self._spaces.get(space)
        chosen = space or default_space(principal, Role.OWNER)
        scope[CHOSEN_SPACE] = chosen
        return chosen


def _absent(scope: Scope, right: Right) -> Unknown:
    """The error for an object that is not there."""
    if right.named is Named.CHOSEN:
        return Unknown("space", scope[CHOSEN_SPACE])
    kind = str(right.named)
    parameter = "id" if right.named in BY_ID else kind
    return Unknown(kind, scope["path_params"][parameter])


def _forbidden(right: Right, place: Place | None) -> Forbidden:
    if place is None:
        return Forbidden(right.need.role)
    if place.space == EVERYWHERE:
        # No role in a space is enough.
        return Forbidden()
    return Forbidden(right.need.role, place.space)
