"""A real engine in a process of its own, and a service that tests can watch."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

PATIENCE = 60.0  # seconds; only a machine in trouble needs them


def free_port() -> int:
    """A port nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class EngineProcess:
    """`marketplace serve` on a data folder; it can be killed and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "PIPELINES_DIR": str(folder / "none"),
            **settings,
        }
        self._log = folder.with_suffix(".log")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def start(self) -> None:
        """Start the process; returns when it can be called."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "engine.cli",
                "serve",
                env={**os.environ, **self._settings},
                stdout=log,
                stderr=log,
            )
        async with aiohttp.ClientSession() as client, asyncio.timeout(PATIENCE):
            while not await self._answers(client):
                assert self._process.returncode is None, self._log.read_text()
                await asyncio.sleep(0.02)

    async def _answers(self, client: aiohttp.ClientSession) -> bool:
        with suppress(aiohttp.ClientError):
            async with client.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        return False

    async def kill(self) -> None:
        """End it without a warning."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> None:
        """End it as an operator does."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


class EchoService:
    """Answers every call with its input, by callback, until the engine has it."""

    def __init__(self) -> None:
        self.executions: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/echo", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{port}/echo"
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *exception: object) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        call = asyncio.ensure_future(self._answer(request.query, await request.json()))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return web.json_response({}, status=202)

    async def _answer(self, query: Mapping[str, str], data: Any) -> None:
        task_id = query["task_id"]
        self.executions[task_id] += 1
        while not await self._report(query["callback_url"], task_id, data):
            await asyncio.sleep(0.05)

    async def _report(self, url: str, task_id: str, data: Any) -> bool:
        """Whether the engine said something that ends the matter."""
        with suppress(aiohttp.ClientError):
            parameters = {"task_id": task_id}
            async with self._client.post(url, params=parameters, json=data) as answer:
                self.accepted[task_id] += answer.status == 200
                return answer.status in (200, 404, 409)
        return False
