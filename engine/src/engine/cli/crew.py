"""Keeps processes running: their lines are passed on, the dead are started again."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

GRACE = 16.0  # seconds to end after a request; then it is killed
STEADY = 60.0  # seconds after which a process counts as running well
DELAYS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
LONGEST_LINE = 1 << 20

Tell = Callable[[str, str], None]
"""Takes the name of a process and a line."""


@dataclass(frozen=True)
class Program:
    """What is to be kept running."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)

    async def start(self) -> Process:
        """A process of it, tethered to this one, in a group of its own."""
        command = ("-m", "engine.cli.tether", self.module, *self.arguments)
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
            process_group=0,
        )


class Crew:
    """The processes; `keep` each in a task of its own, and `stop` them in the end."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.deaths: Counter[str] = Counter()
        self._running: dict[str, Process] = {}
        self._stopping = False

    async def keep(self, plan: Callable[[], Program]) -> None:
        """Start what is planned, and again with growing delays whenever it ends."""
        failures = 0
        while not self._stopping:
            program, began = plan(), time.monotonic()
            code = await self._once(program)
            if self._stopping:
                return
            failures = 0 if time.monotonic() - began > STEADY else failures
            delay = DELAYS[min(failures, len(DELAYS) - 1)]
            failures += 1
            self.deaths[program.name] += 1
            self._tell(program.name, f"ended with {code}; starts again in {delay:g} s")
            await asyncio.sleep(delay)

    async def _once(self, program: Program) -> str:
        process = await program.start()
        self._running[program.name] = process
        lines = asyncio.ensure_future(self._pass_on(program.name, process))
        try:
            code = await process.wait()
            with suppress(TimeoutError):  # a grandchild may hold the pipe open
                await asyncio.wait_for(lines, 1)
        finally:
            lines.cancel()
            _kill_group(process)
            del self._running[program.name]
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"

    async def _pass_on(self, name: str, process: Process) -> None:
        lines = cast(asyncio.StreamReader, process.stdout)
        while True:
            try:
                line = await lines.readline()
            except ValueError:
                line = b"(a line of more than a megabyte)"
            if not line:
                return
            self._tell(name, line.decode(errors="replace").rstrip())

    async def stop(self, *last: str) -> None:
        """End all processes, those named last after the others."""
        self._stopping = True
        names = [name for name in self._running if name not in last]
        for group in (names, [name for name in last if name in self._running]):
            await asyncio.gather(*(_end(self._running[name]) for name in group))


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GRACE)
    _kill_group(process)


def _kill_group(process: Process) -> None:
    """Nothing that it started stays behind."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
