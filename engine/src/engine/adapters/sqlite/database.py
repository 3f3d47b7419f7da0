"""One SQLite file, for one engine: one writer that commits in groups, a few readers."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

from engine.adapters.shared.instants import from_micros, to_micros, utc_now
from engine.adapters.sqlite.file import READERS, OpenFile, Operation, open_file
from engine.adapters.sqlite.writer import GroupWriter, open_writer
from engine.domain.batches import Batches
from engine.domain.errors import Unavailable
from engine.ports import Clock

T = TypeVar("T")

EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """What is there only while the file is open."""

    file: OpenFile
    readers: ThreadPoolExecutor
    writer: GroupWriter


class Database:
    """The file, claimed for this engine while the context is open.

    Operations that wait are committed together; each has its own outcome. What
    `write` returned is on the disk, and what `read` gives includes it.
    """

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self._path = path
        self._clock = clock
        self._last_tick = 0
        self.batches = Batches()
        """How many operations each commit had."""

        # The stores are made of this object before an event loop runs, the file is
        # opened when the engine starts. None: it is not open.
        self._opened: OpenDatabase | None = None
        self._resources = AsyncExitStack()

    async def __aenter__(self) -> Self:
        opening = open_database(self._path, self.batches)
        opened = await self._resources.enter_async_context(opening)
        self._last_tick = opened.file.last_saved
        self._opened = opened
        return self

    async def __aexit__(self, *reason: object) -> None:
        # Nothing more is accepted while the writer commits what waits.
        self._opened = None
        await self._resources.aclose()

    def tick(self, before: datetime | None = None) -> datetime:
        """The time, but later than at any call before, than `before`, and than any
        save of a task that runs.

        So frames are found in the order in which they were saved, also when the clock
        of the machine is set back.
        """
        least = self._last_tick + 1
        if before is not None:
            least = max(least, to_micros(before) + 1)
        self._last_tick = max(to_micros(self._clock()), least)
        return from_micros(self._last_tick)

    async def write(self, operation: Operation[T]) -> T:
        """Carry out durably; raises what the operation raised, or `Unavailable`."""
        return await self._in_use().writer.add(operation)

    async def read(self, query: Operation[T]) -> T:
        """Ask the last committed state, in a thread; raises `Unavailable`."""
        opened = self._in_use()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(opened.readers, opened.file.ask, query)

    async def scrub(self) -> None:
        """Leave nothing in the files of what was deleted; raises `Unavailable`.

        Pages that are free are overwritten already. What they were is in the log until
        that is written into the file, and cut.
        """
        (is_busy, *_) = await self.read(
            lambda connection: connection.execute(EMPTY_LOG).fetchone()
        )
        if is_busy:
            raise Unavailable(str(self._path), "its log is in use by others")

    def _in_use(self) -> OpenDatabase:
        if self._opened is None:
            raise Unavailable(str(self._path), "it is closed")
        return self._opened


@asynccontextmanager
async def open_database(path: Path, batches: Batches) -> AsyncIterator[OpenDatabase]:
    """Everything that works on the file, closed in the opposite order."""
    readers = ThreadPoolExecutor(READERS, "sqlite-reader")
    async with (
        in_thread(open_file(path)) as file,
        in_thread(readers),
        open_writer(file.carry_out, batches) as writer,
    ):
        yield OpenDatabase(file, readers, writer)


@asynccontextmanager
async def in_thread(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave it in a thread: both wait for the disk."""
    value = await asyncio.to_thread(manager.__enter__)
    try:
        yield value
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
