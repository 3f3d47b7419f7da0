"""A request as the hot path sees it: what Starlette makes of one costs more."""

from urllib.parse import unquote

from starlette.types import Receive, Scope

from engine.api.limits import ApiLimits
from engine.usecases.tasks import Tasks


class Call:
    """What a request says, and what answers it."""

    __slots__ = ("headers", "limits", "query", "receive", "route", "tasks")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        state = scope["app"].state
        self.tasks: Tasks = state.engine.tasks
        self.limits: ApiLimits = state.limits
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.query = parameters(scope["query_string"])
        self.route: str = scope.get("path_params", {}).get("route", "")
        self.receive = receive


def parameters(query: bytes) -> dict[str, str]:
    """What a query string says; of a name given twice the last counts.

    >>> parameters(b"a=1&b=x%26y+z&a=")
    {'a': '', 'b': 'x&y z'}
    """
    found = {}
    for pair in query.decode("latin-1").replace("+", " ").split("&"):
        name, _, value = pair.partition("=")
        found[unquote(name)] = unquote(value)
    return found
