"""Where models lie: a folder or a bucket. Every store passes tests/test_stores.py."""

import os
from pathlib import Path
from typing import Protocol

HOME = Path(__file__).parent.parent / "models"


class StoreError(Exception):
    """The store is away or refuses; the message says which and why."""


class Store(Protocol):
    """Keeps files by name; a reader sees an old or a new one, never a half."""

    def find(self, name: str) -> bytes | None:
        """The content; None: there is no such file. Raises `StoreError`."""

    def put(self, name: str, content: bytes) -> None:
        """Write or replace it. Raises `StoreError`."""

    def remove(self, name: str) -> None:
        """Gone, if it was there. Raises `StoreError`."""


class Folder:
    """Files under a folder, which need not exist yet."""

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
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(content)
            half.replace(path)
        except OSError as fault:
            raise self._failed(fault) from fault

    def remove(self, name: str) -> None:
        try:
            (self._path / name).unlink(missing_ok=True)
        except OSError as fault:
            raise self._failed(fault) from fault

    def _failed(self, fault: OSError) -> StoreError:
        return StoreError(f"{self._path}: {fault.strerror or fault}")


def store_at(place: str) -> Store:
    """The store at a path or at `s3://bucket/prefix`; none named: `models` here."""
    if place.startswith("s3://"):
        from digits.bucket import Bucket  # late: the folder does without its imports

        return Bucket(place)
    return Folder(Path(place).expanduser() if place else HOME)


def chosen_place() -> str:
    """What the environment says."""
    return os.environ.get("DIGIT_MODELS", "")
