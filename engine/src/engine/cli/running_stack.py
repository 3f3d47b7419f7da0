"""Runs a stack from start to stop, and knows when all of it can be used."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from engine.cli.marks import instant
from engine.cli.stack import LocalService, Stack
from engine.cli.supervisor import Supervisor, Tell
from engine.cli.trouble import Trouble

ANNOUNCE_TIMEOUT_SECONDS = 60.0
"""For all services together; loading a model is the longest part of it."""
POLL_PAUSE_SECONDS = 0.2
REQUEST_TIMEOUT_SECONDS = 5.0
STARTING = "its start"


class RunningStack:
    """The processes of a stack while they run."""

    def __init__(
        self,
        *,
        stack: Stack,
        supervisor: Supervisor,
        http: httpx.AsyncClient,
        kept: list[asyncio.Task[None]],
        tell: Tell,
    ) -> None:
        self.http = http
        self._stack = stack
        self._supervisor = supervisor
        self._kept = kept
        self._services: dict[str, asyncio.Task[None]] = {}
        self._tell = tell
        self._began_at = datetime.now(UTC)
        token = stack.token
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def start(self, service: LocalService) -> None:
        """Start a service, and keep it running."""
        say = partial(self._tell, service.name)
        program = partial(service.program, self._stack.url, say)
        task = asyncio.ensure_future(self._supervisor.keep(service.name, program))
        self._kept.append(task)
        self._services[service.name] = task

    def reload(self, name: str) -> None:
        """Let a service load its code again."""
        self._supervisor.send(name, signal.SIGHUP)

    def restart(self, name: str) -> None:
        """Let a service have a new process."""
        self._supervisor.send(name, signal.SIGTERM)

    async def end(self, name: str) -> None:
        """End a service that is not wanted any more."""
        task = self._services.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def wait_for_engine(self) -> None:
        """Wait until the engine is ready; raises `Trouble` if it ends instead."""
        name = self._stack.engines[0]
        told = ""
        while True:
            missing = await self._missing()
            if not missing:
                return
            if self._supervisor.deaths[name]:
                raise Trouble(
                    "the engine does not start", "its lines above give the reason"
                )

            # The reason behind the colon may change with every look, so a store is
            # told only once.
            first_missing = missing.partition(":")[0]
            if first_missing not in (STARTING, told):
                told = first_missing
                self._tell(name, f"waits for {missing}")
            await asyncio.sleep(POLL_PAUSE_SECONDS)

    async def _missing(self) -> str:
        """What the engine waits for; empty: it is ready."""
        with suppress(httpx.TransportError):
            answer = await self.http.get(f"{self._stack.url}/readyz")
            missing = answer.json()["missing"]
            return "; ".join(f"{what}: {why}" for what, why in missing.items())
        return STARTING

    async def wait_for_services(self) -> None:
        """Wait for every service; raises `Trouble` that names those missing."""
        waits = {
            service.name: asyncio.ensure_future(self._wait_for_routes_of(service))
            for service in self._stack.services
        }
        try:
            await asyncio.wait(waits.values(), timeout=ANNOUNCE_TIMEOUT_SECONDS)
            missing = [name for name, wait in waits.items() if not wait.done()]
        finally:
            for wait in waits.values():
                wait.cancel()

        if missing:
            raise Trouble(
                f"not announced within {ANNOUNCE_TIMEOUT_SECONDS:g} s: "
                f"{', '.join(missing)}",
                "their lines above give the reason",
            )

    async def _wait_for_routes_of(self, service: LocalService) -> None:
        """Wait until the engine knows every operation that the service offers."""
        while True:
            with suppress(httpx.TransportError):
                routes = await self._routes_of(service)
                announced = [await self._announced(service, one) for one in routes]
                if all(announced):
                    return
            await asyncio.sleep(POLL_PAUSE_SECONDS)

    async def _routes_of(self, service: LocalService) -> list[str]:
        document = (await self.http.get(f"{service.url}/openapi.json")).json()
        return [path for path, verbs in document["paths"].items() if "post" in verbs]

    async def _announced(self, service: LocalService, route: str) -> bool:
        answer = await self.http.get(
            f"{self._stack.url}/services{route}", headers=self._headers
        )
        # Not announced yet: the engine does not know the route.
        if not answer.is_success:
            return False

        instances = answer.json()["instances"]
        return any(self._is_this_start_of(service, one) for one in instances)

    def _is_this_start_of(self, service: LocalService, instance: Any) -> bool:
        """Whether it was announced in this run: a store remembers the one before."""
        heard_at = instant(instance["heard_at"]) or self._began_at
        same_address = instance["url"].startswith(f"{service.url}/")
        return bool(same_address and heard_at > self._began_at)

    async def routes(self) -> dict[str, str]:
        """What can be called, by type: pipelines first."""
        found: dict[str, str] = {}
        page: str | None = f"{self._stack.url}/services"
        while page:
            answer = await self.http.get(page, headers=self._headers)
            lines = answer.json()
            found |= {line["route"]: line["type"] for line in lines if line["alive"]}
            page = answer.links.get("next", {}).get("url")
        return found


@asynccontextmanager
async def running(stack: Stack, tell: Tell) -> AsyncIterator[RunningStack]:
    """The engine answers, services are starting; in the end all of it is stopped."""
    supervisor = Supervisor(tell)
    kept = [
        asyncio.ensure_future(supervisor.keep(name, partial(stack.engine, name)))
        for name in stack.engines
    ]
    try:
        # No proxy of the environment: all of these processes are on this machine.
        async with httpx.AsyncClient(
            trust_env=False, timeout=REQUEST_TIMEOUT_SECONDS
        ) as http:
            running_stack = RunningStack(
                stack=stack, supervisor=supervisor, http=http, kept=kept, tell=tell
            )
            await running_stack.wait_for_engine()

            # Services start after the engine, so that their first announcement
            # finds it.
            for service in stack.services:
                running_stack.start(service)
            yield running_stack
    finally:
        # The engine ends last, so that results on their way still arrive.
        await supervisor.stop(*stack.engines)
        for task in kept:
            task.cancel()
        await asyncio.gather(*kept, return_exceptions=True)
