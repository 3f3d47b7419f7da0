"""One SQLite file: its schema, one writer that commits in groups, a few readers."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self, TypeVar

from engine.adapters.shared.instants import from_micros, to_micros, utc_now
from engine.adapters.sqlite.schema import MIGRATIONS, SETTINGS
from engine.domain.errors import EngineError, Unavailable
from engine.ports import Clock

T = TypeVar("T")
Operation = Callable[[sqlite3.Connection], T]
"""Works on the file. One that raises an `EngineError` has changed nothing before."""

Waiting = tuple[Operation[Any], asyncio.Future[Any]]

READERS = 2
TOGETHER = 256  # operations in one commit, at most
LAST_SAVED = "SELECT max(saved_at) FROM frames INDEXED BY frames_of_task"
# what the disk has no part in
MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)


class Database:
    """The file, claimed for this engine while the context is open.

    Operations that wait are committed together; each has its own outcome. What
    `write` returned is on the disk, and what `read` gives includes it.
    """

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self._path, self._clock = path, clock
        self._waiting: list[Waiting] = []
        self._batches: SimpleQueue[list[Waiting]] = SimpleQueue()
        self._open, self._idle = False, asyncio.Event()
        self._idle.set()
        self._last = 0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._prepare)
        self._open = True
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._open = False
        await self._idle.wait()
        await asyncio.to_thread(self._resources.close)

    def tick(self) -> datetime:
        """The time, but later than at any call before and than any saved frame."""
        self._last = max(to_micros(self._clock()), self._last + 1)
        return from_micros(self._last)

    async def write(self, operation: Operation[T]) -> T:
        """Carry out durably; raises what the operation raised, or `Unavailable`."""
        self._check_open()
        outcome: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append((operation, outcome))
        if self._idle.is_set():
            self._idle.clear()
            self._loop.call_soon(self._flush)
        return await outcome

    async def read(self, query: Operation[T]) -> T:
        """Ask the last committed state, aside from the event loop."""
        self._check_open()
        return await self._loop.run_in_executor(self._readers, self._ask, query)

    def _check_open(self) -> None:
        if not self._open:
            raise Unavailable(str(self._path), "it is closed")

    def _flush(self) -> None:
        self._batches.put(self._waiting[:TOGETHER])
        self._waiting = self._waiting[TOGETHER:]

    def _settle(self, batch: Sequence[Waiting], outcomes: Sequence[Any]) -> None:
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():  # its caller was cancelled
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        if self._waiting:
            self._flush()
        else:
            self._idle.set()

    # From here on in other threads.

    def _prepare(self) -> None:
        with ExitStack() as resources, self._translated():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            resources.callback(os.close, self._claim())
            self._write_to = self._connect(resources)
            self._migrate()
            self._last = self._write_to.execute(LAST_SAVED).fetchone()[0] or 0
            self._read_from: SimpleQueue[sqlite3.Connection] = SimpleQueue()
            for _ in range(READERS):
                reader = self._connect(resources)
                reader.execute("PRAGMA query_only = ON")
                self._read_from.put(reader)
            self._readers = ThreadPoolExecutor(READERS, "sqlite-reader")
            resources.callback(self._readers.shutdown)
            writer = Thread(target=self._commit_batches, daemon=True)
            writer.start()
            resources.callback(writer.join)
            resources.callback(self._batches.put, [])  # tells it to end
            self._resources = resources.pop_all()

    def _claim(self) -> int:
        """Lock out other engines until closed, or until this process is dead."""
        claim = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(claim)
            reason = "it is used by another engine"
            raise Unavailable(str(self._path), reason) from None
        return claim

    def _connect(self, resources: ExitStack) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False
        )
        resources.enter_context(closing(connection)).executescript(SETTINGS)
        return connection

    def _migrate(self) -> None:
        (version,) = self._write_to.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            reason = (
                f"its schema {version} is newer than this engine: upgrade the engine"
            )
            raise Unavailable(str(self._path), reason)
        for migration in MIGRATIONS[version:]:
            self._write_to.executescript(migration)

    def _ask(self, query: Operation[T]) -> T:
        connection = self._read_from.get()
        try:
            with self._translated():
                return query(connection)
        finally:
            self._read_from.put(connection)

    def _commit_batches(self) -> None:
        """The writer thread: leaner than an executor, which every commit would pay."""
        while batch := self._batches.get():
            outcomes = self._carry_out([operation for operation, _ in batch])
            self._loop.call_soon_threadsafe(self._settle, batch, outcomes)

    def _carry_out(self, operations: Sequence[Operation[Any]]) -> list[Any]:
        """All in one transaction; if that fails, each in its own."""
        try:
            with self._translated():
                return self._commit(operations)
        except Exception as error:
            if len(operations) == 1:
                return [error]
            return [self._carry_out([operation])[0] for operation in operations]

    def _commit(self, operations: Sequence[Operation[Any]]) -> list[Any]:
        connection = self._write_to
        _roll_back(connection)  # of what a failing disk did not even let end
        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [_outcome(operation, connection) for operation in operations]
            connection.execute("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
        return outcomes

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What the file or its disk cannot do now is `Unavailable`."""
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, MISTAKES):
                raise
            raise Unavailable(str(self._path), str(error)) from error


def _outcome(operation: Operation[Any], connection: sqlite3.Connection) -> Any:
    try:
        return operation(connection)
    except EngineError as error:
        return error


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
