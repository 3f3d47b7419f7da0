"""The bytes of a body as they arrive, never more than allowed."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from engine.api.body.memory import FREE_BYTES, JsonMemory
from engine.domain.errors import TooMuch

MAX_PIECE_BYTES = 320 << 10
"""What the server may have for the application at once: it stops reading at 64 kB, and
reads up to 256 kB at a time."""


class Inflow:
    """A body that is still arriving. Raises `TooMuch` as soon as it is over its limit:
    at once if its headers say so, else when the limit is reached."""

    def __init__(
        self,
        receive: Receive,
        headers: Mapping[bytes, bytes],
        *,
        max_bytes: int,
        setting: str,
    ) -> None:
        self._receive = receive
        self._max_bytes = max_bytes
        self._bytes_left = max_bytes
        self._setting = setting
        self._more = True

        length = headers.get(b"content-length", b"")
        self._announced_bytes = int(length) if length.isdigit() else None
        if self._announced_bytes is not None and self._announced_bytes > max_bytes:
            raise self._too_much()

    async def next(self) -> bytes:
        """The next bytes; empty: the body has ended."""
        while self._more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._more = message.get("more_body", False)

            chunk: bytes = message.get("body", b"")
            # Counted even if the headers gave a length: it may be a lie, and a chunked
            # body gives none.
            self._bytes_left -= len(chunk)
            if self._bytes_left < 0:
                raise self._too_much()

            # A message may be empty before the end.
            if chunk:
                return chunk
        return b""

    async def whole(self, memory: JsonMemory) -> bytes:
        """All of it at once, as soon as there is memory for it."""
        piece = await self.next()
        await memory.arrived(len(piece))
        if not self._more:
            return piece

        self._receive = memory.receiving(self._receive)
        pieces = [piece]
        while self._more:
            # The server reads the next piece as soon as this one is taken. So a body
            # waits before that, and has one piece less in memory meanwhile.
            await memory.expecting(self._next_bytes(memory.arrived_bytes))
            piece = await self.next()
            await memory.arrived(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def _next_bytes(self, arrived_bytes: int) -> int:
        """The most that the next piece may have; 0 if that cannot be known."""
        if self._announced_bytes is not None:
            return min(self._announced_bytes - arrived_bytes, MAX_PIECE_BYTES)
        return MAX_PIECE_BYTES if arrived_bytes > FREE_BYTES else 0

    def _too_much(self) -> TooMuch:
        return TooMuch("the body", self._max_bytes, setting=self._setting)
