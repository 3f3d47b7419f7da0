"""A process that is started again whenever it dies, as by a supervisor."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, cast

# Far more than anything here takes: only a machine in trouble comes near it.
WAIT_SECONDS = 120.0

TESTS = Path(__file__).parents[1]

READY = b"listening at"
"""A line with these words says that the process can be used."""

# Kills the process when this one ends, in whatever way.
PARENT_GUARD = "engine.cli.end_with_parent"

PYTHON = "PYTHON_OF_PROCESS"
"""In its environment: which Python runs it, where that is not this one."""

MAX_FAILED_STARTS = 10
"""After so many deaths in a row before it was ready it is not started again."""

# A log line of the engine may hold a whole traceback or document.
MAX_LINE_BYTES = 4 << 20

LOG_CHARACTERS_IN_ERRORS = 5000


class SupervisedProcess:
    """`python -m MODULE ARGUMENT…`, which ends when this process ends.

    `deaths` are the exit codes of all processes that ended before `stop`.
    """

    def __init__(
        self, log: Path, module: str, *arguments: str, **environment: str
    ) -> None:
        self.log = log
        self.deaths: list[int] = []
        self.ready = False

        self._module = module
        self._arguments = arguments
        self._environment = environment

        self._process: Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._stopping = False
        self._failed_starts = 0
        self._changed = asyncio.Condition()

    def launch(self) -> None:
        """Start it and keep it running; `up` returns when it is ready."""
        self._supervision = asyncio.create_task(self._supervise())

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

    def become(self, **environment: str) -> None:
        """From its next start on it has these variables instead of the first ones."""
        self._environment = environment

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def up(self) -> None:
        """Wait until it is ready."""
        await self._until(lambda: self.ready or self._is_hopeless)
        end = self.log.read_text()[-LOG_CHARACTERS_IN_ERRORS:]
        assert self.ready, f"it does not start: {end}"

    async def died(self, times: int) -> None:
        """Wait until it has ended so often."""
        await self._until(lambda: len(self.deaths) >= times)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(holds)

    async def kill(self) -> None:
        """End it without a warning, when it is ready; it starts again by itself."""
        await self.up()
        deaths = len(self.deaths)
        self.signal(signal.SIGKILL)
        await self.died(deaths + 1)

    def signal(self, sign: signal.Signals) -> None:
        """Freeze it with SIGSTOP, or let it continue with SIGCONT."""
        assert self._process
        self._process.send_signal(sign)

    async def stop(self) -> None:
        """End it as an operator does; raises `TimeoutError` if it does not end."""
        self._stopping = True
        process = self._process

        if process and process.returncode is None:
            with suppress(ProcessLookupError):
                # A frozen process does not see the signal that ends it.
                process.send_signal(signal.SIGCONT)
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), WAIT_SECONDS)
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)
                raise

        if self._supervision:
            await self._supervision

    @property
    def _is_hopeless(self) -> bool:
        return self._failed_starts >= MAX_FAILED_STARTS

    async def _supervise(self) -> None:
        while not self._stopping and not self._is_hopeless:
            process = await self._start()
            self._process = process
            self._failed_starts += 1

            with self.log.open("ab", buffering=0) as log:
                async for line in cast(asyncio.StreamReader, process.stdout):
                    log.write(line)
                    if READY in line:
                        self._failed_starts = 0
                        await self._set_ready(True)

            code = await process.wait()
            if not self._stopping:
                self.deaths.append(code)
            await self._set_ready(False)

    async def _set_ready(self, ready: bool) -> None:
        async with self._changed:
            self.ready = ready
            self._changed.notify_all()

    async def _start(self) -> Process:
        paths = [str(TESTS), os.environ.get("PYTHONPATH", "")]
        python = {
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            # Else the line that says it is ready waits in a buffer.
            "PYTHONUNBUFFERED": "1",
        }
        return await asyncio.create_subprocess_exec(
            self._environment.get(PYTHON, sys.executable),
            *("-m", PARENT_GUARD, self._module, *self._arguments),
            env={**os.environ, **python, **self._environment},
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            limit=MAX_LINE_BYTES,
            process_group=0,
        )
