"""Stands between replicas and NATS, and delivers every message three times."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

TIMES = 3
HOST = "127.0.0.1"

MESSAGES = (b"MSG ", b"HMSG ")
"""How a line begins that brings a message, without and with headers."""

LINE_END_BYTES = 2
CHUNK_BYTES = 64 << 10


class RepeatingProxy:
    """Listens on a port of its own while it is open; `hits` counts what was repeated.

    The `times` that a message is delivered can be changed while it runs.
    """

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._target = address.hostname, address.port
        self._server: asyncio.Server | None = None
        self._open = set[StreamWriter]()
        self.times = TIMES
        self.hits = 0

    @property
    def url(self) -> str:
        assert self._server
        port = self._server.sockets[0].getsockname()[1]
        return f"nats://{HOST}:{port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST)
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._server
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, client: StreamReader, to_client: StreamWriter) -> None:
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


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        content = await reader.read(CHUNK_BYTES)
        while content:
            writer.write(content)
            await writer.drain()
            content = await reader.read(CHUNK_BYTES)
    writer.close()
