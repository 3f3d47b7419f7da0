"""Where models are kept. Every store passes tests/test_stores.py."""

import os
from pathlib import Path
from typing import Protocol


class StoreError(Exception):
    """A store cannot be reached, or refuses; the message says which one and why."""


class Store(Protocol):
    """Keeps files by name; a reader sees the old file or the new one, never a part."""

    def find(self, name: str) -> bytes | None:
        """The content, or None if there is no such file. Raises `StoreError`."""

    def put(self, name: str, content: bytes) -> None:
        """Write the file, or replace it. Raises `StoreError`."""

    def remove(self, name: str) -> None:
        """Remove the file if it exists. Raises `StoreError`."""


class Folder:
    """Files in a folder, which is made with the first one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def find(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._failed(fault) from fault

    def put(self, name: str, content: bytes) -> None:
        path = self._path / name

        # Written under another name and then renamed in one step: a reader must not
        # see half a file. The process id keeps two writers apart.
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError as fault:
            raise self._failed(fault) from fault

    def remove(self, name: str) -> None:
        try:
            (self._path / name).unlink(missing_ok=True)
        except OSError as fault:
            raise self._failed(fault) from fault

    def _failed(self, fault: OSError) -> StoreError:
        return StoreError(f"{self._path}: {fault.strerror or fault}")
