"""Clients as they should be: they repeat requests, and remember the answers."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from chaos.logs import Accepted, Json, Logs, ReportedEnd
from chaos.services import checksum
from chaos.supervised import WAIT_SECONDS

T = TypeVar("T")

# Of one try. A frozen replica accepts the connection, but never answers.
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=8)

RETRY_STATUSES = frozenset({429, 502, 503, 504})

# Of the delays between two tries of a request.
FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 2.0

# A task in which nothing changes for so long is not looked at any more.
STALLED_SECONDS = 120.0

# Between two looks at a task. More often took most of the suite's CPU time.
LOOK_SECONDS = 0.3

# A look at all that is known of the task costs more than a look at its status.
CHANCE_OF_A_SNAPSHOT = 0.3

LARGE_TEXT_ROUTE = "large_text"


class UnexpectedAnswer(AssertionError):
    """The engine answered what it must not answer."""


class Clients:
    """They share a connection pool and a log; `refusals` counts the failed tries."""

    def __init__(
        self,
        *,
        engine: str,
        http: aiohttp.ClientSession,
        choices: random.Random,
        logs: Logs,
    ) -> None:
        self._engine = engine
        self._http = http
        self._choices = choices
        self._logs = logs
        self._look_seconds = LOOK_SECONDS
        self._patience_seconds = WAIT_SECONDS

        self.refusals: Counter[str] = Counter()
        self.without_retry_after = 0

    def be_patient(self, *, look_seconds: float, patience_seconds: float) -> None:
        """Look more rarely, and let requests take longer: there are many clients."""
        self._look_seconds = look_seconds
        self._patience_seconds = patience_seconds

    async def ask(
        self, verb: str, path: str, make: Callable[[], Any] | None = None, **more: Any
    ) -> tuple[int, Json]:
        """Ask until the answer is not "try again": its status and JSON.

        `make` makes the body anew for each try: a body can be sent only once.
        """
        async with asyncio.timeout(self._patience_seconds):
            delay = FIRST_DELAY_SECONDS
            while True:
                body = make() if make else {}
                status, said, wait = await self._ask_once(verb, path, **body, **more)
                if status not in RETRY_STATUSES:
                    return status, said

                jittered = delay * self._choices.uniform(0.5, 1)
                await asyncio.sleep(max(wait, jittered))
                delay = min(2 * delay, LONGEST_DELAY_SECONDS)

    async def _ask_once(
        self, verb: str, path: str, **more: Any
    ) -> tuple[int, Json, float]:
        """The status, the JSON, and the seconds of Retry-After."""
        said = None
        try:
            async with self._http.request(verb, self._engine + path, **more) as answer:
                if answer.status != 204:
                    said = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.refusals[type(error).__name__] += 1
            return 503, None, 0

        if answer.status in RETRY_STATUSES:
            self.refusals[str(answer.status)] += 1
            if "retry-after" not in answer.headers:
                self.without_retry_after += 1
        return answer.status, said, float(answer.headers.get("retry-after", 0))

    async def publish(self, document: Json) -> None:
        """Create or replace a pipeline."""
        status, said = await self.ask("POST", "/services", lambda: {"json": document})
        if status not in (200, 201):
            raise UnexpectedAnswer(said)

    async def announce(self, route: str, url: str) -> None:
        """Announce an operation, as a service does."""
        api = {"route": route, "body": {"number": 1}}
        await self.publish({"type": "service", "url": url, "api": api})

    async def send_unknown_file(self, number: int) -> None:
        """Send a file that the route does not have: the engine must refuse it."""

        def make() -> dict[str, Any]:
            form = body("binary", number)["data"]
            form.add_field("unknown", b"not in the route's body", filename="unknown")
            return {"data": form}

        status, said = await self.ask("POST", "/services/binary", make)
        if status != 422:
            raise UnexpectedAnswer(said)

    async def start(
        self,
        route: str,
        number: int,
        *,
        push_url: str | None = None,
        waits_for_route: bool = False,
    ) -> Accepted:
        """Start a task, once, however often the request must be repeated."""
        key = f"{route} {number}"
        query = {"callback_url": push_url, "task_id": key} if push_url else {}
        more = {"params": query, "headers": {"Idempotency-Key": key}}

        async def post() -> tuple[int, Json]:
            path = f"/services/{route}"
            return await self.ask("POST", path, lambda: body(route, number), **more)

        status, said = await post()
        while status == 404 and waits_for_route:
            await asyncio.sleep(self._look_seconds)
            status, said = await post()
        if status != 202:
            raise UnexpectedAnswer(f"{key} was refused: {status} {said}")

        accepted = Accepted(
            task=said["jobId"],
            route=route,
            key=key,
            number=number,
            push_id=key if push_url else None,
        )
        self._logs.accepted.append(accepted)
        return accepted

    async def look(self, task: str) -> Json:
        """Ask for the status of a task or for all of it, and record how it ended."""
        if self._choices.random() < CHANCE_OF_A_SNAPSHOT:
            said = await self.raw(task)
            self._logs.snapshots.append(said)
        else:
            status, said = await self.ask("GET", f"/tasks/{task}/status")
            if status != 200:
                said = None

        if said is None:
            self._logs.ends.append(ReportedEnd(task, "unknown", None))
        elif said["status"] == "error":
            self._logs.ends.append(ReportedEnd(task, "error", said["message"]))
        elif said["status"] == "finished":
            outputs = await self.outputs(task)
            self._logs.ends.append(ReportedEnd(task, "finished", None, outputs))
        return said

    async def outputs(self, task: str) -> Json:
        """What a finished task gave; a file is given as its checksum."""
        status, outputs = await self.ask("GET", f"/tasks/{task}")
        if status != 200:
            return {"problem": outputs}

        for key, value in outputs.items():
            if isinstance(value, str) and value.startswith("http"):
                outputs[key] = await self._checksum_of(value)
        return outputs

    async def _checksum_of(self, url: str) -> str:
        async with asyncio.timeout(self._patience_seconds):
            while True:
                try:
                    async with self._http.get(url) as answer:
                        content = await answer.read()
                    if answer.status not in RETRY_STATUSES:
                        return checksum(content)
                except (aiohttp.ClientError, TimeoutError) as error:
                    self.refusals[type(error).__name__] += 1
                await asyncio.sleep(self._look_seconds)

    async def remove(self, route: str) -> None:
        """Remove a route."""
        status, said = await self.ask("DELETE", f"/services/{route}")

        # 404: an earlier try removed it, and its answer was lost.
        if status not in (204, 404):
            raise UnexpectedAnswer(said)

    async def report(self, callback_id: str) -> tuple[int, Json]:
        """Send a result under a callback id that was not given to this client."""
        result = {"number": -1, "by": "a forger"}
        return await self.ask(
            "POST",
            "/callback",
            lambda: {"json": result},
            params={"task_id": callback_id},
        )

    async def release(self, url: str) -> None:
        """Tell the services to deliver the results that they hold."""
        async with self._http.post(url) as answer:
            answer.raise_for_status()

    async def erase(self, accepted: Accepted) -> None:
        """Erase a task; from now on its end is not expected any more."""
        self._logs.accepted.remove(accepted)
        status, said = await self.ask("DELETE", f"/tasks/{accepted.task}")

        # 404: an earlier try erased it, and its answer was lost.
        if status not in (204, 404):
            raise UnexpectedAnswer(said)
        self._logs.erased[accepted.task] = None

    async def raw(self, task: str) -> Json:
        """Everything known of a task; None: there is no such task."""
        status, said = await self.ask("GET", f"/tasks/{task}/raw")
        return said if status == 200 else None

    async def follow(self, task: str) -> None:
        """Look again and again until it has ended, or does not move any more."""
        last_state = None
        moved_at = time.monotonic()

        while time.monotonic() - moved_at < STALLED_SECONDS:
            said = await self.look(task)
            if said is None or said["status"] != "running":
                return

            state = said["progress"], said["waiting"]
            if state != last_state:
                last_state = state
                moved_at = time.monotonic()
            await asyncio.sleep(self._look_seconds)

    async def listed(self) -> list[str]:
        """The ids of all tasks that the engine knows."""
        found: list[str] = []
        query = {"limit": "200"}

        while True:
            _, page = await self.ask("GET", "/tasks", params=query)
            found += [line["id"] for line in page["items"]]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]


@asynccontextmanager
async def client_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Each request goes over a connection of its own: any replica may get it."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=REQUEST_TIMEOUT
    ) as http:
        yield http


def body(route: str, number: int) -> dict[str, Any]:
    """The inputs of a task; a binary has its checksum as its name."""
    if route != "binary":
        # A text so large that the engine keeps it in the blob store.
        text = str(number) * 10_000 if route == LARGE_TEXT_ROUTE else ""
        return {"json": {"number": number, "text": text}}

    content = random_bytes(number)
    form = aiohttp.FormData()
    form.add_field("image", content, filename=checksum(content))
    form.add_field(
        "data", json.dumps({"number": number}), content_type="application/json"
    )
    return {"data": form}


def random_bytes(number: int) -> bytes:
    """Bytes that only this number has: from 1 KB to a quarter of a megabyte."""
    length = 1_000 + number % 50 * 5_000
    return random.Random(number).randbytes(length)


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[None]], many: int = 16
) -> None:
    """Work on the items, so many at once; the next is taken when one is done."""
    waiting = iter(items)

    async def one_after_the_other() -> None:
        for item in waiting:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for _ in range(many):
            group.create_task(one_after_the_other())
