"""Keeps processes running: passes on their lines, starts those that end again."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from engine.cli import end_with_parent
from engine.cli.trouble import Trouble

STOP_GRACE_SECONDS = 16.0
"""From the request to end until a process is killed. It is longer than the time that
the engine takes for open requests and calls under way, and than that of
`end_with_parent`."""
STEADY_SECONDS = 60.0
"""A process that ran this long runs well: its next restart comes soon again."""
RESTART_DELAYS_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Growing, so that a program that cannot start does not fill the screen."""
LAST_LINES_SECONDS = 1.0
MAX_LINE_BYTES = 1 << 20

# As a file: another Python does not know it as a module. -P: what lies beside it in its
# folder is not importable.
END_WITH_PARENT = ("-P", end_with_parent.__file__)

Tell = Callable[[str, str], None]
"""Takes the name of a process and a line that it printed."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is to be kept running."""

    name: str
    module: str
    python: Path = Path(sys.executable)
    """Another one has packages of its own, and not those of the engine."""

    arguments: Sequence[str] = ()
    folder: Path = Path()
    environment: Mapping[str, str] = field(default_factory=dict)

    async def start(self) -> Process:
        """A new process of it, which ends with this one, in a group of its own."""
        return await asyncio.create_subprocess_exec(
            self.python,
            *END_WITH_PARENT,
            self.module,
            *self.arguments,
            cwd=self.folder,
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            limit=MAX_LINE_BYTES,
            process_group=0,
        )


class Supervisor:
    """The processes: `keep` each in a task of its own, and `stop` them in the end."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.deaths: Counter[str] = Counter()
        self._running: dict[str, Process] = {}
        self._stopping = False

    async def keep(
        self, name: str, make_program: Callable[[], Awaitable[Program]]
    ) -> None:
        """Start a program, and start it again with growing delays whenever it ends.

        It is made anew for each start, since a service may need another port.
        """
        failures = 0
        while not self._stopping:
            began = time.monotonic()
            try:
                program = await make_program()
            except Trouble as trouble:
                for line in f"{trouble.message}\n{trouble.remedy}".splitlines():
                    self._tell(name, line)
                ending = "cannot start"
            else:
                ending = await self._run_once(program)
            if self._stopping:
                return

            if time.monotonic() - began > STEADY_SECONDS:
                failures = 0
            last_delay = len(RESTART_DELAYS_SECONDS) - 1
            delay = RESTART_DELAYS_SECONDS[min(failures, last_delay)]
            failures += 1
            self.deaths[name] += 1

            self._tell(name, f"{ending}; starts again in {delay:g} s")
            await asyncio.sleep(delay)

    async def _run_once(self, program: Program) -> str:
        """Run it to its end; how it ended, in words."""
        process = await program.start()
        self._running[program.name] = process
        lines = asyncio.ensure_future(self._pass_on_lines(program.name, process))
        try:
            code = await process.wait()
            # A process that it started may still hold the pipe open: the last lines
            # are waited for, the end of the pipe is not.
            with suppress(TimeoutError):
                await asyncio.wait_for(lines, LAST_LINES_SECONDS)
        finally:
            lines.cancel()
            _kill_group(process)
            del self._running[program.name]

        if code < 0:
            return f"ended with signal {signal.Signals(-code).name}"
        return f"ended with code {code}"

    async def _pass_on_lines(self, name: str, process: Process) -> None:
        lines = cast(asyncio.StreamReader, process.stdout)
        while True:
            try:
                line = await lines.readline()
            except ValueError:
                # The reader has dropped the line; the ones after it can be read.
                line = b"(a line of more than a megabyte)"
            if not line:
                return
            self._tell(name, line.decode(errors="replace").rstrip())

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a program; one that does not run now gets none."""
        process = self._running.get(name)
        if process:
            with suppress(ProcessLookupError):
                process.send_signal(number)

    async def stop(self, *last: str) -> None:
        """End all processes, those named `last` after the others."""
        self._stopping = True
        first = [name for name in self._running if name not in last]
        await self._stop_together(first)

        remaining = [name for name in last if name in self._running]
        await self._stop_together(remaining)

    async def _stop_together(self, names: Sequence[str]) -> None:
        await asyncio.gather(*(_end(self._running[name]) for name in names))


async def _end(process: Process) -> None:
    """Ask a process to end; kill what is left of it and its children."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_GRACE_SECONDS)
    _kill_group(process)


def _kill_group(process: Process) -> None:
    """Leave nothing running that the process started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
