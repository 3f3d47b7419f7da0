"""A request as the hot path sees it: Starlette's own costs more (decision 0007)."""

from time import monotonic
from typing import Protocol
from urllib.parse import unquote

from bounded_server.shares import Shares
from starlette.types import Receive, Scope

from engine.api.forwarded import prefix_of
from engine.api.limits import ApiLimits
from engine.api.principals import ADMITTED_SPACE, principal_in
from engine.domain.access.rights import Right
from engine.usecases.engine import Engine


class Admits(Protocol):
    """The door, where there are accounts."""

    def is_long(self, since: float) -> bool: ...

    async def admit(self, scope: Scope, right: Right) -> None: ...


class Call:
    """What a request says, and what is needed to answer it."""

    __slots__ = (
        "allowances",
        "began_at",
        "callbacks",
        "door",
        "files",
        "headers",
        "homes",
        "json",
        "judging",
        "limits",
        "prefix",
        "principal",
        "query",
        "receive",
        "rests",
        "route",
        "scope",
        "space",
        "tasks",
    )

    def __init__(self, scope: Scope, receive: Receive) -> None:
        state = scope["app"].state
        # Asked once: each look into Starlette's state is a call of a function.
        engine: Engine = state.engine
        self.tasks = engine.tasks
        self.callbacks = engine.callbacks
        self.homes = engine.homes
        self.judging = engine.judging
        self.allowances = engine.allowances
        self.rests = engine.rests
        self.files = engine.files
        self.limits: ApiLimits = state.limits
        self.json: Shares = state.json_memory
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.query = parse_query(scope["query_string"])
        self.route: str = scope.get("path_params", {}).get("route", "")
        self.prefix = prefix_of(scope)
        self.principal = principal_in(scope)
        self.space: str | None = scope.get(ADMITTED_SPACE)
        """In which it starts a task, if the door knows it already."""
        self.receive = receive
        self.scope = scope
        self.door: Admits | None = state.door
        self.began_at = monotonic()

    async def expect_still_admitted(self, right: Right) -> None:
        """Raises what is missing, if the body took long and somebody is gone since."""
        if self.door is not None and self.door.is_long(self.began_at):
            await self.door.admit(self.scope, right)


def parse_query(query: bytes) -> dict[str, str]:
    """The parameters of a query string; of a name given twice the last counts.

    >>> parse_query(b"a=1&b=x%26y+z&a=")
    {'a': '', 'b': 'x&y z'}
    """
    found = {}
    for pair in query.decode("latin-1").replace("+", " ").split("&"):
        name, _, value = pair.partition("=")
        # Most pairs need no decoding: asked once, and not for both halves.
        if "%" in pair:
            name = unquote(name)
            value = unquote(value)
        found[name] = value
    return found
