"""How much large data may be in memory at once for one kind of work."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.domain.values import Json, Large

SMALL_BYTES = 1 << 20
"""What takes no more never waits: it is bounded by the number of those who work."""


PAYLOADS_BYTES = 64 << 20
"""Memory of large payloads that are being sent, or whose answer is awaited: so much
for all calls, and so much for all results that are brought to callers."""

BYTES_PER_JSON_BYTE = 3
"""Of a payload: its values, and the body that is made of them."""


class Capacity:
    """Bytes that several who work at once share; who comes first gets them first.

    What is small does not count and does not wait. What is larger than all of it waits
    until nothing else is there.
    """

    def __init__(self, bytes: int) -> None:
        self._whole = bytes
        self._free = bytes
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def holding(self, bytes: int) -> AsyncIterator[None]:
        """Wait for so many bytes, and hold them as long as the block runs."""
        if bytes <= SMALL_BYTES:
            yield
            return

        amount = min(bytes, self._whole)
        await self._take(amount)
        try:
            yield
        finally:
            self._give_back(amount)

    async def _take(self, amount: int) -> None:
        # Not past those who wait: a large one would never get its turn.
        if not self._waiting and amount <= self._free:
            self._free -= amount
            return

        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((amount, granted))
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._give_back(amount)
            raise

    def _give_back(self, amount: int) -> None:
        self._free += amount
        while self._waiting:
            wanted, granted = self._waiting[0]
            # Who was cancelled wants nothing any more.
            if not granted.done():
                if wanted > self._free:
                    return
                self._free -= wanted
                granted.set_result(None)
            self._waiting.popleft()


def memory_of(payload: Json | Large) -> int:
    """How much a payload takes while it is sent; the small ones are not counted."""
    return payload.size * BYTES_PER_JSON_BYTE if isinstance(payload, Large) else 0
