"""Applications and their callers, as tests need them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from engine.api.app import create_app
from engine.api.limits import ApiLimits
from engine.usecases.engine import Engine
from fastapi import FastAPI

from servers.waiting import until

URL = "http://localhost:8000"


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[FastAPI]:
    """An application in use: its stores are ready, as new ones are not at once."""

    async def is_ready() -> bool:
        return not await app.state.engine.ready()

    async with app.router.lifespan_context(app):
        await until(is_ready)
        yield app


def client_of(
    app: FastAPI, *, url: str = URL, answer_mistakes: bool = False, **options: Any
) -> httpx.AsyncClient:
    """Calls an application without a socket. Its mistakes are raised in the test, or
    answered as a server answers them."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=not answer_mistakes)
    return httpx.AsyncClient(transport=transport, base_url=url, **options)


class FailingEngine:
    """An engine of which every call raises an error, but those of an inbox if given."""

    def __init__(self, error: Exception, inbox: Any = None) -> None:
        self._error = error
        if inbox is not None:
            self.inbox = inbox

    def __getattr__(self, name: str) -> "FailingEngine":
        return self

    def __call__(self, *_: object) -> Any:
        raise self._error

    async def ready(self) -> dict[str, str]:
        return {"frames": "connection refused"}


def failing_app(
    error: Exception, inbox: Any = None, limits: ApiLimits | None = None
) -> FastAPI:
    """An application in front of a `FailingEngine`."""
    return create_app(cast(Engine, FailingEngine(error, inbox)), limits)
