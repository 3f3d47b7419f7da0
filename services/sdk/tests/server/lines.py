"""Raw connections, for requests that no proper client sends."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from service_sdk.loopback import HOST

PATIENCE_SECONDS = 15.0
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def line(port: int) -> Iterator[socket.socket]:
    """A connection, open as long as the block."""
    with socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS) as opened:
        yield opened


def send_until_refused(opened: socket.socket, piece: bytes, most: int) -> int:
    """Send again and again until the other side has enough; how many bytes went."""
    sent = 0
    with suppress(ConnectionError):
        while sent < most:
            opened.sendall(piece)
            sent += len(piece)
    return sent


def answer(opened: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    said = b""
    with suppress(ConnectionError):
        piece = opened.recv(65536)
        while piece:
            said += piece
            piece = opened.recv(65536)
    return said


def read_until(opened: socket.socket, end: bytes) -> None:
    """Read an answer on a line that stays open, which ends so."""
    said = b""
    while not said.endswith(end):
        piece = opened.recv(65536)
        assert piece, said
        said += piece


def status(said: bytes) -> int:
    """The status of the first answer; 0: there is none."""
    return int(said.split()[1]) if said else 0


def served(port: int) -> bool:
    """Whether an ordinary request is answered."""
    with line(port) as opened:
        opened.sendall(GET)
        return opened.recv(65536).startswith(b"HTTP/1.1 200")
