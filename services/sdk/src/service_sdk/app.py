"""The ASGI application of a service: its operations, and the work behind them."""

import asyncio
import logging
import os
import re
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from service_sdk.announcer import Announcer
from service_sdk.caller import Callers
from service_sdk.documentation import models_of, openapi_of
from service_sdk.door import Door, Guard
from service_sdk.errors import BadSignature, CannotStart
from service_sdk.jobs import Jobs
from service_sdk.operation import Announcement, Operation
from service_sdk.problems import answer_with_problems
from service_sdk.settings import Settings
from service_sdk.signature import check_can_be_sent, check_start_function
from service_sdk.tracing import opened
from service_sdk.web import accepting, common_routes
from service_sdk.workers import Workers

log = logging.getLogger("service_sdk.app")

PAGES_OF_OPERATORS = {"healthz", "readyz", "metrics"}
RESERVED_ROUTES = {"docs", "redoc", "openapi.json", "tasks"} | PAGES_OF_OPERATORS

# An engine answers a callback when the result is safe, which takes a while for large
# files. One that does not even accept the connection is tried again soon.
CALLBACK_TIMEOUT = httpx.Timeout(60, connect=5)

# Bounds the sockets that a thousand undelivered results could open at once.
CALLBACK_CONNECTIONS = httpx.Limits(max_connections=100)

State = dict[str, object]


