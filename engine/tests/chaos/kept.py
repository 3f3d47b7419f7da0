"""A process that is started again whenever it dies, as a supervisor does."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, cast

PATIENCE = 120.0  # seconds; only a machine in trouble needs them
TESTS = Path(__file__).parents[1]
READY = b"listening at"
HOPELESS = 10  # deaths in a row before it was ready


async def until(
    holds: Callable[[], bool], patience: float = PATIENCE, every: float = 0.05
) -> None:
    """Come back when something holds; raises `TimeoutError`. All in seconds."""
    async with asyncio.timeout(patience):
        while not holds():
            await asyncio.sleep(every)


class Kept:
    """`python -m MODULE ARGUMENT…`, ended with this process; it says when it is ready.

    `deaths` are the exit codes of all that ended before `stop`; `module` and
    `environment` count from the next start on.
    """

    def __init__(
        self, log: Path, module: str, *arguments: str, **environment: str
    ) -> None:
        self.log, self.deaths, self.environment = log, list[int](), environment
        self.module, self._arguments = module, arguments
        self._process: Process | None = None
        self.ready, self._stopping, self._hopeless = False, False, 0
        self._changed = asyncio.Condition()

    def launch(self) -> None:
        """Start it and keep it running; `up` returns when it is ready."""
        self._keeping = asyncio.create_task(self._keep())

    async def __aenter__(self) -> Self:
        self.launch()
        try:
            await self.up()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def up(self) -> None:
        """Wait until it is ready."""
        await self._until(lambda: self.ready or self._hopeless >= HOPELESS)
        assert self.ready, f"it does not start: {self.log.read_text()[-5000:]}"

    async def died(self, times: int) -> None:
        """Wait until it has ended so often."""
        await self._until(lambda: len(self.deaths) >= times)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(holds)

    async def kill(self) -> None:
        """End it without a warning, when it is ready; it starts again by itself."""
        await self.up()
        died = len(self.deaths)
        self.signal(signal.SIGKILL)
        await self.died(died + 1)

    def signal(self, sign: signal.Signals) -> None:
        """Freeze it by SIGSTOP, or let it go on by SIGCONT."""
        assert self._process
        self._process.send_signal(sign)

    async def stop(self) -> None:
        """End it as an operator does; raises `TimeoutError` if it does not end."""
        self._stopping = True
        process = self._process
        if process and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PATIENCE)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        await self._keeping

    async def _keep(self) -> None:
        while not self._stopping and self._hopeless < HOPELESS:
            self._process = await self._started()
            self._hopeless += 1
            with self.log.open("ab", buffering=0) as log:
                async for line in cast(asyncio.StreamReader, self._process.stdout):
                    log.write(line)
                    if READY in line:
                        await self._is(ready=True)
            code = await self._process.wait()
            if not self._stopping:
                self.deaths.append(code)
            await self._is(ready=False)

    async def _is(self, ready: bool) -> None:
        async with self._changed:
            self.ready = ready
            self._hopeless = 0 if ready else self._hopeless
            self._changed.notify_all()

    async def _started(self) -> Process:
        path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
        told = {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "engine.cli.end_with_parent", self.module, *self._arguments),
            env={**os.environ, **told, **self.environment},
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            limit=1 << 22,
            process_group=0,
        )
