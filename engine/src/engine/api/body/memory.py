"""The memory that the JSON of all requests takes together, and the share of each."""

from bounded_server.shares import Share, Shares
from starlette.types import Receive

from engine.domain.errors import EngineError, Unavailable

FREE_BYTES = 16 * 1024
"""JSON up to this size takes nothing of the memory, so that small requests get through
at all times. The number of connections bounds how much they take together: 16 MB for
each thousand, and as parsed values some times as much."""

BYTES_WHILE_READ = 2
"""Memory of a byte until it is parsed: the pieces that came, then all in one."""

BYTES_OF_OTHER_CHARACTERS = 4
"""A text with one character beyond ASCII may take four bytes for each of all."""

BYTES_OF_VALUE = 80
"""Memory of a value or a key in a list or object, beside its text."""


def memory_of(raw: bytes) -> int:
    """The most that a JSON document takes while it is parsed, and then as values.

    Marks within texts count too: telling them apart would take longer
    than it is worth.
    """
    text = len(raw) * (1 if raw.isascii() else BYTES_OF_OTHER_CHARACTERS)
    values = sum(raw.count(mark) for mark in (b",", b":", b"[", b"{"))
    return len(raw) + text + values * BYTES_OF_VALUE


def json_memory(capacity: int) -> Shares:
    """What the JSON of all requests together may take."""
    return Shares(capacity, _exhausted)


def _exhausted() -> EngineError:
    return Unavailable(
        "the engine", "other requests take all memory for JSON (MAX_JSON_MEMORY)"
    )


class JsonMemory:
    """The memory of one request's JSON, until it is closed.

    It takes part in the memory of all only if it needs some of it: most do not.
    """

    __slots__ = ("_all", "_share", "arrived_bytes")

    def __init__(self, shares: Shares) -> None:
        self._all = shares
        self._share: Share | None = None
        self.arrived_bytes = 0

    def close(self) -> None:
        """Give all of it back."""
        if self._share is not None:
            self._share.end()

    def receiving(self, receive: Receive) -> Receive:
        """`receive`, which raises `Unavailable` if the memory is needed for others."""
        return self._begun().receiving(receive)

    async def arrived(self, size: int) -> None:
        """So many bytes more have come. Waits for memory; raises `Unavailable`."""
        self.arrived_bytes += size
        if self.arrived_bytes > FREE_BYTES:
            await self._grow_to(self.arrived_bytes * BYTES_WHILE_READ)

    async def expecting(self, size: int) -> None:
        """So many bytes may come next. Waits for memory; raises `Unavailable`."""
        if self.arrived_bytes + size > FREE_BYTES:
            await self._grow_to((self.arrived_bytes + size) * BYTES_WHILE_READ)

    async def parsing(self, raw: bytes) -> None:
        """A whole document will be parsed: takes the memory of its values, too."""
        if len(raw) > FREE_BYTES:
            other_bytes = self.arrived_bytes - len(raw)
            await self._grow_to(other_bytes * BYTES_WHILE_READ + memory_of(raw))

    def whole(self) -> None:
        """All has come: the memory is kept until the request has ended."""
        if self._share is not None:
            self._share.keep()

    def _begun(self) -> Share:
        if self._share is None:
            self._share = self._all.share()
            self._share.begin()
        return self._share

    async def _grow_to(self, amount: int) -> None:
        share = self._begun()
        if amount > share.amount:
            await share.take(amount - share.amount)
