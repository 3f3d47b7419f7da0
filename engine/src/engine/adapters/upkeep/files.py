"""Private files that are whole and durable, or absent."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.adapters.disk.files import PIECE_BYTES, sync
from engine.adapters.shared.private import private

PRIVATE_FOLDER = 0o700


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write; it gets its name when all of it is on the disk."""
    make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.new")
    # A run before this one may have been killed in the middle.
    fresh.unlink(missing_ok=True)

    try:
        with open(fresh, "xb", opener=private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)

    sync(path.parent)


def make_folder(path: Path) -> None:
    """Have a folder; those above it that are made with it are private as well."""
    # The mode of `mkdir` is that of the last folder alone.
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """Copy durably; raises `FileNotFoundError` if there is no source."""
    with open(source, "rb") as read, new_file(target) as written:
        shutil.copyfileobj(read, written, PIECE_BYTES)
