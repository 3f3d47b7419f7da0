"""The bounds of the server."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

MAX_HEAD_BYTES = 64 * 1024
"""Of the request line and all headers together. Browsers and proxies stay far below:
most servers allow 8 to 64 kB."""

MAX_HEADERS = 100
"""Of one request: each costs memory beside its bytes. Browsers send about 20."""

HEAD_PIECE_BYTES = 4 * 1024
"""A head is parsed in pieces of this size, and looked at after each: in one of 64 kB
the parser would call back for 16,000 small headers. Most heads are one piece."""

MAX_UNWANTED_BYTES = 1024 * 1024
"""Of a body that come after the request has been answered. Reading them lets the client
see the answer, which an early end of the connection could take from it."""

MAX_PIPELINED = 16
"""Requests that one connection may send before the first of them is answered: each
takes memory. Browsers do not send any, other clients a few."""

RESERVED_DESCRIPTORS = 256
"""File descriptors that connections leave for files, stores, and calls to others."""


class Chosen(Protocol):
    """Settings of a program in which an operator chooses some of the limits."""

    @property
    def max_connections(self) -> int: ...

    @property
    def max_peer_connections(self) -> int: ...

    @property
    def min_rate(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """What a server allows its clients."""

    max_connections: int = 2000
    """Open at once. In the worst case each has 64 kB on its way in and as much on its
    way out: 256 MB together."""
    max_peer_connections: int = 1000
    """Open at once from one address: half, so that one address cannot take all. It is
    no less because behind a proxy everybody has the proxy's address."""
    min_rate: int = 1000
    """Bytes in a second that a client must send of a body, or take of an answer. The
    slowest mobile networks have ten times that."""
    head_seconds: float = 10.0
    """From the connection, or from the first byte after an answer, to the end of a
    head. A head is a packet or two, so this is time for several lost ones."""
    idle_seconds: int = 100
    """How long a connection may lie unused after an answer. Longer than proxies and
    clients keep one (nginx 60, Traefik and Go 90): whoever closes first must be the
    one that sends, or a request is lost that came at the same moment. Who holds many
    of them loses them anyway, when somebody else needs the place."""
    body_seconds: float = 10.0
    """Over how long the rate of a body is measured: a network may be away for some
    seconds."""
    answer_seconds: float = 30.0
    """Over how long the rate is measured at which an answer is read. Longer than that
    of a body: some clients use what they have before they read on."""
    close_seconds: float = 10.0
    """How long the last bytes may take on a connection that is being closed."""

    @classmethod
    def of(cls, settings: Chosen) -> Self:
        """The limits that an operator chose, and the defaults of the others."""
        return cls(
            max_connections=settings.max_connections,
            max_peer_connections=settings.max_peer_connections,
            min_rate=settings.min_rate,
        )

    def within(self, descriptors: int) -> "ServerLimits":
        """The same limits, for a process that may open so many files.

        >>> ServerLimits().within(1024).max_connections
        768
        """
        available = max(1, descriptors - RESERVED_DESCRIPTORS)
        return replace(self, max_connections=min(self.max_connections, available))
