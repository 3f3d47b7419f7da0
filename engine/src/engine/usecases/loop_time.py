"""Shares the time of the event loop between tasks and all other calls.

Most calls are cheap, and none of them has a limit of its own: who reads, signs in or
saves again and again keeps the event loop busy without doing anything that is not
allowed, and the tasks of all others take many times as long. So what a call takes of
the event loop is paid for with a rest before the next one comes in. While tasks run,
all calls together have a third of the time. Of those that wait, that of the address
comes next which had the least in the last minute.

    call ──► is all paid? ──yes──► pays in advance what calls usually take ──► works
                  │no                                                            │
                  └──► waits, in turns of the addresses          pays the difference

Nobody waits who comes now and then: the first twentieth of a second is free. A long
answer pays for its pieces too, and waits between them for its turn (`pause`); so does
what is long before it. One call that comes in, and one that goes on, take turns.

Starts do not wait: they have limits of their own. But whoever was refused one, and goes
on trying, waits as all others do.

What a store does for a call is paid for in the same way, but the others do not wait for
that: the call rests before it is answered, and the calls of one address one after the
other (`of_store`). For what it has written it rests longer (`written`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import ContextVar
from time import monotonic, perf_counter
from typing import Any, Generic, ParamSpec, TypeVar

from engine.domain.errors import Unavailable
from engine.usecases.fair_places import FairPlaces, Lines, Waiter
from engine.usecases.recent import Recent
from engine.usecases.rests import REST_FACTOR, Rests, timed

P = ParamSpec("P")
T = TypeVar("T")

FREE_SECONDS = 0.05
"""Of work without a rest: as long as what a page of the web app asks for at once."""

FREE_STORE_SECONDS = 0.02
"""Of a store's work for an address, without a rest: as long as it looks for the rows of
a page, or keeps a document."""

WRITE_REST_FACTOR = 8
"""A rest lasts so many times as long as a store wrote. What was written is copied into
the file later, and the disk is slower for the saves of tasks all that while: beside
large documents that had a third of the time they took three times as long."""

PAUSE_AFTER_SECONDS = 0.001
"""Of work of one call, and what is paid in advance for its next piece. The event loop
knows no shorter rests than twice as long."""

MAX_REST_SECONDS = 1.0
"""However long the work was: somebody else may be the one who waits."""

LEAST_SECONDS = 0.0002
"""That a call pays in advance: as long as one takes that is refused."""

REFUSED_SECONDS = 0.001
"""Paid for a start that is refused: about twice what it takes."""

REFUSED_FOR_SECONDS = 1.0
"""After a refusal the next starts of the same sender wait for their turn."""

MAX_REFUSED = 10_000
"""Senders who are remembered, and addresses."""

LEARNING = 16
"""After so many calls it is known what they usually take."""

MAX_WAITING = 2_000
"""Calls that wait, also those whose client has gone: so there may be many."""


class LoopTime:
    """What all calls together have of the event loop.

    `rests` knows whether tasks run: while none does there is nobody to rest for.
    """

    def __init__(self, rests: Rests, clock: Callable[[], float] = monotonic) -> None:
        self._rests = rests
        self._clock = clock
        self._lines = Lines()
        self._going_on = Lines()
        self._goes_on_next = False
        self._refused: Recent[tuple[str, str], float] = Recent(MAX_REFUSED)
        self._refused_until = 0.0
        self._resting = FairPlaces(MAX_WAITING, 1)

        # When all that a store did for an address is paid for.
        self._store_paid_at: Recent[str, float] = Recent(MAX_REFUSED)
        self._waiting = 0
        self._next: asyncio.Handle | None = None
        self._usual_seconds = LEAST_SECONDS

        # When all that was done until now is paid for.
        self._paid_at = clock()

    async def enter(self, address: str, sender: str) -> "Spent":
        """Wait for the turn of a sender at an address; raises `Unavailable`."""
        if self._waiting or self._seconds_left() > 0:
            await self._come_in(address, sender)

        # Hundreds that come in at once have not shown yet what they take.
        advance = self._usual_seconds
        self.pay(address, advance)
        return Spent(self, address, advance)

    @property
    def has_refused(self) -> bool:
        """Whether somebody's start was refused lately: for those who ask often."""
        return self._clock() < self._refused_until

    def refuse(self, address: str, sender: str) -> None:
        """Note that a start of a sender was refused, and let that be paid for."""
        self._refused_until = self._clock() + REFUSED_FOR_SECONDS
        self._refused.put((address, sender), self._refused_until)
        self.pay(address, REFUSED_SECONDS)

    async def enter_start(self, address: str, sender: str) -> None:
        """Wait, if a start of the sender was refused lately; raises `Unavailable`."""
        until = self._refused.get((address, sender))
        if until is None:
            return
        if self._clock() >= until:
            self._refused.drop((address, sender))
        elif self._waiting or self._seconds_left() > 0:
            await self._come_in(address, sender)

    def pay(self, address: str, seconds: float) -> None:
        """Rest for work that an address had done; below 0: less than was paid for."""
        self._lines.usage.add(address, seconds)
        if not self._rests.wanted:
            return

        now = self._clock()
        free_from = now - FREE_SECONDS * (1 + REST_FACTOR)
        paid_at = max(self._paid_at, free_from) + seconds * (1 + REST_FACTOR)
        self._paid_at = min(paid_at, now + MAX_REST_SECONDS)

    async def rest(
        self, address: str, seconds: float, factor: float = REST_FACTOR
    ) -> None:
        """Rest for what a store did for a call of an address, behind its other calls.

        Only they wait: a store has more than one processor, and its own turns.
        """
        if not self._rests.wanted or not self._owes(address, seconds, factor):
            return
        async with self._resting.turn(address):
            # Those before may have rested until no task ran.
            if self._rests.wanted:
                await asyncio.sleep(min(seconds * factor, MAX_REST_SECONDS))

    def _owes(self, address: str, seconds: float, factor: float) -> bool:
        """Count what a store did: whether that is more than what is free."""
        now = self._clock()
        free_from = now - FREE_STORE_SECONDS * (1 + factor)
        paid_at = max(self._store_paid_at.get(address) or free_from, free_from)
        paid_at += seconds * (1 + factor)
        self._store_paid_at.put(address, min(paid_at, now + MAX_REST_SECONDS))
        return paid_at > now

    async def pause(self, address: str) -> float:
        """Wait for the next turn of a call that goes on, as calls wait that come in.

        Gives what was paid in advance for it.
        """
        if not self._rests.wanted:
            await asyncio.sleep(0)
            return 0.0
        if self._waiting or self._seconds_left() > 0:
            await self._wait(self._going_on, address)
        else:
            await asyncio.sleep(0)
        self.pay(address, PAUSE_AFTER_SECONDS)
        return PAUSE_AFTER_SECONDS

    def learn(self, seconds: float) -> None:
        """Note what one call has taken."""
        usual = self._usual_seconds
        usual += (seconds - usual) / LEARNING
        self._usual_seconds = max(usual, LEAST_SECONDS)

    def _seconds_left(self) -> float:
        """Until all is paid for."""
        return self._paid_at - self._clock() if self._rests.wanted else 0.0

    async def _come_in(self, address: str, sender: str) -> None:
        """Wait for room and a turn; what goes on waits in any case."""
        if self._waiting >= MAX_WAITING:
            raise Unavailable("the engine", f"{MAX_WAITING} calls wait already")
        await self._wait(self._lines, f"{address} {sender}", address)

    async def _wait(self, lines: Lines, line: str, address: str = "") -> None:
        admitted = lines.wait(line, person=address, weight=0)
        self._waiting += 1
        try:
            if self._next is None:
                self._plan()
            await admitted
        finally:
            self._waiting -= 1

    def _plan(self) -> None:
        """Let the next one in as soon as all is paid for."""
        seconds = max(self._seconds_left(), 0.0)
        self._next = asyncio.get_running_loop().call_later(seconds, self._admit)

    def _admit(self) -> None:
        self._next = None
        if self._seconds_left() <= 0:
            found = self._next_one()
            if found is not None:
                _, waiter = found
                waiter.admitted.set_result(None)

        if self._lines or self._going_on:
            # Behind the one that was let in: it pays in advance first.
            self._next = asyncio.get_running_loop().call_soon(self._plan)

    def _next_one(self) -> tuple[str, Waiter] | None:
        """One that comes in, and one that goes on: that one holds what others wait for,
        such as a place to make large answers. So of those no address waits for long."""
        self._goes_on_next = not self._goes_on_next
        if self._goes_on_next:
            return self._going_on.next({}, 1) or self._lines.next({}, 1)
        return self._lines.next({}, 1) or self._going_on.next({}, 1)


class Spent:
    """What one call takes of the event loop, until its answer begins."""

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
