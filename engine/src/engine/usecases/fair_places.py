"""Lets so many through at once, and of those who wait people and their tasks in turn.

A semaphore would let those through who came first: one task that comes a thousand
times, or one person with a thousand tasks, would keep all others waiting.

Who of several people comes next is decided by how much each had in the last minute, not
by who has least inside now. Then ten tasks of somebody who had nothing go before the
thousands of somebody else, instead of each having half of the time.
"""

import asyncio
import heapq
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from time import monotonic
from typing import NamedTuple

from engine.usecases.neighbours import Demand

HALF_LIFE_SECONDS = 30.0
"""After so long what somebody had counts half. In the long run two who always wait have
the same."""
MAX_PEOPLE = 10_000
"""Bounds how many are remembered with what they had."""
MAX_GROWTH = 40
"""Powers of two by which counts grow before they begin anew: far from the end of
floating point."""
WORTH_SECONDS = 0.25
"""For so long what is had counts the same: half a hundredth more by then."""
NOTHING = 0.001
"""Of one turn: who had less is as somebody who is new."""


MAX_COUNTED = 256
"""Of those who wait: whether there are more changes nobody's turn."""


class Waiter(NamedTuple):
    """Somebody who waits. In a line low ranks come first, then those who came first."""

    rank: int
    number: int
    admitted: asyncio.Future[None]
    weight: int
    person: str


def _nothing() -> None:
    """Nobody asks for news."""