class ServiceApp(FastAPI):
    """Serves the operations that are added to it."""

    def __init__(
        self, *, name: str, summary: str, wrapped: Starlette | None = None
    ) -> None:
        self._wrapped = wrapped
        self.operations: dict[str, Operation] = {}
        self._start_functions: list[Callable[[], object]] = []
        self._figures: list[Collector] = []
        self._announcers: list[Announcer] = []
        self._jobs: list[Jobs] = []

        super().__init__(
            title=name, summary=summary, lifespan=_with_environment, redoc_url=None
        )
        self.add_middleware(Guard)
        self.include_router(common_routes)
        answer_with_problems(self)
        if wrapped:
            # What no operation and no page of the service takes, whenever it is added.
            self.router.default = wrapped

    def add_operation(self, operation: Operation) -> None:
        """Take work for the operation under its route."""
        route = operation.route
        if route in RESERVED_ROUTES or route in self.operations or "/" in route:
            raise BadSignature(
                f"the route {route!r} cannot be used: it is taken, reserved, "
                "or has a slash"
            )

        self.operations[route] = operation
        self.post(
            f"/{route}",
            status_code=202,
            summary=operation.summary,
            description=operation.description,
            operation_id=re.sub(r"\W", "_", route),
            openapi_extra=openapi_of(operation),
        )(accepting(operation))

    def call_at_start(self, function: Callable[[], object]) -> None:
        """Call the function in each worker when it starts."""
        check_start_function(function)
        self._start_functions.append(function)

    def add_figures(self, figures: Collector) -> None:
        """Show these figures too, under `/metrics`."""
        self._figures.append(figures)

    def announcements(self, address: str) -> list[Announcement]:
        """What the engine is told of this service."""
        return [
            operation.announcement(address) for operation in self.operations.values()
        ]

    def workers(self, settings: Settings) -> Workers:
        """Who does the work of this service; its operations must have been added.

        Raises `BadSignature` if processes are to do it and cannot get its functions.
        """
        if settings.worker_kind == "processes":
            for operation in self.operations.values():
                check_can_be_sent(operation.signature.function)
            for function in self._start_functions:
                check_can_be_sent(function)
        return Workers(settings, self._start_functions)

    def with_settings(
        self, settings: Settings, workers: Workers | None = None
    ) -> ASGIApp:
        """The same application, with these settings and not the environment's."""
        start_and_stop = Router(lifespan=lambda _: self.live(settings, workers))

        async def served(scope: Scope, receive: Receive, send: Send) -> None:
            app = start_and_stop if scope["type"] == "lifespan" else self
            await app(scope, receive, send)

        return served

    def live_within(self, outer: Starlette, path: str) -> None:
        """Live as long as another app, which serves this one under the path."""
        its_own = outer.router.lifespan_context

        @asynccontextmanager
        async def both(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
            settings = Settings.from_environment(os.environ)
            async with its_own(app) as state, self.live(settings, path=path) as more:
                yield {**(state or {}), **more}

        outer.router.lifespan_context = both

    @asynccontextmanager
    async def live(
        self, settings: Settings, workers: Workers | None = None, path: str = ""
    ) -> AsyncIterator[State]:
        """Announce and work while the block lasts; then finish the work in hand.

        The workers are started now, unless they were before. First they load what
        they need: what is announced can work at once. Raises `CannotStart`.
        Gives what the requests need: `request.state` has `jobs`, `client` and `door`.
        `path` is where another app serves this one.
        """
        workers = workers or self.workers(settings)
        await _prepared(workers)

        async with (
            _state_of(self._wrapped) as state,
            _client(settings) as client,
            asyncio.TaskGroup() as group,
        ):
            callers = Callers(client=client, engine_url=settings.engine_url)
            tracing = opened(settings.otel_exporter_otlp_endpoint, self.title)
            jobs = Jobs(settings, group, workers, callers, tracing)
            if tracing:
                jobs.metrics.include(tracing)
            for figures in self._figures:
                jobs.metrics.include(figures)
            sweeping = group.create_task(jobs.sweep_for_ever())
            own = {"jobs": jobs, "client": client, "door": Door(settings)}
            self._jobs.append(jobs)
            async with self._announced(client, settings, path, group) as announcers:
                yield {**state, **own}

                # First of all the engine is told to give no more, then the work is
                # finished, while the client that delivers it is still open.
                self._jobs.remove(jobs)
                leaving = [group.create_task(one.leave()) for one in announcers]
                sweeping.cancel()
                await jobs.close()
                await asyncio.gather(*leaving)
            if tracing:
                await asyncio.to_thread(tracing.close)

    async def leave(self) -> None:
        """Tell the engine that no work is wanted any more; returns soon, and always.

        What comes all the same is done as long as the app is live. `/readyz` says so.
        """
        for jobs in self._jobs:
            jobs.expect_stop()
        await asyncio.gather(*(one.leave() for one in self._announcers))

    @asynccontextmanager
    async def _announced(
        self,
        client: httpx.AsyncClient,
        settings: Settings,
        path: str,
        group: asyncio.TaskGroup,
    ) -> AsyncIterator[Sequence[Announcer]]:
        """Announce while the block lasts, if there is an engine; who does it."""
        if not settings.engine_url:
            yield ()
            return

        announcer = self._announcer(client, settings, settings.address + path)
        announcing = announcer.announce_for_ever(settings.announce_seconds)
        task = group.create_task(announcing)
        self._announcers.append(announcer)
        yield (announcer,)
        self._announcers.remove(announcer)
        task.cancel()

    def _announcer(
        self, client: httpx.AsyncClient, settings: Settings, address: str
    ) -> Announcer:
        # The engine learns from it that the work given to a process before this one is
        # lost, and gives it out again.
        instance = uuid.uuid4().hex
        return Announcer(
            client=client,
            engine_url=settings.engine_url,
            token=settings.engine_token,
            announcements=[
                # With the number of workers the engine gives out so much work that none
                # of them is idle, and keeps the rest in fair order.
                {**announcement, "instance": instance, "workers": settings.workers}
                for announcement in self.announcements(address)
            ],
        )

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the models of all operations."""
        document = get_openapi(
            title=self.title,
            version=self.version,
            summary=self.summary,
            routes=self.routes,
        )

        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for operation in self.operations.values():
            schemas.update(models_of(operation))

        return document


@asynccontextmanager
async def _state_of(wrapped: Starlette | None) -> AsyncIterator[Mapping[str, Any]]:
    """What a wrapped app keeps while it runs; its start and end happen here."""
    if wrapped is None:
        yield {}
        return
    async with wrapped.router.lifespan_context(wrapped) as state:
        yield state or {}


async def _prepared(workers: Workers) -> None:
    try:
        await workers.prepare()
    except CannotStart as fault:
        log.error("%s", fault)
        workers.shut_down()
        raise


def _client(settings: Settings) -> httpx.AsyncClient:
    """For announcements and results."""
    return httpx.AsyncClient(
        timeout=CALLBACK_TIMEOUT,
        limits=CALLBACK_CONNECTIONS,
        trust_env=settings.use_proxy,
        # Without `trust_env` the client would not read SSL_CERT_FILE either.
        verify=httpx.create_ssl_context(),
    )


def _with_environment(app: ServiceApp) -> AbstractAsyncContextManager[State]:
    """Read the settings when the app starts, not when its module is imported."""
    return app.live(Settings.from_environment(os.environ))
