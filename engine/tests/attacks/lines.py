"""Many raw connections of one attacker, in a thread of its own."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PAUSE_SECONDS = 0.02
CONNECTIONS_AT_ONCE = 10
CONNECT_SECONDS = 5.0


class Attacker:
    """Holds so many connections to a server, and opens each again that is ended.

    `pieces` makes what is sent over one connection, piece by piece. After the last one
    the connection is held.
    """

    def __init__(
        self, url: str, connections: int, pieces: Callable[[], Iterator[bytes]]
    ) -> None:
        address = urlsplit(url)
        self._address = (address.hostname or "", address.port or 0)
        self._wanted = connections
        self._pieces = pieces
        self._open: dict[socket.socket, Iterator[bytes]] = {}
        self._stopped = False
        self.sent_bytes = 0
        self.ended = 0
        """Connections that the server has ended."""
        self.most = 0
        """Connections that were open at once."""

    def run(self) -> None:
        """Until `stop`."""
        try:
            while not self._stopped:
                self._connect()
                for line in list(self._open):
                    self._go_on(line)
                time.sleep(PAUSE_SECONDS)
        finally:
            for line in self._open:
                line.close()

    def stop(self) -> None:
        self._stopped = True

    def _connect(self) -> None:
        # Some at a time: what is attacked is not how fast connections are accepted.
        missing = self._wanted - len(self._open)
        for _ in range(min(missing, CONNECTIONS_AT_ONCE)):
            with suppress(OSError):
                line = socket.create_connection(self._address, CONNECT_SECONDS)
                line.setblocking(False)
                self._open[line] = self._pieces()
        self.most = max(self.most, len(self._open))

    def _go_on(self, line: socket.socket) -> None:
        try:
            with suppress(BlockingIOError):
                self._send(line)
            with suppress(BlockingIOError):
                if not line.recv(65536):
                    raise ConnectionResetError
        except OSError:
            line.close()
            del self._open[line]
            self.ended += 1

    def _send(self, line: socket.socket) -> None:
        piece = next(self._open[line], b"")
        if piece:
            self.sent_bytes += line.send(piece)


@asynccontextmanager
async def attacking(
    url: str, connections: int, pieces: Callable[[], Iterator[bytes]]
) -> AsyncIterator[Attacker]:
    """Attack as long as the block runs."""
    attacker = Attacker(url, connections, pieces)
    running = asyncio.create_task(asyncio.to_thread(attacker.run))
    try:
        yield attacker
    finally:
        attacker.stop()
        await running
