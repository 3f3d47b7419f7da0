"""The open SQLite file, as threads use it: its lock, connections and transactions."""

import fcntl
import glob
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from engine.adapters.shared.private import PRIVATE_FILE, private
from engine.adapters.sqlite.schema import MIGRATIONS
from engine.domain.errors import EngineError, Unavailable

T = TypeVar("T")
Operation = Callable[[sqlite3.Connection], T]
"""Works on the file. One that raises an `EngineError` has changed nothing before."""

READERS = 2
"""Connections for queries, and with that how many queries run side by side."""

SETTINGS = (
    # With a write-ahead log readers do not wait for the writer, and a commit is one
    # write at the end of the log.
    "PRAGMA journal_mode = WAL",
    # Each commit syncs the log: what a caller was told is saved survives a power cut.
    # `NORMAL`, the usual choice with WAL, would lose the last commits.
    "PRAGMA synchronous = FULL",
    # Milliseconds to wait for a lock of another program, such as the `.backup` of
    # docs/how-to/operate.md. Without it a save would fail at once.
    "PRAGMA busy_timeout = 5000",
    # What is deleted is overwritten: whoever reads the file finds nothing of it. Some
    # builds of SQLite do so anyway, and others do not.
    "PRAGMA secure_delete = ON",
    # Bytes: a log that grew in a burst is cut to 64 MB, it would keep its size forever.
    "PRAGMA journal_size_limit = 67108864",
)

# Of tasks that run, with all that is inside of them: what watchers may still be told
# of. `path > ''` is true of all, and lets SQLite take the index.
LAST_SAVED = """
SELECT max(max(saved_at, coalesce((
    SELECT max(saved_at) FROM frames AS inside INDEXED BY frames_of_task
    WHERE inside.task = root.path AND inside.parent IS NOT NULL
), 0)))
FROM frames AS root INDEXED BY frames_open WHERE status = 'running' AND path > ''
"""

# A wrong statement, not a file or disk in trouble: trying again later cannot help.
MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)


class OpenFile:
    """Runs queries in any thread, and transactions in one thread at a time."""

    def __init__(
        self,
        path: Path,
        *,
        writer: sqlite3.Connection,
        readers: Sequence[sqlite3.Connection],
        last_saved: int,
    ) -> None:
        self._path = path
        self._writer = writer
        self._free_readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for reader in readers:
            self._free_readers.put(reader)

        self.last_saved = last_saved
        """When a frame of an open task was last saved, in microseconds, before this."""

    def ask(self, query: Operation[T]) -> T:
        """What a query gives; raises `Unavailable`."""
        reader = self._free_readers.get()
        try:
            with translated(self._path):
                return query(reader)
        finally:
            self._free_readers.put(reader)

    def carry_out(self, operations: Sequence[Operation[Any]]) -> list[Any]:
        """Commit them all together; the result or the error of each."""
        try:
            with translated(self._path):
                return self._commit(operations)
        except Exception as error:
            if len(operations) == 1:
                return [error]

            # One of them may be the cause. Each gets a transaction of its own, so
            # that it fails alone.
            return [self.carry_out([operation])[0] for operation in operations]

    def _commit(self, operations: Sequence[Operation[Any]]) -> list[Any]:
        connection = self._writer

        # When the disk fails, the rollback of the transaction before may have failed
        # too. Without this no transaction could begin any more.
        roll_back(connection)

        connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = [outcome_of(operation, connection) for operation in operations]
            connection.execute("COMMIT")
        except BaseException:
            roll_back(connection)
            raise

        return outcomes


@contextmanager
def open_file(path: Path) -> Iterator[OpenFile]:
    """The file with the newest schema, claimed for this engine; closed afterwards.

    Raises `Unavailable` if another engine uses it, or if it cannot be used at all.
    """
    with ExitStack() as resources:
        with translated(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

            # Before anything else: two engines must not both change the schema.
            resources.callback(os.close, claim(path))
            make_private(path)

            writer = resources.enter_context(connect(path))
            migrate(writer, path)

            readers = [resources.enter_context(connect(path)) for _ in range(READERS)]
            for reader in readers:
                reader.execute("PRAGMA query_only = ON")

            (last_saved,) = writer.execute(LAST_SAVED).fetchone()

        yield OpenFile(path, writer=writer, readers=readers, last_saved=last_saved or 0)


def claim(path: Path) -> int:
    """Lock out other engines until this descriptor is closed, or the process dead.

    The lock has a file of its own, since SQLite locks the database in its own way.
    """
    lock = private(f"{path}.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Unavailable(str(path), "it is used by another engine") from None

    return lock


def make_private(path: Path) -> None:
    """Only the owner may read the database: tasks and their data are in it.

    SQLite gives the files beside it (-wal, -shm) the rights of the database.
    """
    os.close(private(path, os.O_RDWR | os.O_CREAT))

    # Engines before this one made it readable for all, with the rights of the umask.
    for file in path.parent.glob(f"{glob.escape(path.name)}*"):
        if stat.S_IMODE(file.stat().st_mode) & ~PRIVATE_FILE:
            file.chmod(PRIVATE_FILE)


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that may pass from thread to thread, one at a time.

    It begins no transaction by itself (`isolation_level=None`): `BEGIN` and `COMMIT`
    are where they are written.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(connection):
        for setting in SETTINGS:
            connection.execute(setting)
        yield connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Take the steps that are missing; raises `Unavailable` for a newer schema."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()

    if version > len(MIGRATIONS):
        reason = f"its schema {version} is newer than this engine: upgrade the engine"
        raise Unavailable(str(path), reason)

    for migration in MIGRATIONS[version:]:
        connection.executescript(migration)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise `Unavailable` for what the file or its disk cannot do now."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        if isinstance(error, MISTAKES):
            raise
        raise Unavailable(str(path), str(error)) from error


def outcome_of(operation: Operation[Any], connection: sqlite3.Connection) -> Any:
    """What it returns, or the `EngineError` that it raises.

    Such an error (a stale save, a route that is taken) is an answer: the others are
    committed all the same.
    """
    try:
        return operation(connection)
    except EngineError as error:
        return error


def roll_back(connection: sqlite3.Connection) -> None:
    """End a transaction that is open; nothing to do if there is none."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
