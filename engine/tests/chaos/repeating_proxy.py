"""Stands between replicas and NATS, and delivers every message three times."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

TIMES = 3
HOST = "127.0.0.1"

MESSAGES = (b"MSG ", b"HMSG ")
"""How a line begins that brings a message, without and with headers."""

LINE_END_BYTES = 2
CHUNK_BYTES = 64 << 10


class RepeatingProxy:
    """Passes on what clients and server say; `hits` counts the repeated messages.

    The `times` that a message is delivered can be changed while it runs.
    """

    def __init__(self, *, target: str, url: str) -> None:
        self.url = url
        self.times = TIMES
        self.hits = 0

        address = urlsplit(target)
        self._target = address.hostname, address.port
        self._open = set[StreamWriter]()

    async def serve(self, client: StreamReader, to_client: StreamWriter) -> None:
        """Until one of the two sides ends the connection."""
        with suppress(OSError, asyncio.IncompleteReadError):
            server, to_server = await asyncio.open_connection(*self._target)
            self._open |= {to_client, to_server}

            requests = asyncio.ensure_future(_pass_on(client, to_server))
            try:
                await self._repeat(server, to_client)
            finally:
                requests.cancel()
                to_server.close()
        to_client.close()

    async def _repeat(self, server: StreamReader, to_client: StreamWriter) -> None:
        """Pass on what the server says; its messages several times."""
        async for line in server:
            if not line.startswith(MESSAGES):
                to_client.write(line)
            else:
                # The last word of the line is the length of the content behind it.
                length = int(line.split()[-1])
                content = await server.readexactly(length + LINE_END_BYTES)
                to_client.write((line + content) * self.times)
                if self.times > 1:
                    self.hits += 1
            await to_client.drain()

    def close(self) -> None:
        """End all connections."""
        for writer in self._open:
            writer.close()


@asynccontextmanager
async def open_repeating_proxy(target: str) -> AsyncIterator[RepeatingProxy]:
    """A proxy that listens on a port of its own while the block lasts."""
    listener = socket.create_server((HOST, 0))
    port = listener.getsockname()[1]
    proxy = RepeatingProxy(target=target, url=f"nats://{HOST}:{port}")

    server = await asyncio.start_server(proxy.serve, sock=listener)
    try:
        yield proxy
    finally:
        server.close()
        proxy.close()
        await server.wait_closed()


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        content = await reader.read(CHUNK_BYTES)
        while content:
            writer.write(content)
            await writer.drain()
            content = await reader.read(CHUNK_BYTES)
    writer.close()
