"""A service: operations announced by their signatures, and the app around them."""

import asyncio
import inspect
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import httpx
import uvicorn
from fastapi import FastAPI

from service_sdk.engine import Announcement, Announcer
from service_sdk.errors import BadSignature
from service_sdk.jobs import WORKER, Jobs
from service_sdk.problems import answer_with_problems
from service_sdk.settings import Settings
from service_sdk.signature import Signature, read_signature
from service_sdk.web import add_operation, common_routes, describe_schemas

RESERVED = {"docs", "redoc", "openapi.json", "healthz", "metrics", "tasks"}
Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Operation:
    """One function under its route."""

    route: str
    summary: str
    description: str
    signature: Signature
    part: str | None
    example: Mapping[str, object] | None
    answer: Mapping[str, object] | None

    def announcement(self, address: str) -> Announcement:
        """What the engine is told of it."""
        api = {
            "route": self.route,
            "summary": self.summary,
            "description": self.description,
            "body": self.signature.body(self.example),
            "resultType": self.signature.result_types,
        }
        if self.signature.blobs and not self.example:
            api["bodyType"] = self.signature.body_type()
        if self.answer:
            api["output"] = self.answer
        return {"type": "service", "url": f"{address}/{self.route}", "api": api}


class Service:
    """Collects operations; `app` serves them."""

    def __init__(self, name: str, summary: str = "") -> None:
        self.name = name
        self.operations: dict[str, Operation] = {}
        self.settings: Settings | None = None  # None: read when the app starts
        self._early: list[Callable[[], object]] = []
        self.app = FastAPI(
            title=name, summary=summary, lifespan=self._live, redoc_url=None
        )
        self.app.state.service = self
        self.app.include_router(common_routes)
        answer_with_problems(self.app)
        describe_schemas(self.app)

    def operation(
        self,
        route: str,
        summary: str = "",
        part: str | None = None,
        example: Mapping[str, object] | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> Callable[[Function], Function]:
        """Offer the function under the route; its docstring documents it.

        `part` names the JSON part of an operation that also takes files,
        `example` is a body of one that can do without, `answer` a result in JSON.
        """

        def offer(function: Function) -> Function:
            if route in RESERVED or route in self.operations or "/" in route:
                raise BadSignature(f"the route {route!r} cannot be used (again)")
            text = inspect.getdoc(function) or ""
            operation = Operation(
                route=route,
                summary=summary or text.partition("\n")[0] or route,
                description=text,
                signature=read_signature(function, part),
                part=part,
                example=example,
                answer=answer,
            )
            self.operations[route] = operation
            add_operation(self.app, operation)
            return function

        return offer

    def at_start(self, function: Function) -> Function:
        """Call this too, in a thread, when the service starts; it must not raise.

        It can load what the first piece of work would have to wait for.
        """
        self._early.append(function)
        return function

    def announcements(self, address: str) -> list[Announcement]:
        """What the engine is told of this service."""
        return [one.announcement(address) for one in self.operations.values()]

    def run(self) -> None:
        """Serve until told to stop; settings come from the environment."""
        logging.basicConfig(
            level=logging.INFO, format="%(levelname)-7s %(name)s: %(message)s"
        )
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.settings = Settings.from_environment(os.environ)
        config = uvicorn.Config(
            self.app,
            host=self.settings.host,
            port=self.settings.port,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
        server, listener = uvicorn.Server(config), config.bind_socket()
        listener.listen()  # first of all: what is announced can be called
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            sys.exit(3)
        if any(one.name.startswith(WORKER) for one in threading.enumerate()):
            logging.shutdown()
            os._exit(0)  # the interpreter would wait for work that was given back

    @asynccontextmanager
    async def _live(self, app: FastAPI) -> AsyncIterator[dict[str, object]]:
        settings = self.settings or Settings.from_environment(os.environ)
        timeout = httpx.Timeout(60, connect=5)
        limits = httpx.Limits(max_connections=100)
        async with (
            httpx.AsyncClient(timeout=timeout, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            jobs = Jobs(settings, group)
            rounds = [group.create_task(jobs.sweep_for_ever())]
            if settings.engine_url:
                offers = self.announcements(settings.address)
                announcer = Announcer(client, settings.engine_url, offers)
                beat = announcer.announce_for_ever(settings.announce_seconds)
                rounds.append(group.create_task(beat))
            for function in self._early:
                threading.Thread(target=function, daemon=True).start()
            yield {"jobs": jobs, "client": client}
            for one in rounds:
                one.cancel()
            await jobs.close()
