"""One upload and one download, piece by piece; safe to abandon at any moment."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from engine.adapters.shared.private import private

PIECE_BYTES = 256 * 1024
"""What one trip to a thread reads or writes: so much memory does a transfer need."""


"""A task is erased once, perhaps by a caller and by the engine at the same time."""


NO_MORE_LINKS = (errno.EMLINK, errno.EPERM, errno.EOPNOTSUPP)
"""Why a file gets no other name: it has 65,000, or the file system knows no links."""


class Upload:
    """Grows under a name of its own and moves to its target when it is durable.

    A caller may be cancelled while a thread still writes for it: the lock makes
    `discard` come after that.
    """

    def __init__(self, folder: Path, target: Path, names: Lock) -> None:
        """`names` is held while folders of tasks get names or lose them."""
        self._names = names
        self._path = folder / secrets.token_hex(16)
        self._target = target
        self._file: BinaryIO | None = None
        self._lock = Lock()
        self._discarded = False

    def write(self, pieces: Iterable[bytes]) -> None:
        with self._lock:
            self._write(pieces)

    def finish(self, pieces: Iterable[bytes]) -> None:
        """Write the last pieces; afterwards the whole is durable at its target."""
        with self._lock:
            file = self._write(pieces)

            # The content first: renamed before it is on the disk, a power cut could
            # leave its key with half of it, or with nothing.
            os.fsync(file.fileno())
            file.close()

            self._publish()

    def finish_as(self, other: Path) -> None:
        """Be the same file as another; raises `FileNotFoundError` if there is none."""
        with self._lock:
            try:
                self._path.hardlink_to(other)
            except OSError as error:
                if error.errno not in NO_MORE_LINKS:
                    raise
                self._copy(other)
            self._publish()

    def _copy(self, other: Path) -> None:
        with open(other, "rb") as source, open(self._path, "xb", opener=private) as to:
            shutil.copyfileobj(source, to, PIECE_BYTES)
            to.flush()
            os.fsync(to.fileno())

    def _publish(self) -> None:
        """Move the file to its target, durably."""
        folder = self._target.parent

        # A task may be erased at any moment, but not between these two steps. If it was
        # erased before, its folder is made again; whoever brought the blob learns that
        # the task is gone, and removes it.
        with self._names:
            folder.mkdir(mode=0o700, exist_ok=True)
            self._path.rename(self._target)

        # Then the two names that are new: the file in the task's folder, and the
        # folder of the task in the store's.
        with suppress(FileNotFoundError):
            sync(folder)
        sync(folder.parent)

    def discard(self) -> None:
        """Keep nothing of what was not finished."""
        with self._lock:
            self._discarded = True
            if self._file:
                self._file.close()
            # Also after a copy that was there already: to rename a file to a name that
            # it has does nothing, and leaves both names.
            self._path.unlink(missing_ok=True)

    def _write(self, pieces: Iterable[bytes]) -> BinaryIO:
        # A write that was still waiting for its thread when its caller gave up: it
        # would make the file again, and nothing would remove that.
        if self._discarded:
            raise BrokenPipeError("the upload was given up")

        if self._file is None:
            self._file = open(self._path, "xb", buffering=0, opener=private)

        # Without a buffer a write may take only a part.
        rest = memoryview(b"".join(pieces))
        while rest:
            written = self._file.write(rest)
            rest = rest[written:]

        return self._file


class Download:
    """A file read piece by piece from a first byte on.

    As with uploads, a thread may still read when the caller gives up: the lock makes
    `close` come after that, and a read that comes later opens nothing.
    """

    def __init__(self, path: Path, start: int) -> None:
        self._path = path
        self._start = start
        self._file: BinaryIO | None = None
        self._lock = Lock()
        self._closed = False

    def read(self) -> bytes:
        """The next piece, empty at the end; opens the file at the first call."""
        with self._lock:
            if self._closed:
                return b""

            if self._file is None:
                self._file = open(self._path, "rb", buffering=0)
                self._file.seek(self._start)

            return self._file.read(PIECE_BYTES)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._file:
                self._file.close()


def sync(folder: Path) -> None:
    """Make the names in a folder as durable as what they name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
