"""Judges data in a process of its own, which is killed if that takes too long.

The validator cannot be interrupted, and keeps Python's lock while it works: in a thread
of the engine it would stop everybody. What it costs depends on the schema and on the
data, and both come from outside (docs/decisions/0036).
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from datetime import timedelta
from typing import Self

import orjson

from engine.adapters.judging.messages import ANSWER, QUESTION, read_answer
from engine.domain.contracts.contract import Judged
from engine.domain.contracts.keywords import Schema
from engine.domain.errors import TooMuch, Unavailable
from engine.domain.values import Json

WORK = timedelta(seconds=3)
"""Of the process for one question. The largest data takes a tenth of it by an ordinary
contract."""

PATIENCE = timedelta(seconds=60)
"""With a process that does not get to work, on a machine that has too much to do."""

LARGE_BYTES = 256 << 10
"""JSON of this size and more is written and read in a thread."""


class JudgingProcess:
    """A `Judges`. The process starts with the first question, and answers one at a
    time."""

    def __init__(self, work: timedelta = WORK, patience: timedelta = PATIENCE) -> None:
        self._work_seconds = work.total_seconds()
        self.patience = patience
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._end()

    @property
    def pid(self) -> int | None:
        """The id of the process, if there is one."""
        return self._process.pid if self._process else None

    async def judged(
        self, schema: Schema, data: dict[str, Json], *, fills: bool
    ) -> Judged:
        async with self._turn:
            written = await asyncio.to_thread(orjson.dumps, data)
            asked = orjson.dumps(schema)
            head = QUESTION.pack(len(asked), len(written), fills)
            raw = await self._answer(head + asked, written)

        if len(raw) < LARGE_BYTES:
            return read_answer(raw, data)
        return await asyncio.to_thread(read_answer, raw, data)

    async def _answer(self, head: bytes, data: bytes) -> bytes:
        """What the process says; raises `TooMuch`, `Unavailable`."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self._asked(head, data)
        except (OSError, EOFError):
            end = await self._end()
        except BaseException:
            # Whoever asked has gone. Nobody else may get the answer.
            await self._end()
            raise

        if end == -signal.SIGPROF:
            seconds = int(self._work_seconds)
            raise TooMuch("the time to check the data", seconds, "seconds")
        raise Unavailable("the check of data", "its process has ended")

    async def _asked(self, head: bytes, data: bytes) -> bytes:
        process = await self._started()
        assert process.stdin and process.stdout  # nosec B101 # both are pipes

        process.stdin.write(head)
        process.stdin.write(data)
        await process.stdin.drain()
        (count,) = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
        return await process.stdout.readexactly(count)

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-m",
                "engine.adapters.judging.worker",
                str(self._work_seconds),
                stdin=PIPE,
                stdout=PIPE,
                # What the engine knows of its stores and keys is not for it.
                env={},
            )
        return self._process

    async def _end(self) -> int | None:
        """Kill the process; how it ended, if it had before."""
        process, self._process = self._process, None
        if process is None:
            return None

        # It may have ended by itself: then its own end is told. `process.kill` would
        # ask the system for that, which tells it once, and not to asyncio.
        with suppress(ProcessLookupError):
            if process.returncode is None:
                os.kill(process.pid, signal.SIGKILL)
        return await process.wait()
