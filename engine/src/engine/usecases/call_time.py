"""What one call takes of the event loop, and how it pays for that.

Each step of a call is measured: what it does between two waits. So is what it lets
others do: threads (`beside`), a store (`of_store`, `written`), asyncio tasks of its own
(`counted`). Whatever is long waits for its turn between two parts (`pause`). Outside of
a call all of these do their work, and nobody pays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import ContextVar
from time import monotonic, perf_counter
from typing import Any, Generic, ParamSpec, Self, TypeVar

from engine.usecases.loop_time import PAUSE_AFTER_SECONDS, LoopTime
from engine.usecases.rests import REST_FACTOR, timed

P = ParamSpec("P")
T = TypeVar("T")

WRITE_REST_FACTOR = 8
"""A rest lasts so many times as long as a store wrote. What was written is copied into
the file later, and the disk is slower for the saves of tasks all that while: beside
large documents that had a third of the time they took three times as long."""


class Spent:
    """What one call takes of the event loop, until its answer begins."""

    @classmethod
    async def enter(cls, time: LoopTime, address: str, sender: str) -> Self:
        """Let a call come in when it is its turn; raises `Unavailable`."""
        return cls(time, address, await time.enter(address, sender))

    def __init__(self, time: LoopTime, address: str, advance: float) -> None:
        self._time = time
        self.address = address
        self.paid = advance
        """Seconds that are paid for."""
        self._seconds = 0.0
        self._rested_for = 0.0
        self._settled = False
        self._is_working = True
        self._working_since = perf_counter()

    async def on(self, call: Coroutine[Any, Any, T]) -> T:
        """Do the call, and pay for it as it goes on."""
        before = _SPENT.set(self)
        try:
            return await _Steps(self, call)
        finally:
            _SPENT.reset(before)
            self.settle()

    def begin(self) -> None:
        """The event loop works for the call from now on."""
        self._is_working = True
        self._working_since = perf_counter()

    def end(self) -> None:
        """It works for others from now on."""
        now = perf_counter()
        worked = now - self._working_since
        self._is_working = False
        # If this was a step within a step, the outer one has only the rest to add.
        self._working_since = now
        self.add(worked)

    def add(self, seconds: float) -> None:
        """Pay for work for the call, here or in a thread."""
        self._seconds += seconds
        if not self._settled:
            self._pay(self._seconds)

    def _pay(self, taken: float) -> None:
        """For all that it has taken until now."""
        more = taken - self.paid
        if more > 0:
            self.paid = taken
            self._time.pay(self.address, more)

    async def rest(self, seconds: float, factor: float = REST_FACTOR) -> None:
        """Rest for what a store did for the call."""
        await self._time.rest(self.address, seconds, factor)

    async def pause(self) -> None:
        """Pay for what the call did since the last time, and wait for its next turn;
        not for too little."""
        taken = self._taken()
        if taken - self._rested_for < PAUSE_AFTER_SECONDS:
            return
        self._rested_for = taken
        self._pay(taken)
        self.paid += await self._time.pause(self.address)

    def _taken(self) -> float:
        """What it has taken until now, in the step that is not at its end yet, too."""
        if not self._is_working:
            return self._seconds
        return self._seconds + perf_counter() - self._working_since

    def settle(self) -> None:
        """The answer begins: pay for what is not paid yet, and for nothing after it."""
        if self._settled:
            return
        self._settled = True
        seconds = self._taken()
        self._time.pay(self.address, seconds - self.paid)
        self.paid = seconds
        self._time.learn(seconds)


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


class _Steps(Generic[T]):
    """A coroutine of which each step is measured: what it does between two waits."""

    def __init__(self, spent: Spent, call: Coroutine[Any, Any, T]) -> None:
        self._spent = spent
        self._call = call

    def __await__(self) -> Generator[Any, Any, T]:
        spent = self._spent
        call = self._call
        thrown: BaseException | None = None
        while True:
            spent.begin()
            try:
                waits_for = call.send(None) if thrown is None else call.throw(thrown)
            except StopIteration as end:
                result: T = end.value
                return result
            finally:
                spent.end()

            thrown = None
            try:
                yield waits_for
            except BaseException as error:  # noqa: B036 # raised in the coroutine
                # It was cancelled: the coroutine decides what comes of that.
                thrown = error


async def beside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a thread. The call for which that is done pays for it too: the
    thread shares Python's lock with the event loop."""
    spent = _SPENT.get()
    if spent is None:
        return await asyncio.to_thread(function, *args, **kwargs)
    return await timed(spent.add, function, *args, **kwargs)


async def of_store(work: Awaitable[T]) -> T:
    """What a store gives that may take long. The call for which that is done rests for
    it: the tasks of others need the same store."""
    began_at = monotonic()
    result = await work
    spent = _SPENT.get()
    if spent is not None:
        await spent.rest(monotonic() - began_at)
    return result


async def written(work: Awaitable[T]) -> T:
    """What a store says to something that may be large; the call rests for it."""
    began_at = monotonic()
    result = await work
    await rest_for_writing(monotonic() - began_at)
    return result


async def rest_for_writing(seconds: float) -> None:
    """Let the call rest for which a store wrote so long, if it is for one."""
    spent = _SPENT.get()
    if spent is not None:
        await spent.rest(seconds, WRITE_REST_FACTOR)


async def counted(work: Coroutine[Any, Any, T]) -> T:
    """Do what a call does in an asyncio task of its own: it is part of the call."""
    spent = _SPENT.get()
    return await (work if spent is None else _Steps(spent, work))


async def pause() -> None:
    """Between two parts of long work for a call: others get their turn, and the call
    rests for what it did while they have it."""
    spent = _SPENT.get()
    await (asyncio.sleep(0) if spent is None else spent.pause())


def address_of_call() -> str:
    """The address of whoever waits for this; empty if nobody does."""
    spent = _SPENT.get()
    return "" if spent is None else spent.address
