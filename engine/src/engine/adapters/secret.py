"""Keeps the key that signs callback ids in a file, for engines that are given none."""

import os
import secrets
from pathlib import Path

from engine.adapters.shared.private import private

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

    with open(fresh, "wb", opener=private) as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())

    fresh.replace(path)
