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
other (`rest`).

What one call takes is measured in `call_time`.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from engine.domain.errors import Unavailable
from engine.usecases.fair_places import FairPlaces, Lines, Waiter
from engine.usecases.recent import Recent
from engine.usecases.rests import REST_FACTOR, Rests

FREE_SECONDS = 0.05
"""Of work without a rest: as long as what a page of the web app asks for at once."""

FREE_STORE_SECONDS = 0.02
"""Of a store's work for an address, without a rest: as long as it looks for the rows of
a page, or keeps a document."""

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

    async def enter(self, address: str, sender: str) -> float:
        """Wait for the turn of a sender at an address; raises `Unavailable`.

        Gives what was paid in advance for the call.
        """
        if self._waiting or self._seconds_left() > 0:
            await self._come_in(address, sender)

        # Hundreds that come in at once have not shown yet what they take.
        advance = self._usual_seconds
        self.pay(address, advance)
        return advance

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