class Usage:
    """How much each person had lately; what was earlier counts less and less.

    Nothing is made smaller as time passes: what comes later counts more instead. So two
    people are compared without looking at the clock.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began_at = clock()
        self._had: dict[str, float] = {}
        self._elsewhere: dict[str, float] = {}
        self._worth = 1.0
        """How much what is had now counts beside what was had in the beginning."""
        self._worth_until = 0.0

    def add(self, person: str, amount: float) -> None:
        """Count what somebody has now: each call of a service does."""
        had = self._had
        now = self._clock()
        if now >= self._worth_until or len(had) >= MAX_PEOPLE:
            self._look_at_clock(now)
            had = self._had
        had[person] = had.get(person, 0.0) + amount * self._worth

    def of(self, person: str) -> float:
        """How much somebody had, beside others."""
        return self._had.get(person, 0.0) + self._elsewhere.get(person, 0.0)

    def here(self, person: str) -> float:
        """How much somebody had here, in turns of today."""
        self._look_at_clock(self._clock())
        return self._had.get(person, 0.0) / self._worth

    def hear(self, elsewhere: Mapping[str, float]) -> None:
        """Count what people had elsewhere, in turns of today, and nothing else."""
        self._look_at_clock(self._clock())
        self._elsewhere = {one: had * self._worth for one, had in elsewhere.items()}

    def _look_at_clock(self, now: float) -> None:
        lives = (now - self._began_at) / HALF_LIFE_SECONDS
        if lives > MAX_GROWTH or len(self._had) >= MAX_PEOPLE:
            self._begin_anew(lives)
            lives = 0.0
        self._worth = 2.0**lives
        self._worth_until = now + WORTH_SECONDS

    def _begin_anew(self, lives: float) -> None:
        """Count in the size of today, without those who had next to nothing."""
        scale = 2.0**-lives
        today = {person: had * scale for person, had in self._had.items()}
        most = sorted(today, key=lambda person: today[person], reverse=True)
        kept = most[: MAX_PEOPLE // 2]
        self._had = {one: today[one] for one in kept if today[one] > NOTHING}
        self._elsewhere = {one: had * scale for one, had in self._elsewhere.items()}
        self._began_at = self._clock()


def _always(task: str, weight: int) -> bool:
    return True


class Lines:
    """A line of waiters for each task; the task that was served last comes last.

    The tasks of a person are together: first it is decided who comes next.
    """

    def __init__(self) -> None:
        self._people: dict[str, OrderedDict[str, list[Waiter]]] = {}
        self._person_of: dict[str, str] = {}
        self._numbers = count()
        self.usage = Usage()
        self.on_news: Callable[[], None] = _nothing
        """Called when somebody begins to wait of whom nothing waited, or the last of
        somebody does not wait any more."""

    def __len__(self) -> int:
        return len(self._person_of)

    def waiting(self) -> Counter[str]:
        """How much of each person waits, counted to a few hundred."""
        found: Counter[str] = Counter()
        for person, lines in self._people.items():
            for line in lines.values():
                found[person] += len(line)
                if found[person] >= MAX_COUNTED:
                    found[person] = MAX_COUNTED
                    break
        return found

    def wait(
        self, task: str, *, person: str = "", rank: int = 0, weight: int = 1
    ) -> asyncio.Future[None]:
        """A place at the end of the task's line; done when it was let through.

        `person` is the one to whom the task belongs; empty: there are no accounts.
        """
        admitted = asyncio.get_running_loop().create_future()
        # A task belongs to one person: to the one for whom it waits already.
        person = self._person_of.setdefault(task, person)
        lines = self._people.get(person)
        if lines is None:
            lines = self._people[person] = OrderedDict()
            self.on_news()
        line = lines.setdefault(task, [])
        number = next(self._numbers)
        heapq.heappush(line, Waiter(rank, number, admitted, weight, person))
        return admitted

    def next(
        self,
        inside: Mapping[str, int],
        most: int,
        fits: Callable[[str, int], bool] = _always,
    ) -> tuple[str, Waiter] | None:
        """Take the first of a line: of the person who had least lately, and of theirs
        one whose task has the least inside.

        None if there is no line, each of these tasks has `most` inside, or the one that
        comes next does not fit: what is lighter must not overtake it for ever.
        """
        while True:
            found = self._next_task(inside, most)
            if found is None:
                return None

            person, task = found
            waiter = self._people[person][task][0]
            gave_up = waiter.admitted.done()
            if not gave_up and not fits(task, waiter.weight):
                return None

            self._take(person, task)
            if not gave_up:
                self.usage.add(person, waiter.weight)
                return task, waiter

    def _take(self, person: str, task: str) -> None:
        lines = self._people[person]
        line = lines[task]
        heapq.heappop(line)
        if line:
            lines.move_to_end(task)
            return

        del lines[task]
        del self._person_of[task]
        if not lines:
            del self._people[person]
            self.on_news()

    def _next_task(
        self, inside: Mapping[str, int], most: int
    ) -> tuple[str, str] | None:
        people = self._people
        if len(people) > 1:
            for person in sorted(people, key=self.usage.of):
                task = _least(people[person], inside, most)
                if task is not None:
                    return person, task
            return None

        for person, lines in people.items():
            task = _least(lines, inside, most)
            return None if task is None else (person, task)
        return None


def _least(
    lines: Mapping[str, list[Waiter]], inside: Mapping[str, int], most: int
) -> str | None:
    """The task that has the least inside; None: each has `most`."""
    found = None
    least = most
    for task in lines:
        number = inside.get(task, 0)
        if number < least:
            found = task
            least = number
        # None has less. Only a few have any, so this does not look at many.
        if not least:
            break
    return found


class FairPlaces:
    """At most `width` are inside at once, and at most `most` of one task.

    Whoever comes in may weigh more than one: then these are weights. Something heavier
    than `most` weighs as much as that.
    """

    def __init__(self, width: int, most: int) -> None:
        self._width = width
        self._most = most
        self._total = 0
        self._inside: dict[str, int] = {}
        self._people: dict[str, str] = {}
        """Those to whom the tasks inside belong, where there are accounts."""
        self._lines = Lines()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits."""
        return bool(self._lines)

    @property
    def usage(self) -> Usage:
        """What people had here."""
        return self._lines.usage

    def on_news(self, told: Callable[[], None]) -> None:
        """Let somebody know when others wait than before, or nobody is inside."""
        self._lines.on_news = told

    def demands(self) -> dict[str, Demand]:
        """What people have inside, and what of theirs waits."""
        inside: Counter[str] = Counter()
        for task, person in self._people.items():
            inside[person] += self._inside[task]
        waiting = self._lines.waiting()
        return {
            person: Demand(inside[person], waiting[person], self.usage.here(person))
            for person in inside | waiting
        }

    def resize(self, width: int, most: int) -> None:
        """Let another number in from now on; those who are inside stay.

        For places in which each weighs 1.
        """
        if (width, most) == (self._width, self._most):
            return
        self._width = width
        self._most = most
        if self._lines:
            self._admit()

    async def enter(self, task: str, weight: int = 1, *, person: str = "") -> bool:
        """Wait until it is the task's turn; whoever came in calls `leave`.

        Gives whether it had to wait: then anything may have changed meanwhile.
        """
        weight = min(weight, self._most)
        # Those who wait are all of tasks that may not come in now, if there is room.
        if self._fits(task, weight) and not self._lines:
            self._let_in(task, weight)
            # Without accounts there is nobody to compare with.
            if person:
                self._people[task] = person
                self._lines.usage.add(person, weight)
            return False

        admitted = self._lines.wait(task, person=person, weight=weight)
        self._admit()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self.leave(task, weight)
            raise
        return True

    @asynccontextmanager
    async def turn(
        self, task: str, weight: int = 1, *, person: str = ""
    ) -> AsyncIterator[None]:
        """Wait until it is the task's turn, which lasts as long as the block."""
        await self.enter(task, weight, person=person)
        try:
            yield
        finally:
            self.leave(task, weight)

    def leave(self, task: str, weight: int = 1) -> None:
        self._let_in(task, -min(weight, self._most))
        if not self._inside[task]:
            del self._inside[task]
            self._people.pop(task, None)
        # Most leave when nobody waits.
        if self._lines:
            self._admit()
        elif not self._inside:
            self._lines.on_news()

    def _admit(self) -> None:
        """Let in who comes next, as long as there is room for it."""
        while True:
            found = self._lines.next(self._inside, self._most, self._fits)
            if found is None:
                return
            task, waiter = found
            if waiter.person:
                self._people[task] = waiter.person
            self._let_in(task, waiter.weight)
            waiter.admitted.set_result(None)

    def _fits(self, task: str, weight: int) -> bool:
        of_task = self._inside.get(task, 0) + weight
        return self._total + weight <= self._width and of_task <= self._most

    def _let_in(self, task: str, weight: int) -> None:
        self._total += weight
        self._inside[task] = self._inside.get(task, 0) + weight
