"""Stands in front of every endpoint: knows who asks, and looks into the table.

`include` puts it in front of the routes of FastAPI, `Door.admit` is called by those of
the hot path. Both also ask for the row of each endpoint when the application is made,
so one without a row does not start, whether there are accounts or not.
"""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.api.access.shown import address_of, shown_in
from engine.api.call import parse_query
from engine.api.principals import PRINCIPAL
from engine.domain.access.errors import Forbidden, NotSignedIn, ScopeMissing
from engine.domain.access.rights import (
    Named,
    Need,
    Place,
    Right,
    Verdict,
    verdict,
)
from engine.domain.access.roles import MAIN, Principal, Role
from engine.domain.access.table import NoRow, right_of
from engine.domain.errors import EngineError, Unknown
from engine.domain.protocol import TASK_ID
from engine.usecases.access.accounts import Accounts
from engine.usecases.tasks import Tasks

MAX_SHOWN_NAME_CHARACTERS = 100
MAX_ORDER_CHARACTERS = 2000
"""Of the id of an attempt, as everywhere."""


class Door:
    """Lets those in who may, and says who they are."""

    def __init__(self, accounts: Accounts, tasks: Tasks) -> None:
        self._credentials = accounts.credentials
        self._tasks = tasks
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

        principal = await self.asker(scope)
        if principal is None and scope["method"] == "POST":
            principal = await self._on_behalf(scope, right)
        place = None
        if principal is not None and not principal.is_administrator:
            place = await self._place(scope, right)

        if principal is not None:
            scope[PRINCIPAL] = principal
        match verdict(right, principal, place):
            case Verdict.ALLOWED:
                return
            case Verdict.NOT_SIGNED_IN:
                raise NotSignedIn(was_shown=bool(shown_in(scope)))
            case Verdict.WRONG_SCOPE:
                raise ScopeMissing(str(right.scope))
            case Verdict.FORBIDDEN:
                raise Forbidden(right.need.role, place.space if place else "")
            case Verdict.HIDDEN:
                raise _absent(scope, right)

    async def still_admits(self, scope: Scope, right: Right) -> bool:
        """Whether the same request would be let in now: asked for long answers."""
        try:
            await self.admit(scope, right)
        except EngineError:
            return False
        return True

    async def _on_behalf(self, scope: Scope, right: Right) -> Principal | None:
        """The person for whom a running task calls a route of this engine.

        It shows the signed id under which it awaits the result. Whether it still does
        is asked when its task is started.
        """
        if right.named is not Named.ROUTE:
            return None
        order = parse_query(scope["query_string"]).get(TASK_ID, "")
        if not 0 < len(order) <= MAX_ORDER_CHARACTERS:
            return None

        owner = await self._tasks.owner_of_order(order)
        if owner is None:
            return None
        return Principal(id=owner, name="", roles={MAIN: Role.READER})

    async def _place(self, scope: Scope, right: Right) -> Place | None:
        """Where the object of a call belongs; raises `Unknown`."""
        named = scope["path_params"]
        match right.named:
            case Named.TASK:
                return await self._tasks.place(named["task"])
            case Named.ROUTE:
                return Place(MAIN)
            case Named.SPACE:
                return Place(named["space"])
        return None


def _absent(scope: Scope, right: Right) -> Unknown:
    """The error for an object that is not there."""
    kind = str(right.named)
    return Unknown(kind, scope["path_params"][kind][:MAX_SHOWN_NAME_CHARACTERS])


async def _permitted(request: Request) -> None:
    """The dependency of every route of FastAPI, where there are accounts."""
    template = request.scope["route"].path
    right = right_of(request.method, template)
    await request.app.state.door.admit(request.scope, right)


def include(app: FastAPI, router: APIRouter, *, has_accounts: bool) -> None:
    """Add the routes of a module, behind the door; raises `NoRow`."""
    for route in router.routes:
        _expect_rows(route)
    app.include_router(
        router, dependencies=[Depends(_permitted)] if has_accounts else []
    )


class Guarded:
    """An endpoint that is not FastAPI's, behind the door."""

    def __init__(self, app: ASGIApp, template: str) -> None:
        self._app = app
        self._template = template

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        right = right_of(scope["method"], self._template)
        await scope["app"].state.door.admit(scope, right)
        await self._app(scope, receive, send)


def guard_others(app: FastAPI, *, has_accounts: bool) -> None:
    """Put the door in front of pages and files, which FastAPI does not know."""
    for route in app.router.routes:
        if not isinstance(route, Route | Mount):
            continue
        _expect_rows(route)
        if has_accounts and not isinstance(route, APIRoute):
            route.app = Guarded(route.app, route.path)


def _expect_rows(route: BaseRoute) -> None:
    """Raises `NoRow` for an endpoint that has none."""
    if isinstance(route, Mount):
        right_of("GET", route.path)
        return
    path: Any = getattr(route, "path", None)
    methods: Any = getattr(route, "methods", None)
    if path is None or not methods:
        raise NoRow(repr(route))
    for method in sorted(methods):
        right_of(method, path)
