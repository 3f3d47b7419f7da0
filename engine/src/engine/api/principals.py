"""Who asks, for handlers: noted by the door, or the one person without accounts."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.types import Scope

from engine.domain.access.errors import Forbidden, ScopeMissing
from engine.domain.access.rights import Right, Verdict, verdict
from engine.domain.access.roles import LOCAL, MAIN, Principal
from engine.domain.access.table import SEE_TASK
from engine.domain.errors import Unknown
from engine.usecases.tasks import Tasks

PRINCIPAL = "engine.principal"
"""The key of a scope under which the door notes who asks."""
AS_ADMINISTRATOR = "engine.as_administrator"
"""The key under which the door notes that only an administrator may do this: it
concerns a space in which they have no role."""
IS_NOTED = "engine.is_noted"
"""The key under which it is said that somebody else notes the call in the audit log."""
ADMITTED_SPACE = "engine.admitted_space"
"""The key under which the door notes the space in which a route is started."""
CHOSEN_SPACE = "engine.space"
"""The key under which the door notes the space that a call chooses."""
RIGHT = "engine.right"
"""The key under which the door notes what a call that was let in needs."""
OBJECT = "engine.object"
"""The key under which a handler notes what a call concerns, where the path does not
say it."""


def principal_in(scope: Scope) -> Principal:
    """Who sends a request that was let in."""
    found: Principal = scope.get(PRINCIPAL, LOCAL)
    return found


def _principal_of(request: Request) -> Principal:
    return principal_in(request.scope)


def _chosen_space(request: Request) -> str:
    found: str = request.scope.get(CHOSEN_SPACE, MAIN)
    return found


SpaceDep = Annotated[str, Depends(_chosen_space)]
PrincipalDep = Annotated[Principal, Depends(_principal_of)]


def concerns(request: Request, object: str) -> None:
    """Say what a call concerns, for the audit log."""
    request.scope[OBJECT] = object


def expect(right: Right, principal: Principal) -> None:
    """Raises what is missing, for calls of which the body says what they are."""
    match verdict(right, principal):
        case Verdict.WRONG_SCOPE:
            raise ScopeMissing(str(right.scope))
        case Verdict.FORBIDDEN:
            raise Forbidden(right.need.role)


async def expect_visible(principal: Principal, tasks: Tasks, task: str) -> None:
    """Raises `Unknown` for a task that somebody may not see, as if it were not there.

    For tasks that are not named by the path: the door asks for those.
    """
    if principal.is_administrator:
        return
    place = await tasks.place(task)
    if verdict(SEE_TASK, principal, place) is Verdict.HIDDEN:
        raise Unknown("task", task)


def owner_id(principal: Principal) -> str:
    """Whose tasks the tasks of this person are; empty: there are no accounts."""
    return "" if principal is LOCAL else principal.id
