"""The bytes of a body as they arrive, never more than allowed."""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from engine.domain.errors import TooMuch


class Inflow:
    """A body on its way in; what says that it is too long is not read at all."""

    def __init__(
        self, receive: Receive, headers: Mapping[bytes, bytes], limit: int
    ) -> None:
        self._receive, self._limit = receive, limit
        self._left, self._more = limit, True
        said = headers.get(b"content-length", b"")
        if said.isdigit() and int(said) > limit:
            raise TooMuch("the body", limit)

    async def next(self) -> bytes:
        """The next bytes; none: that was all."""
        while self._more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._more = message.get("more_body", False)
            chunk: bytes = message.get("body", b"")
            self._left -= len(chunk)
            if self._left < 0:
                raise TooMuch("the body", self._limit)
            if chunk:
                return chunk
        return b""

    async def whole(self) -> bytes:
        """All of it at once."""
        pieces = [await self.next()]
        while self._more:
            pieces.append(await self.next())
        return b"".join(pieces)
