"""Content that is gathered until it is a part: a little in memory, the rest on disk.

A client may take hours to send a part, and hundreds may send at the same time. A part
is wholly in memory only while it is being sent to S3, and few are at once.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO, Any, TypeVar, TypeVarTuple

from engine.adapters.s3.failures import S3Failed
from engine.domain.errors import Unavailable

T = TypeVar("T")
Args = TypeVarTuple("Args")

IN_MEMORY_BYTES = 256 << 10
"""Of each upload; most content is smaller and never touches the disk. Pieces of this
size are also what the disk is written in."""

PARTS_AT_ONCE = 4
"""Parts in memory at once, of all uploads: 32 MiB, and as much for their requests. One
connection to S3 takes 50 MB/s and more, so these are about as fast as the engine is."""

WAIT_SECONDS = 60.0
"""How long a part waits for its place while others are being sent."""


class PartsInMemory:
    """The places of all uploads that have a part in memory."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(PARTS_AT_ONCE)

    @asynccontextmanager
    async def place(self, size: int) -> AsyncIterator[None]:
        """Wait for a place, unless the content is in memory anyway."""
        if size <= IN_MEMORY_BYTES:
            yield
            return

        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise S3Failed("too many parts wait for it") from None
        try:
            yield
        finally:
            self._places.release()


class Gathered:
    """The content of one upload that was not sent yet."""

    def __init__(self) -> None:
        self.size = 0
        self._end = bytearray()
        """What came last, and is not in the file yet."""
        self._file: IO[bytes] | None = None
        self._in_thread: asyncio.Future[Any] | None = None
        """The last use of the file, which goes on if its caller is cancelled."""

    async def add(self, piece: bytes) -> None:
        self._end += piece
        self.size += len(piece)

        if len(self._end) > IN_MEMORY_BYTES:
            content = bytes(self._end)
            self._end.clear()
            await self._do(self._write, content)

    async def take(self, size: int) -> bytes:
        """The first bytes, which are not kept any longer."""
        self.size -= size
        if self._file is not None:
            taken, rest = await self._do(_take_out, self._file, self._end, size)
            self._end = rest
            return taken

        taken = bytes(self._end[:size])
        del self._end[:size]
        return taken

    def close(self) -> None:
        """Nothing is left of it, neither in memory nor on disk."""
        self._end.clear()
        self.size = 0
        if self._in_thread is not None and not self._in_thread.done():
            self._in_thread.add_done_callback(lambda _: self._close_file())
        else:
            self._close_file()

    async def _do(self, work: Callable[[*Args], T], *arguments: *Args) -> T:
        call = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
        self._in_thread = call
        try:
            return await asyncio.shield(call)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unavailable("the folder of temporary files", reason) from error

    def _write(self, content: bytes) -> None:
        if self._file is None:
            # It has no name, so it is gone when it is closed, however that happens.
            self._file = tempfile.TemporaryFile(prefix="upload-")
        self._file.write(content)

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _take_out(file: IO[bytes], end: bytearray, size: int) -> tuple[bytes, bytearray]:
    """The first bytes of a file and of what comes after it, and the others."""
    # Read in one piece: to join two would take the memory of a part once more.
    file.write(end)
    file.seek(0)
    taken = file.read(size)
    rest = bytearray(file.read())

    file.seek(0)
    file.truncate()
    return taken, rest
