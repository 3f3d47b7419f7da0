"""Ordinary users beside an attack: `python -m attacks.bystander ENGINE PORT`.

A process of its own, so that the attacker's work is not taken for the engine's delay.
It runs ordinary tasks one after the other, and asks again and again whether the engine
is alive. It serves at PORT: the service that the tasks call, the address that their
results are pushed to, and what was measured (`Measured`).
"""

import asyncio
import os
import statistics
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from documents import Document, end, entry, node, pipeline, service

ROUTE = "ordinary"

USERS = 50

# Between two tasks of a user. Together the users keep the engine busy for about a tenth
# of its time.
PAUSE_SECONDS = 2.0

# Between two questions whether the engine is alive.
LOOK_SECONDS = 0.02

# Between two tries of a request that the engine could not take.
RETRY_SECONDS = 0.1

# A frozen engine accepts the connection and never answers.
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)


def ordinary(url: str) -> Document:
    """A pipeline with a call and a bit of code."""
    return pipeline(
        entry("call", id_="start", route=ROUTE, body={"number": 1}),
        service("call", "count", service=None, url=f"{url}/echo"),
        node("count", "end", after="node.out = {'number': node.input.number + 1}"),
        end(),
    )


class Measured:
    """What users saw between `begin` and `close`.

    How long the tasks took that began then, and for how long the engine did not answer.
    """

    def __init__(self) -> None:
        self._open = False
        self._began = dict[str, float]()
        self._seconds = list[float]()
        self._silence_seconds = 0.0
        self._refused = 0

    def begin(self) -> None:
        """Measure anew."""
        self._open = True
        self._began.clear()
        self._seconds.clear()
        self._silence_seconds = 0.0
        self._refused = 0

    def close(self) -> None:
        """What begins from now on does not count; what has begun still does."""
        self._open = False

    @asynccontextmanager
    async def task(self, name: str) -> AsyncIterator[None]:
        """A task runs as long as the block."""
        if self._open:
            self._began[name] = time.monotonic()
        yield
        began_at = self._began.pop(name, None)
        if began_at is not None:
            self._seconds.append(time.monotonic() - began_at)

    @asynccontextmanager
    async def question(self) -> AsyncIterator[None]:
        """Somebody waits for an answer as long as the block."""
        counts = self._open
        asked_at = time.monotonic()
        yield
        if counts:
            silence = time.monotonic() - asked_at
            self._silence_seconds = max(self._silence_seconds, silence)

    def refused(self) -> None:
        """The engine could not take a request."""
        self._refused += 1

    def figures(self) -> dict[str, Any]:
        """What was measured; complete when `open_tasks` is 0."""
        return {
            "tasks": len(self._seconds),
            "open_tasks": len(self._began),
            "refused": self._refused,
            "median_seconds": statistics.median(self._seconds or [0.0]),
            "slowest_seconds": max(self._seconds, default=0.0),
            "silence_seconds": self._silence_seconds,
        }


class Bystander:
    """The users, the service they need, and the watch over the engine."""

    def __init__(self, engine: str, url: str, client: aiohttp.ClientSession) -> None:
        self._engine = engine
        self._url = url
        self._client = client
        self._measured = Measured()
        self._ends = dict[str, asyncio.Event]()
        self._deliveries = set[asyncio.Task[None]]()

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/echo", self._echo)
        app.router.add_post("/pushed", self._pushed)
        app.router.add_post("/begin", self._begin)
        app.router.add_post("/close", self._close)
        app.router.add_get("/figures", self._figures)
        return app

    async def watch(self) -> None:
        """Ask whether the engine is alive, until cancelled."""
        while True:
            async with self._measured.question():
                await self._insist("GET", "/healthz")
            await asyncio.sleep(LOOK_SECONDS)

    async def use(self, after_seconds: float) -> None:
        """Run tasks one after the other, until cancelled."""
        await asyncio.sleep(after_seconds)
        while True:
            name = str(uuid.uuid4())
            ended = self._ends[name] = asyncio.Event()
            query = {"callback_url": f"{self._url}/pushed", "task_id": name}

            async with self._measured.task(name):
                await self._insist(
                    "POST",
                    f"/services/{ROUTE}",
                    json={"number": 1},
                    params=query,
                    # A request that is repeated must not start a second task.
                    headers={"Idempotency-Key": name},
                )
                await ended.wait()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _insist(self, verb: str, path: str, **request: Any) -> None:
        """Make a request until the engine has taken it."""
        while not await self._is_taken(verb, f"{self._engine}{path}", **request):
            self._measured.refused()
            await asyncio.sleep(RETRY_SECONDS)

    async def _is_taken(self, verb: str, url: str, **request: Any) -> bool:
        try:
            async with self._client.request(verb, url, **request) as answer:
                await answer.read()
                return answer.ok
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _echo(self, request: web.Request) -> web.Response:
        """The service: what came is the result."""
        body = await request.json()
        query = dict(request.query)
        url = query.pop("callback_url")

        delivery = asyncio.create_task(self._deliver(url, query, body))
        # asyncio itself does not keep a task alive.
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)
        return web.json_response({}, status=202)

    async def _deliver(self, url: str, query: dict[str, str], body: Any) -> None:
        while not await self._is_taken("POST", url, params=query, json=body):
            await asyncio.sleep(RETRY_SECONDS)

    async def _pushed(self, request: web.Request) -> web.Response:
        """The result of a task came."""
        ended = self._ends.pop(request.query["task_id"], None)
        if ended:
            ended.set()
        return web.json_response({})

    async def _begin(self, _: web.Request) -> web.Response:
        self._measured.begin()
        return web.json_response({})

    async def _close(self, _: web.Request) -> web.Response:
        self._measured.close()
        return web.json_response({})

    async def _figures(self, _: web.Request) -> web.Response:
        return web.json_response(self._measured.figures())


async def main(engine: str, port: int) -> None:
    """Until the process is ended."""
    # Where there are accounts.
    token = os.environ.get("MARKETPLACE_TOKEN")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession(
        timeout=REQUEST_TIMEOUT, headers=headers
    ) as client:
        bystander = Bystander(engine, f"http://127.0.0.1:{port}", client)
        runner = web.AppRunner(bystander.application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(f"listening at {port}", flush=True)

        async with asyncio.TaskGroup() as group:
            group.create_task(bystander.watch())
            for user in range(USERS):
                # Not all at the same time: that would be an attack.
                group.create_task(bystander.use(PAUSE_SECONDS * user / USERS))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
