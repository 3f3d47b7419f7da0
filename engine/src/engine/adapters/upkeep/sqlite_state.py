"""What this engine would do with the SQLite file of another version. Only reads."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine.adapters.sqlite.schema import MIGRATIONS
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.forms import LOOKED_AT, forms
from engine.adapters.upkeep.sqlite import reading

MIB = 1 << 20
PARTS = """
SELECT 'column', t.name || '.' || c.name
FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'
UNION SELECT 'index', name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
"""
MAX_NAMED = 5
"""Parts that a file lacks: a table has many columns."""
OPEN_FRAMES = "SELECT path, document FROM frames WHERE wake_at IS NOT NULL LIMIT ?"


def look(path: Path) -> Iterator[Finding]:
    """Its schema, the room that a change of it takes, and its open frames."""
    if not path.exists():
        yield Finding(Level.GOOD, f"there is no {path}: the first start makes it")
        return

    with reading(path) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        newest = len(MIGRATIONS)
        if version > newest:
            yield Finding(
                Level.WRONG,
                f"{path} has schema {version}, and this engine knows {newest}: it was "
                "opened by a newer engine",
                "use that version, or restore the backup that was made before it: "
                "marketplace restore-backup",
            )
            return

        lacks = sorted(_shape_after(version) - _shape(database))
        if lacks:
            yield Finding(
                Level.WRONG,
                f"{path} says that it has schema {version}, and lacks the "
                f"{', the '.join(lacks[:MAX_NAMED])}: something else than an engine "
                "has changed it",
                "restore the backup that was made before that: "
                "marketplace restore-backup",
            )
            return

        yield from _steps(path, version, newest)
        if version:
            yield from _frames(database)


def _shape_after(version: int) -> set[str]:
    """What a file has after so many steps."""
    with closing(sqlite3.connect(":memory:")) as database:
        for migration in MIGRATIONS[:version]:
            database.executescript(migration)
        return _shape(database)


def _shape(database: sqlite3.Connection) -> set[str]:
    """Columns and indexes, as people name them."""
    return {f"{kind} {name}" for kind, name in database.execute(PARTS)}


def _steps(path: Path, version: int, newest: int) -> Iterator[Finding]:
    if version == newest:
        yield Finding(Level.GOOD, f"{path} has schema {version}, that of this engine")
        return

    yield Finding(
        Level.WEAK,
        f"{path} has schema {version}: at its first start this engine makes it "
        f"{newest}, and no engine before it can open it any more",
        "back up first, it is the way back: marketplace backup",
    )

    # A step may write a table anew, beside the one that was there.
    needed = path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        yield Finding(
            Level.WRONG,
            f"{os.fspath(path.parent)} has {free // MIB} MiB left, and the change may "
            f"need {needed // MIB} MiB",
            "make room there first",
        )


def _frames(database: sqlite3.Connection) -> Iterator[Finding]:
    yield from forms(database.execute(OPEN_FRAMES, (LOOKED_AT,)))
