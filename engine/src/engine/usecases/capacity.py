"""How much large data may be in memory at once for one kind of work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.domain.values import Json, Large
from engine.usecases.fair_places import FairPlaces

SMALL_BYTES = 1 << 20
"""What takes no more never waits: it is bounded by the number of those who work."""

PAYLOADS_BYTES = 64 << 20
"""Memory of large payloads that are being sent, or whose answer is awaited: so much
for all calls, and so much for all results that are brought to callers."""

BYTES_PER_JSON_BYTE = 3
"""Of a payload: its values, and the body that is made of them."""


LARGE_BYTES_PER_SECOND = 128 << 20
"""The speed at which large data may follow other large data while more of it waits.
Reading and writing take a quarter of that time, and the event loop does nothing else
meanwhile."""


class Capacity:
    """Bytes that several who work at once share; tasks that wait get them in turn.

    What is small does not count and does not wait. What is larger than all of it waits
    until nothing else is there. While others wait, what was held rests before it goes
    to the next, at `bytes_per_second`: so large data leaves time for the small.
    """

    def __init__(self, bytes: int, bytes_per_second: int | None = None) -> None:
        self._whole = bytes
        self._bytes_per_second = bytes_per_second
        self._places = FairPlaces(bytes, bytes)

    @asynccontextmanager
    async def holding(
        self, task: str, bytes: int, person: str = ""
    ) -> AsyncIterator[None]:
        """Wait for so many bytes, and hold them as long as the block runs."""
        if bytes <= SMALL_BYTES:
            yield
            return

        amount = min(bytes, self._whole)
        await self._places.enter(task, amount, person=person)
        try:
            yield
        finally:
            self._release(task, amount)

    def _release(self, task: str, amount: int) -> None:
        if self._bytes_per_second is None or not self._places.crowded:
            self._places.leave(task, amount)
            return

        seconds = amount / self._bytes_per_second
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, self._places.leave, task, amount)


def memory_of(payload: Json | Large) -> int:
    """How much a payload takes while it is sent; the small ones are not counted."""
    return payload.size * BYTES_PER_JSON_BYTE if isinstance(payload, Large) else 0
