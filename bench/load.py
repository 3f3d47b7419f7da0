"""Starts tasks, and learns of their end: by a push, or in the answer of the start."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import orjson

from bench.wire import Client, listen

MAX_TASK_SECONDS = 150.0
FAILED = b'{"type":"error"'


class Failed(Exception):
    """A task that did not come to its result."""


class Load:
    """Holds a number of tasks under way, each until its result has come."""

    def __init__(self) -> None:
        self._client = Client()
        self._ids = itertools.count()
        self._expected: dict[str, asyncio.Future[bytes]] = {}
        self._callback = ""

    async def open(self) -> None:
        port = await listen(self._take)
        self._callback = quote(f"http://127.0.0.1:{port}/result", safe="")

    def _take(self, target: bytes, body: bytes) -> None:
        task = parse_qs(urlsplit(target.decode()).query)["task_id"][0]
        expected = self._expected.get(task)
        if expected and not expected.done():
            expected.set_result(body)

    async def run(
        self,
        *,
        url: str,
        data: object,
        tasks: int,
        at_once: int,
        pushed: bool,
        token: str = "",
    ) -> list[float]:
        """How many seconds each task took; `pushed`: its end is, as to a service."""
        todo = iter(range(tasks))
        body = orjson.dumps(data)
        one = self._pushed if pushed else self._answered

        async def work(todo: Iterator[int]) -> list[float]:
            return [await one(url, body, token) for _ in todo]

        workers = (work(todo) for _ in range(min(tasks, at_once)))
        return list(itertools.chain(*await asyncio.gather(*workers)))

    async def _pushed(self, url: str, body: bytes, token: str) -> float:
        task = str(next(self._ids))
        self._expected[task] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        try:
            query = f"callback_url={self._callback}&task_id={task}"
            await self.post(url, body, query, token)
            result = await asyncio.wait_for(self._expected[task], MAX_TASK_SECONDS)
        finally:
            del self._expected[task]

        if result.startswith(FAILED):
            raise Failed(result.decode())
        return time.perf_counter() - began

    async def _answered(self, url: str, body: bytes, token: str) -> float:
        began = time.perf_counter()
        await self.post(url, body, token=token)
        return time.perf_counter() - began

    async def post(
        self, url: str, body: bytes, query: str = "", token: str = ""
    ) -> None:
        """Send a request that must be accepted; raises `Failed`."""
        status, said = await self._client.post(url, query, body, token=token)
        if status >= 300:
            raise Failed(f"{url} answered {status}: {said.decode()}")
