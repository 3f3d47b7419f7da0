"""The bytes of a body as they arrive, never more than allowed."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from engine.api.body.memory import JsonMemory
from engine.domain.errors import TooMuch


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
        if length.isdigit() and int(length) > max_bytes:
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
            piece = await self.next()
            await memory.arrived(len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def _too_much(self) -> TooMuch:
        return TooMuch("the body", self._max_bytes, setting=self._setting)
