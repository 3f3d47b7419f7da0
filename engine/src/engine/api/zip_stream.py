"""A ZIP file that is sent while it is made, and the size that it will have.

Nothing is packed: pictures and films are already, and so each part can be skipped
without being read. Its sums stand behind each part, where they are known.
"""

import io
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC
from typing import BinaryIO, NamedTuple, cast

from engine.domain.values import Blob
from engine.usecases.call_time import pause
from engine.usecases.exports import Part, Text

PIECE_BYTES = 64 << 10
"""What is sent without a pause: a larger piece takes a millisecond to be summed up,
copied and handed to the system."""
ZEROS = bytes(PIECE_BYTES)
LARGE_FILE_BYTES = 1 << 31
"""From here on sizes have eight bytes. Decided by what is known before it is read."""
PRIVATE_FILE = 0o600
Content = Callable[[Blob], AsyncIterator[bytes]]


class Measured(NamedTuple):
    """The sizes of a ZIP file."""

    first: int
    """Of what comes before the last parts."""
    whole: int


class _Sink(io.RawIOBase):
    """Takes what is written, until it is asked for; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview") -> int:  # type: ignore[override]
        piece = bytes(data)
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """All that was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


async def zipped(parts: AsyncIterator[Part], content: Content) -> AsyncIterator[bytes]:
    """The pieces of a ZIP file with these parts."""
    sink = _Sink()
    with zipfile.ZipFile(cast(BinaryIO, sink), "w") as archive:
        async for part in parts:
            size = _size(part)
            info = _info(part)
            with archive.open(info, "w", force_zip64=size >= LARGE_FILE_BYTES) as file:
                async for piece in _pieces(part, content):
                    file.write(piece)
                    yield sink.take()
                    # Also where nothing is sent: what is only measured, or left out.
                    await pause()
            yield sink.take()
    yield sink.take()


async def measured(first: AsyncIterator[Part], last: AsyncIterator[Part]) -> Measured:
    """How large a ZIP file with these parts is; no file is read for it."""
    size_of_first = 0

    async def both() -> AsyncIterator[Part]:
        nonlocal size_of_first
        async for part in first:
            yield part
        # What was written until now: all parts before this one.
        size_of_first = size
        async for part in last:
            yield part

    size = 0
    async for piece in zipped(both(), _zeros):
        size += len(piece)
    return Measured(size_of_first, size)


async def _zeros(blob: Blob) -> AsyncIterator[bytes]:
    """As many bytes as a blob has."""
    left = blob.size
    while left > 0:
        yield ZEROS[:left]
        left -= PIECE_BYTES


async def _pieces(part: Part, content: Content) -> AsyncIterator[bytes]:
    if not isinstance(part, Text):
        async for piece in content(part.blob):
            yield piece
        return
    for piece in part.pieces:
        for begin in range(0, len(piece), PIECE_BYTES):
            yield piece[begin : begin + PIECE_BYTES]


def _size(part: Part) -> int:
    return part.size if isinstance(part, Text) else part.blob.size


def _info(part: Part) -> zipfile.ZipInfo:
    at = part.at.astimezone(UTC)
    info = zipfile.ZipInfo(part.name, at.timetuple()[:6])
    info.external_attr = PRIVATE_FILE << 16
    return info
