"""Says whether an engine can keep its data in a folder, and who else can read it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.adapters.choice import KEY_FILE
from engine.adapters.upkeep.findings import Finding, Level
from engine.adapters.upkeep.room import room
from engine.adapters.upkeep.sqlite import FILE

FOREIGN_RIGHTS = 0o077
"""The rights of all users but the owner."""

KEPT = (FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}.lock", KEY_FILE, "blobs")
"""What an engine reads and writes there."""


def folder(path: Path) -> Iterator[Finding]:
    """Whether the stores can be kept there, and who else can read them."""
    there = path.is_dir()
    # It is made at the first start, with all folders above it.
    exists = next(
        one for one in (path.absolute(), *path.absolute().parents) if one.exists()
    )

    if not exists.is_dir() or not os.access(exists, os.W_OK | os.X_OK):
        yield Finding(
            Level.WRONG,
            f"the data folder {path} cannot be written",
            "give it to the user of the engine, or choose another one: --data or "
            "DATA_DIR",
        )
        return

    closed = [name for name in KEPT if _is_closed(path / name)]
    if closed:
        yield Finding(
            Level.WRONG,
            f"this user ({os.geteuid()}) cannot read and write what is in {path}: "
            f"{', '.join(closed)}",
            f"an engine of another user made it: chown -R {os.geteuid()} {path}",
        )
        return

    when = "can be written" if there else "will be made at the first start"
    yield Finding(Level.GOOD, f"the data folder {path} {when}")

    if there and path.stat().st_mode & FOREIGN_RIGHTS:
        yield Finding(
            Level.WEAK,
            f"other users of this machine can look into {path}",
            f"chmod 700 {path}",
        )

    yield room(str(path), free=shutil.disk_usage(exists).free)


def _is_closed(path: Path) -> bool:
    rights = os.R_OK | os.W_OK
    if path.is_dir():
        rights |= os.X_OK
    return path.exists() and not os.access(path, rights)
