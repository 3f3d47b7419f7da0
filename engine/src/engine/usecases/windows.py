"""How many calls of a service are given out at once, until their results come.

What a service has accepted waits there in the order in which it came: nobody can
overtake any more. So no more is given out than keeps its workers busy; the rest waits
here, in fair order between people and their tasks. Of services that do not tell how
many workers they have this is not known: there a call keeps its place until it is
accepted.

Several replicas give out together what one would: they tell each other who waits
(`neighbours.py`).
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from time import monotonic
from typing import NamedTuple

from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
from engine.usecases.neighbours import (
    MAX_SERVICES_TOLD,
    Demands,
    Line,
    decode,
    encode,
    shortened,
    width_here,
)
from engine.usecases.recent import Recent

AHEAD_SECONDS = 0.1
"""What a service gets done in that time may wait there, so that no worker is idle while
a result is on its way here, and the next call there."""

AHEAD_AT_FIRST = 16
"""The same while it is not known how fast the service is."""

MEASURED_SECONDS = 1.0
"""Results of so long tell how fast a service is."""

SHARE_OF_TASK = 0.75
"""Of the calls that are given out at once one task may have so many."""

LATE = timedelta(seconds=5)
"""After the timeout of its attempt a place is free, whatever was heard of it."""

ALL_AGAIN_SECONDS = 5.0
"""So often all places are looked at for which somebody waits."""

MAX_WINDOWS = 1_024
"""Of services that are remembered."""

TOLD_AGAIN_SECONDS = 0.5
"""So often it is told who waits, as long as somebody does, and always when others wait
than before."""

TELL_PAUSE_SECONDS = 0.03
"""Between two tellings, at least."""

HOLDS_SECONDS = 2.0
"""For so long it counts what a replica told: one that is gone tells nothing."""

Attempt = tuple[str, int]
"""The node of a frame, and the number of its attempt."""


class Window:
    """Places for the calls of one service whose number of workers is known."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._results = 0
        self._per_second: float | None = None
        self._workers = 0
        self._told: dict[str, tuple[float, Line]] = {}
        """By replica, and when."""
        self._width: int | None = None
        """What is given out here, if others give out some too."""
        self.places = FairPlaces(1, 1)

    def fit(self, workers: int) -> None:
        """Make room for so many workers."""
        self._workers = workers
        self._resize(workers + self._ahead(workers))

    def hear(self, replica: str, line: Line | None) -> None:
        """Take what another replica tells of this service; None: nobody waits there."""
        if line is not None:
            self._told[replica] = (self._clock(), line)
        elif self._told.pop(replica, None) is None:
            return
        self.look(self.places.demands())

    def look(self, here: Demands) -> None:
        """Give out anew what is given out here; this is what people want here."""
        since = self._clock() - HOLDS_SECONDS
        self._told = {one: told for one, told in self._told.items() if told[0] > since}
        elsewhere = [line.people for _, line in self._told.values()]
        had: dict[str, float] = {}
        for person, demand in chain.from_iterable(one.items() for one in elsewhere):
            had[person] = had.get(person, 0.0) + demand.had
        self.places.usage.hear(had)

        whole = self._workers + self._ahead(self._workers)
        self._width = width_here(whole, here, elsewhere) if elsewhere else None
        self._resize(whole)

    def line(self, here: Demands) -> Line:
        """What is told of it to the others."""
        return Line(per_second=self._per_second or 0.0, people=shortened(here))

    def _resize(self, whole: int) -> None:
        width = whole if self._width is None else self._width
        self.places.resize(width, max(1, math.ceil(width * SHARE_OF_TASK)))

    def leave(self, task: str) -> None:
        """A result came, or none is awaited any more."""
        self._results += 1
        self.places.leave(task)

    def _ahead(self, workers: int) -> int:
        self._measure()
        if self._per_second is None:
            return max(workers, AHEAD_AT_FIRST)
        elsewhere = sum(line.per_second for _, line in self._told.values())
        per_second = self._per_second + elsewhere
        return max(workers, math.ceil(per_second * AHEAD_SECONDS))

    def _measure(self) -> None:
        now = self._clock()
        seconds = now - self._since
        if seconds < MEASURED_SECONDS:
            return

        # A second in which there was little to do says little.
        before = self._per_second or 0.0
        self._per_second = max(self._results / seconds, before / 2)
        self._results = 0
        self._since = now


