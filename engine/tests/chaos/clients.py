"""Clients as they should be: they try again, and remember what they were told."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Self, TypeVar

import aiohttp
from chaos.kept import PATIENCE
from chaos.logs import Json, Logs, Seen, Told
from chaos.services import checksum

T = TypeVar("T")
GIVE_UP = aiohttp.ClientTimeout(total=8)  # of one try: a frozen replica never answers
AGAIN = frozenset({429, 502, 503, 504})
STILL = 120.0  # seconds after which a client looks no more


class Surprise(AssertionError):
    """The engine said something that no client has to expect."""


class Clients:
    """They share a connection pool and a log; `refusals` counts what was repeated."""

    def __init__(self, engine: str, chance: random.Random, logs: Logs) -> None:
        self.engine, self.logs, self._chance = engine, logs, chance
        self.refusals: Counter[str] = Counter()
        self.without_retry_after = 0
        self.between = 0.3
        """Seconds from one look at a task to the next."""
        self.patience = PATIENCE
        """Seconds after which a request should have been taken."""

    async def __aenter__(self) -> Self:
        # each request over a connection of its own: any replica may get it
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._http = aiohttp.ClientSession(connector=connector, timeout=GIVE_UP)
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._http.close()

    async def ask(
        self, verb: str, path: str, make: Callable[[], Any] | None = None, **more: Any
    ) -> tuple[int, Json]:
        """Ask until there is an answer that ends the matter: its status and JSON."""
        async with asyncio.timeout(self.patience):
            delay = 0.1
            while True:
                body = make() if make else {}
                status, said, wait = await self._once(verb, path, **body, **more)
                if status not in AGAIN:
                    return status, said
                await asyncio.sleep(max(wait, delay * self._chance.uniform(0.5, 1)))
                delay = min(2 * delay, 2)

    async def _once(self, verb: str, path: str, **more: Any) -> tuple[int, Json, float]:
        """The status, the JSON, and how long the engine wants to be left alone."""
        try:
            async with self._http.request(verb, self.engine + path, **more) as answer:
                said = (
                    await answer.json(content_type=None)
                    if answer.status != 204
                    else None
                )
        except (aiohttp.ClientError, TimeoutError) as error:
            self.refusals[type(error).__name__] += 1
            return 503, None, 0
        if answer.status in AGAIN:
            self.refusals[str(answer.status)] += 1
            self.without_retry_after += "retry-after" not in answer.headers
        return answer.status, said, float(answer.headers.get("retry-after", 0))

    async def publish(self, document: Json) -> None:
        """Create or replace a pipeline."""
        status, said = await self.ask("POST", "/services", lambda: {"json": document})
        if status not in (200, 201):
            raise Surprise(said)

    async def announce(self, route: str, url: str) -> None:
        """Be a service that is there."""
        api = {"route": route, "body": {"number": 1}}
        document = {"type": "service", "url": url, "api": api}
        status, said = await self.ask("POST", "/services", lambda: {"json": document})
        if status not in (200, 201):
            raise Surprise(said)

    async def refused_parcel(self, number: int) -> None:
        """Send a binary with a request that the engine refuses."""

        def make() -> dict[str, Any]:
            form = body("parcel", number)["data"]
            form.add_field("stowaway", b"nobody asked for it", filename="stowaway")
            return {"data": form}

        status, said = await self.ask("POST", "/services/parcel", make)
        if status != 422:
            raise Surprise(said)

    async def start(
        self, route: str, number: int, push: str | None = None, waits: bool = False
    ) -> Told:
        """Start a task, once, however often it has to be asked for.

        `waits`: until there is such a route.
        """
        key = f"{route} {number}"
        query = {"callback_url": push, "task_id": key} if push else {}
        more = {"params": query, "headers": {"Idempotency-Key": key}}

        async def post() -> tuple[int, Json]:
            place = f"/services/{route}"
            return await self.ask("POST", place, lambda: body(route, number), **more)

        status, said = await post()
        while status == 404 and waits:
            await asyncio.sleep(self.between)
            status, said = await post()
        if status != 202:
            raise Surprise(f"{key} was refused: {status} {said}")
        told = Told(said["jobId"], route, key, number, key if push else None)
        self.logs.told.append(told)
        return told

    async def look(self, task: str) -> Json:
        """Ask how a task is, in short or in full, and write down how it ended."""
        if self._chance.random() < 0.3:
            said = await self.raw(task)
            self.logs.snapshots.append(said)
        else:
            status, said = await self.ask("GET", f"/tasks/{task}/status")
            said = said if status == 200 else None
        if said is None:
            self.logs.seen.append(Seen(task, "unknown", None))
        elif said["status"] == "error":
            self.logs.seen.append(Seen(task, "error", said["message"]))
        elif said["status"] == "finished":
            outputs = await self.outputs(task)
            self.logs.seen.append(Seen(task, "finished", None, outputs))
        return said

    async def outputs(self, task: str) -> Json:
        """What a finished task gave; a file is its checksum."""
        status, out = await self.ask("GET", f"/tasks/{task}")
        if status != 200:
            return {"problem": out}
        for key, value in out.items():
            if isinstance(value, str) and value.startswith("http"):
                out[key] = await self._checksum(value)
        return out

    async def _checksum(self, url: str) -> str:
        async with asyncio.timeout(self.patience):
            while True:
                try:
                    async with self._http.get(url) as answer:
                        content = await answer.read()
                    if answer.status not in AGAIN:
                        return checksum(content)
                except (aiohttp.ClientError, TimeoutError) as error:
                    self.refusals[type(error).__name__] += 1
                await asyncio.sleep(self.between)

    async def remove(self, route: str) -> None:
        """Remove a route; gone already: a try that was not answered."""
        status, said = await self.ask("DELETE", f"/services/{route}")
        if status not in (204, 404):
            raise Surprise(said)

    async def report(self, id_: str) -> tuple[int, Json]:
        """Bring a result under an id that was found somewhere."""
        result = {"number": -1, "by": "a forger"}
        return await self.ask(
            "POST", "/callback", lambda: {"json": result}, params={"task_id": id_}
        )

    async def release(self, url: str) -> None:
        """Tell the services to bring what they held back."""
        async with self._http.post(url) as answer:
            answer.raise_for_status()

    async def erase(self, told: Told) -> None:
        """Erase a task, whose end nobody waits for any more."""
        self.logs.told.remove(told)
        status, said = await self.ask("DELETE", f"/tasks/{told.task}")
        if status not in (204, 404):  # gone already: a try that was not answered
            raise Surprise(said)
        self.logs.erased[told.task] = None

    async def raw(self, task: str) -> Json:
        """Everything known of a task; None: there is no such task."""
        status, said = await self.ask("GET", f"/tasks/{task}/raw")
        return said if status == 200 else None

    async def follow(self, task: str) -> None:
        """Look again and again until it has ended, or nothing moves any more."""
        known, moved = None, time.monotonic()
        while time.monotonic() - moved < STILL:
            said = await self.look(task)
            if said is None or said["status"] != "running":
                return
            if (state := (said["progress"], said["waiting"])) != known:
                known, moved = state, time.monotonic()
            await asyncio.sleep(self.between)

    async def listed(self) -> list[str]:
        """The ids of all tasks that the engine knows."""
        found, query = [], {"limit": "200"}
        while True:
            _, page = await self.ask("GET", "/tasks", params=query)
            found += [line["id"] for line in page["items"]]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]


def body(route: str, number: int) -> dict[str, Any]:
    """What a task is started with; a binary bears its checksum as its name."""
    if route != "parcel":
        # a bulk is so large that it is kept beside the task's document
        text = str(number) * 10_000 if route == "bulk" else ""
        return {"json": {"number": number, "text": text}}
    form, content = aiohttp.FormData(), picture(number)
    form.add_field("image", content, filename=checksum(content))
    typed = json.dumps({"number": number})
    form.add_field("data", typed, content_type="application/json")
    return {"data": form}


def picture(number: int) -> bytes:
    """A binary of some length that only this number has."""
    return random.Random(number).randbytes(1_000 + number % 50 * 5_000)


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], many: int = 16
) -> None:
    """Work on the items, so many at once; the next is taken when one is done."""
    waiting = iter(items)

    async def one() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(one())
