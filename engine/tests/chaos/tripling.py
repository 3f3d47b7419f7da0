"""Stands between replicas and NATS, and delivers every message three times."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

TIMES = 3
MESSAGES = (b"MSG ", b"HMSG ")


class Tripling:
    """Listens on a port of its own while it is open; `hits` counts what was tripled.

    While it is `shut` no connection lives.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname, parts.port
        self.times, self.hits = TIMES, 0
        self._open = set[StreamWriter]()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1")
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"nats://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, client: StreamReader, to_client: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            server, to_server = await asyncio.open_connection(self._host, self._port)
            self._open |= {to_client, to_server}
            asked = asyncio.ensure_future(_pass_on(client, to_server))
            try:
                await self._answer(server, to_client)
            finally:
                asked.cancel()
                to_server.close()
        to_client.close()

    async def _answer(self, server: StreamReader, to_client: StreamWriter) -> None:
        """Lines, some of them followed by a content whose length is their last word."""
        while line := await server.readline():
            if not line.startswith(MESSAGES):
                to_client.write(line)
            else:
                length = int(line.split()[-1])
                content = await server.readexactly(length + 2)
                to_client.write((line + content) * self.times)
                self.hits += self.times > 1
            await to_client.drain()


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while content := await reader.read(1 << 16):
            writer.write(content)
            await writer.drain()
    writer.close()
