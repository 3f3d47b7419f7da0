"""Lets those who keep the engine busy with large values rest before they go on.

A large value takes milliseconds to read or to write, in the event loop and beside it.
One of them is hardly noticed; one after the other makes everybody else many times as
slow. So each is paid for with a rest. Threads and rests come one after the other, in
turns of their tasks: however many work with large values, together they have a third of
the time. While nobody else works there is nobody to rest for.
"""

import asyncio
from collections.abc import Callable
from time import monotonic, thread_time
from typing import ParamSpec, TypeVar

from engine.usecases.fair_places import FairPlaces

P = ParamSpec("P")
T = TypeVar("T")

FREE_SECONDS = 0.0005
"""Of work that is not paid for, at a time: as long as a thread may keep Python's lock
while others want it."""

BYTES_PER_SECOND = 64 << 20
"""So fast a value of 100 kB is written as JSON, named by its content and kept by a
disk, with its sync: 53 MB a second were measured. Larger ones are up to three times as
fast."""

REST_FACTOR = 2
"""A rest lasts so many times as long as the work: others, who are waited for as well,
have two thirds of the time. Without rests a thread that computes would have half of it,
since it shares Python's lock with the event loop. Whatever takes long rests so: large
values, checks of documents, large answers."""

MAX_REST_SECONDS = 0.25
"""However long the work was: the next one has to come to its turn."""

OTHERS_SECONDS = 1.0
"""For so long after the last work on small values somebody else is expected."""


async def timed(
    note: Callable[[float], None],
    function: Callable[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call a function in a thread, and note how long that worked."""
    seconds = 0.0

    def measured() -> T:
        nonlocal seconds
        began_at = thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            seconds = thread_time() - began_at

    try:
        return await asyncio.to_thread(measured)
    finally:
        note(seconds)


class Rests:
    """What all who work with large values have together."""

    def __init__(self) -> None:
        self._places = FairPlaces(1, 1)
        self._others_at = -OTHERS_SECONDS

    def others_work(self) -> None:
        """Take note of work on small values: it must not wait long."""
        self._others_at = monotonic()

    async def beside(
        self, function: Callable[[], T], *, task: str, person: str = ""
    ) -> T:
        """Call a function in a thread for a task, and rest for its work.

        There is one such thread at a time, as long as its caller waits for it. Several
        would all share Python's lock with the event loop, which would wait for each.
        """
        worked: list[float] = []
        async with self._places.turn(task, person=person):
            try:
                return await timed(worked.append, function)
            finally:
                await self._rest(sum(worked))

    async def after_bytes(self, count: int, task: str, person: str = "") -> None:
        """Rest for so many bytes that were written or read for a task."""
        await self.after(count / BYTES_PER_SECOND, task, person)

    async def after(self, seconds: float, task: str, person: str = "") -> None:
        """Rest for work that took so long."""
        if self._owes(seconds):
            async with self._places.turn(task, person=person):
                await self._rest(seconds)

    async def _rest(self, seconds: float) -> None:
        # Those before may have worked or rested until nobody else worked.
        if self._owes(seconds):
            await asyncio.sleep(min(seconds * REST_FACTOR, MAX_REST_SECONDS))

    def _owes(self, seconds: float) -> bool:
        return seconds > FREE_SECONDS and self.wanted

    @property
    def wanted(self) -> bool:
        """Whether others work on small values: somebody waits for them."""
        return monotonic() - self._others_at < OTHERS_SECONDS
