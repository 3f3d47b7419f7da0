"""Files that only the engine's own user may read, whatever the umask is."""

import os
from pathlib import Path

PRIVATE_FILE = 0o600
"""The rights: only the owner reads and writes it."""


def private(path: str | Path, flags: int) -> int:
    """Open a file; a new one is private from its first moment on.

    An `opener` of the built-in `open`. To restrict the rights later would leave a
    moment in which others can open the file.
    """
    return os.open(path, flags, PRIVATE_FILE)
