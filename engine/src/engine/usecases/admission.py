"""Lets each task begin so much work at once; the rest of its orders wait in line.

An order that waits is a path and a few numbers, while one that is carried out keeps its
frame in memory, and perhaps a connection. So a task that orders thousands of calls at
once costs little, and keeps nobody else from calling: each task has its own line, with
all that it called.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

from engine.domain import messages as m
from engine.domain.frame import Frame, FramePath

CALLS_PER_TASK = 256
"""Calls of one task under way at once: enough to keep four services fully busy, each of
which takes MAX_CALLS_PER_PLACE."""

LOOPS_PER_TASK = 4
"""Loops of one task whose frames are made at the same time. Each makes some dozens of
frames at once; more of them would only take turns of the event loop from others."""

MAX_WAITING_PER_TASK = 10_000
"""Orders in one line. What comes beyond is ordered again by the timers."""

Beginning = m.CallNode | m.OpenFrames | m.InspectLoop
"""Effects that begin work, or may do so."""


class Order(NamedTuple):
    """An effect that waits; the deepest comes first, then the one that waits longest.

    What lies deepest ends first, and what ended takes no memory any more. The other way
    round all frames of one level would be made before the first of the next.
    """

    shallowness: tuple[int, int]
    number: int
    path: FramePath
    effect: Beginning
    person: str


class Line:
    """What one task has under way of one kind, and what waits."""

    __slots__ = ("under_way", "waiting")

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: list[Order] = []


class Admission:
    """Begins orders, or keeps them until others of the same task have ended.

    `begin` starts to carry an effect out, of a frame, on the account of a task and a
    person. Whoever does that calls `ended` afterwards.
    """

    def __init__(self, begin: Callable[[FramePath, Beginning, str, str], None]) -> None:
        self._begin = begin
        self._lines: dict[tuple[str, bool], Line] = {}
        self._known: set[tuple[FramePath, Beginning]] = set()
        self._opening: Counter[tuple[FramePath, str]] = Counter()
        """Orders to make frames, under way or waiting, by frame and loop."""
        self._numbers = count()

    def ask(self, frame: Frame, effect: Beginning) -> None:
        """Begin an effect of a frame now or later; a second time changes nothing."""
        if (frame.path, effect) in self._known or self._is_early(frame.path, effect):
            return

        first_task = frame.first_task
        key = _key(first_task, effect)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line()

        if line.under_way < _limit(effect):
            self._remember(frame.path, effect)
            line.under_way += 1
            self._begin(frame.path, effect, first_task, frame.owner)
        elif len(line.waiting) < MAX_WAITING_PER_TASK:
            self._remember(frame.path, effect)
            depth = (-frame.depth, -len(frame.loops))
            number = next(self._numbers)
            order = Order(depth, number, frame.path, effect, frame.owner)
            heapq.heappush(line.waiting, order)

    def ended(self, path: FramePath, effect: Beginning, first_task: str) -> None:
        """An effect was carried out: the next one of its line begins."""
        self._forget(path, effect)
        key = _key(first_task, effect)
        line = self._lines[key]
        line.under_way -= 1

        if line.waiting:
            following = heapq.heappop(line.waiting)
            line.under_way += 1
            self._begin(following.path, following.effect, first_task, following.person)
        elif not line.under_way:
            del self._lines[key]

    def give_up(self) -> set[FramePath]:
        """Forget what waits; the frames that it was ordered for."""
        orders = [order for line in self._lines.values() for order in line.waiting]
        for line in self._lines.values():
            line.waiting = []
        return {order.path for order in orders}

    def _is_early(self, path: FramePath, effect: Beginning) -> bool:
        """Whether frames are looked for while the order to make them still waits."""
        return (
            isinstance(effect, m.InspectLoop) and (path, effect.node) in self._opening
        )

    def _remember(self, path: FramePath, effect: Beginning) -> None:
        self._known.add((path, effect))
        if isinstance(effect, m.OpenFrames):
            self._opening[path, effect.node] += 1

    def _forget(self, path: FramePath, effect: Beginning) -> None:
        self._known.discard((path, effect))
        if isinstance(effect, m.OpenFrames):
            self._opening[path, effect.node] -= 1
            if not self._opening[path, effect.node]:
                del self._opening[path, effect.node]


def _key(first_task: str, effect: Beginning) -> tuple[str, bool]:
    # Loops and calls do not wait for each other.
    return first_task, isinstance(effect, m.CallNode)


def _limit(effect: Beginning) -> int:
    return CALLS_PER_TASK if isinstance(effect, m.CallNode) else LOOPS_PER_TASK
