"""Lets so many through at once, and of those who wait tasks in turn.

A semaphore would let those through who came first: one task that comes a thousand times
would keep all others waiting.
"""

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import count
from typing import NamedTuple


class Waiter(NamedTuple):
    """Somebody who waits. In a line low ranks come first, then those who came first."""

    rank: int
    number: int
    admitted: asyncio.Future[None]
    weight: int


def _always(task: str, weight: int) -> bool:
    return True


class Lines:
    """A line of waiters for each task; the task that was served last comes last."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, list[Waiter]] = OrderedDict()
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._lines)

    def wait(
        self, task: str, *, rank: int = 0, weight: int = 1
    ) -> asyncio.Future[None]:
        """A place at the end of the task's line; done when it was let through."""
        admitted = asyncio.get_running_loop().create_future()
        line = self._lines.setdefault(task, [])
        heapq.heappush(line, Waiter(rank, next(self._numbers), admitted, weight))
        return admitted

    def next(
        self,
        inside: Mapping[str, int],
        most: int,
        fits: Callable[[str, int], bool] = _always,
    ) -> tuple[str, Waiter] | None:
        """Take the first of a line: of one whose task has the least inside.

        None if there is no line, each of these tasks has `most` inside, or the one that
        comes next does not fit: what is lighter must not overtake it for ever.
        """
        while True:
            task = self._next_task(inside, most)
            if task is None:
                return None

            waiter = self._lines[task][0]
            gave_up = waiter.admitted.done()
            if not gave_up and not fits(task, waiter.weight):
                return None

            self._take(task)
            if not gave_up:
                return task, waiter

    def _take(self, task: str) -> None:
        line = self._lines[task]
        heapq.heappop(line)
        if line:
            self._lines.move_to_end(task)
        else:
            del self._lines[task]

    def _next_task(self, inside: Mapping[str, int], most: int) -> str | None:
        found = None
        least = most
        for task in self._lines:
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
        self._lines = Lines()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits."""
        return bool(self._lines)

    async def enter(self, task: str, weight: int = 1) -> None:
        """Wait until it is the task's turn; whoever came in calls `leave`."""
        weight = min(weight, self._most)
        # Those who wait are all of tasks that may not come in now, if there is room.
        if self._fits(task, weight) and not self._lines:
            self._let_in(task, weight)
            return

        admitted = self._lines.wait(task, weight=weight)
        self._admit()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self.leave(task, weight)
            raise

    def leave(self, task: str, weight: int = 1) -> None:
        self._let_in(task, -min(weight, self._most))
        if not self._inside[task]:
            del self._inside[task]
        # Most leave when nobody waits.
        if self._lines:
            self._admit()

    def _admit(self) -> None:
        """Let in who comes next, as long as there is room for it."""
        while True:
            found = self._lines.next(self._inside, self._most, self._fits)
            if found is None:
                return
            task, waiter = found
            self._let_in(task, waiter.weight)
            waiter.admitted.set_result(None)

    def _fits(self, task: str, weight: int) -> bool:
        of_task = self._inside.get(task, 0) + weight
        return self._total + weight <= self._width and of_task <= self._most

    def _let_in(self, task: str, weight: int) -> None:
        self._total += weight
        self._inside[task] = self._inside.get(task, 0) + weight
