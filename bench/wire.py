"""The smallest HTTP/1.1 there is: a program that measures should cost little."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

import httptools

Take = Callable[[bytes, bytes], None]
"""What is done with a request: its target and its body."""
Answer = tuple[int, bytes]
Address = tuple[str, int]

ACCEPTED = (
    b"HTTP/1.1 202 Accepted\r\n"
    b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
)
REQUEST = (
    "POST {target} HTTP/1.1\r\nhost: {host}:{port}\r\n"
    "content-type: {media_type}\r\ncontent-length: {length}\r\n{more}\r\n"
)
JSON = "application/json"

MAX_IDLE_SECONDS = 3.0
"""uvicorn closes idle connections after 5."""


class Disconnected(Exception):
    """The other side closed the connection before it had answered."""


class Listener(asyncio.Protocol):
    """A connection to this process: everything is accepted at once, then taken."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._pieces: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        target = self._target
        body = b"".join(self._pieces)
        self._target = b""
        self._pieces = []

        self._transport.write(ACCEPTED)
        self._take(target, body)


async def listen(take: Take, port: int = 0) -> int:
    """Take requests from now on; gives the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Listener(take), "127.0.0.1", port)
    found: int = server.sockets[0].getsockname()[1]
    return found


class Line(asyncio.Protocol):
    """A connection to another process: one request at a time."""

    def __init__(self) -> None:
        self.used_at = 0.0
        self.lost = False
        self._waiting: asyncio.Future[Answer] | None = None
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(Disconnected(str(error or "closed")))

    async def ask(self, head: bytes, body: bytes) -> Answer:
        self._waiting = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._transport.writelines([head, body])
        return await self._waiting

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result((self._parser.get_status_code(), self._body))

    def close(self) -> None:
        self._transport.close()


class Client:
    """Sends requests over connections that it keeps."""

    def __init__(self) -> None:
        self._idle: defaultdict[Address, list[Line]] = defaultdict(list)

    async def post(
        self,
        url: str,
        query: str,
        body: bytes,
        media_type: str = JSON,
        token: str = "",
    ) -> Answer:
        """The status and the body of the answer; raises `Disconnected`.

        `token` says who asks; empty: nobody does.
        """
        parts = urlsplit(url)
        address = (parts.hostname or "", parts.port or 80)
        line = await self._line(address)

        target = f"{parts.path}?{query}" if query else parts.path
        head = REQUEST.format(
            target=target,
            host=address[0],
            port=address[1],
            media_type=media_type,
            length=len(body),
            more=f"authorization: Bearer {token}\r\n" if token else "",
        )
        answer = await line.ask(head.encode(), body)

        line.used_at = asyncio.get_running_loop().time()
        self._idle[address].append(line)
        return answer

    async def _line(self, address: Address) -> Line:
        loop = asyncio.get_running_loop()
        idle = self._idle[address]
        while idle:
            line = idle.pop()
            if not line.lost and loop.time() - line.used_at < MAX_IDLE_SECONDS:
                return line
            line.close()

        _, line = await loop.create_connection(Line, *address)
        return line