class Held(NamedTuple):
    """A place of a call that a service has accepted, and whose result is awaited."""

    window: Window
    task: str
    until: float


class Windows:
    """The windows of all services, and the places in them that are held."""

    def __init__(
        self,
        frames: Frames,
        *,
        owns: Callable[[FramePath], bool],
        tell: Callable[[bytes], Awaitable[None]],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`owns`: whether turns of a frame are taken here; `tell`: tells others."""
        self._frames = frames
        self._owns = owns
        self._tell = tell
        self._clock = clock
        self._news = asyncio.Event()
        self._told: frozenset[str] = frozenset()
        """The services of which something was told last."""
        self._looked_at = clock()
        self._windows: Recent[str, Window] = Recent(MAX_WINDOWS)
        self.held: dict[FramePath, dict[Attempt, Held]] = {}
        """By frame. Most frames have none: whoever saves one looks here first."""

    def __len__(self) -> int:
        """How many places are held."""
        return sum(map(len, self.held.values()))

    def of(self, service: str, workers: int) -> Window:
        """The window of a service that has so many workers now."""
        window = self._windows.get(service)
        if window is None:
            window = Window(self._clock)
            window.places.on_news(self._news.set)
            self._windows.put(service, window)
        window.fit(workers)
        return window

    def hold(
        self,
        window: Window,
        task: str,
        *,
        path: FramePath,
        attempt: Attempt,
        timeout: timedelta,
    ) -> None:
        """Leave the place of a task when the result of its attempt has come."""
        # A fast service was faster than its own acknowledgement.
        if not self._frames.awaits(path, *attempt):
            window.leave(task)
            return

        # A call that is made again for the same attempt has one result.
        self._release(path, attempt)
        until = self._clock() + (timeout + LATE).total_seconds()
        self.held.setdefault(path, {})[attempt] = Held(window, task, until)

    def saved(self, frame: Frame) -> None:
        """A frame was saved: some results may have come."""
        for node, number in tuple(self.held.get(frame.path, ())):
            if not frame.awaits(node, number):
                self._release(frame.path, (node, number))

    def brought(self, path: FramePath, attempt: Attempt) -> None:
        """The result of an attempt came by here, and another replica has taken it."""
        if path in self.held:
            self._release(path, attempt)

    async def tell_others(self) -> None:
        """Wait until others wait than before, and tell it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), TOLD_AGAIN_SECONDS)
        self._news.clear()

        lines: dict[str, Line] = {}
        for service, window in self._windows.items():
            if not window.places.crowded:
                continue
            here = window.places.demands()
            window.look(here)
            if len(lines) < MAX_SERVICES_TOLD:
                lines[service] = window.line(here)
        # Once more when nobody waits any more, so that others need not wait for it.
        if lines or self._told:
            self._told = frozenset(lines)
            # Then each gives out as much as if it were alone.
            with suppress(Unavailable):
                await self._tell(encode(lines))

    def heard(self, replica: str, content: bytes) -> None:
        """Take what another replica tells."""
        lines = decode(content)
        if lines is None:
            return
        for service, window in self._windows.items():
            window.hear(replica, lines.get(service))

    async def look_again(self) -> None:
        """Leave places whose results were taken elsewhere, or are too late.

        A frame that another replica saves is not heard of here: one that it owns is
        looked at each time, so that its service is not idle. It began here since its id
        follows from a key, or from the call of another task. What is owned here can
        have been saved elsewhere a moment ago. Where nobody waits for a place nothing
        is read.
        """
        now = self._clock()
        looks_at_all = now - self._looked_at >= ALL_AGAIN_SECONDS
        if looks_at_all:
            self._looked_at = now
        for path, held in tuple(self.held.items()):
            for attempt, place in tuple(held.items()):
                if place.until <= now:
                    self._release(path, attempt)
            is_due = looks_at_all or not self._owns(path)
            if is_due and any(place.window.places.crowded for place in held.values()):
                await self._look_at(path, held)

    async def _look_at(self, path: FramePath, held: Mapping[Attempt, Held]) -> None:
        try:
            frame = await self._frames.current(path)
        except Unknown:
            # It was erased.
            for attempt in tuple(held):
                self._release(path, attempt)
            return
        self.saved(frame)

    def _release(self, path: FramePath, attempt: Attempt) -> None:
        held = self.held.get(path, {})
        place = held.pop(attempt, None)
        if place is None:
            return
        if not held:
            del self.held[path]
        place.window.leave(place.task)
