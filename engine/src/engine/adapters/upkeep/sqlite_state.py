"""What this engine would do with the SQLite file of another version. Only reads."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from engine.adapters.sqlite.schema import MIGRATIONS
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.forms import LOOKED_AT, forms
from engine.adapters.upkeep.sqlite import reading

MIB = 1 << 20
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

        yield from _steps(path, version, newest)
        if version:
            yield from _frames(database)


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
