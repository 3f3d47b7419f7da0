"""Puts the door in front of pages, files and answers that go on, if there are accounts.

The routes of FastAPI have a dependency for that (`routers`).

With or without accounts each endpoint must have a row in the table of rights when the
application is made: one without a row does not start.
"""

import logging
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.api.access.door import IS_CUT, Door
from engine.domain.access.table import NoRow, right_of

log = logging.getLogger(__name__)


def include(app: FastAPI, router: APIRouter) -> None:
    """Add the routes of a module themselves; raises `NoRow`.

    `FastAPI.include_router` would make all of them anew for this application, at its
    first request: a tenth of a second of computing.
    """
    for route in router.routes:
        _expect_rows(route)
    app.router.routes += router.routes


class Guarded:
    """An endpoint that is not FastAPI's, behind the door."""

    def __init__(self, app: ASGIApp, template: str) -> None:
        self._app = app
        self._template = template

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        right = right_of(scope["method"], self._template)
        await scope["app"].state.door.admit(scope, right)
        await self._app(scope, receive, send)


class WhileAdmitted:
    """ASGI middleware that ends answers whose readers may not read them any more."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            send = self._door.sending(scope, send)
        try:
            await self._app(scope, receive, send)
        except Exception:
            if not scope.get(IS_CUT):
                raise
            # Nothing can be told any more: the server ends the connection, since the
            # answer is not complete.
            log.info("an answer was cut: who read it may not do so any more")


def guard_others(app: FastAPI, *, has_accounts: bool) -> None:
    """Put the door in front of pages and files, which FastAPI does not know."""
    for route in app.router.routes:
        if not isinstance(route, Route | Mount):
            continue
        _expect_rows(route)
        # Routes of FastAPI have a dependency for it.
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
