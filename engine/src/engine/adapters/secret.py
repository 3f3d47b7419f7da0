"""Keeps the key that signs callback ids in a file, for engines that are given none."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def kept_secret(path: Path) -> bytes:
    """The key in a file that only its owner can read; made if there is none."""
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Make the file; it is there whole or not at all.

    With another key after a crash, results of calls under way would be unknown.
    """
    fresh = path.with_suffix(".new")

    # Created with these rights: to restrict them later would leave a moment in which
    # others can open it.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600)
    with open(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())

    fresh.replace(path)
