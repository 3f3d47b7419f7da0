"""The documents of an engine of its own: one SQLite file."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.adapters.sqlite.file import claim, make_private
from engine.adapters.upkeep.files import copy_file, make_folder
from engine.adapters.upkeep.stores import UpkeepFailed

FILE = "engine.db"
ALL_PAGES = -1
BUSY_SECONDS = 5.0
"""For a lock that the engine holds for a moment."""

COUNT_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


class SqliteDocuments:
    """`Documents` in the file of an engine, which may be running."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, folder: Path) -> int:
        target = folder / FILE
        make_private(target)
        with reading(self._path) as source, closing(sqlite3.connect(target)) as copy:
            # All pages in one step, and so as of one moment: with a write-ahead log,
            # reading keeps nobody from writing. In several steps it would begin anew
            # whenever the engine has written.
            source.backup(copy, pages=ALL_PAGES)

            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            return _checked(copy, target)

    def check_empty(self) -> None:
        if self._path.exists():
            raise UpkeepFailed(
                f"{self._path} is there already",
                "restore into another folder (--data), or move this one away",
            )

    def load(self, folder: Path) -> int:
        make_folder(self._path.parent)
        lock = claim(self._path)
        try:
            self.check_empty()
            with reading(folder / FILE) as source:
                count = _checked(source, folder / FILE)
            copy_file(folder / FILE, self._path)
        finally:
            os.close(lock)
        return count

    def sealed_secrets(self) -> Iterator[tuple[str, bytes]]:
        if not self._path.exists():
            return
        with reading(self._path) as source:
            if _has_table(source, "secrets"):
                yield from source.execute("SELECT name, sealed FROM secrets")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing; raises `UpkeepFailed`."""
    if not path.exists():
        raise UpkeepFailed(
            f"there is no {path}", "give the folder of the engine: --data or DATA_DIR"
        )
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.OperationalError as error:
        # Locked, or of another user: the file itself may be whole.
        raise UpkeepFailed(
            f"{path} cannot be read: {error}",
            "look who uses it, and who may read it: marketplace doctor",
        ) from error
    except sqlite3.DatabaseError as error:
        raise UpkeepFailed(
            f"{path} cannot be read: {error}",
            "move it away and restore a backup: marketplace restore-backup",
        ) from error


def _checked(connection: sqlite3.Connection, path: Path) -> int:
    """How many rows there are; raises `UpkeepFailed` if the file is damaged."""
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise UpkeepFailed(f"{path} is damaged: {said}")

    tables = [name for (name,) in connection.execute(COUNT_TABLES)]
    counts = (
        connection.execute(
            f'SELECT count(*) FROM "{name}"'  # nosec B608  # of the file itself
        ).fetchone()
        for name in tables
    )
    return sum(count for (count,) in counts)


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    asked = f"{COUNT_TABLES} AND name = ?"
    return connection.execute(asked, (name,)).fetchone() is not None
