"""How many calls of a service are given out at once, until their results come.

What a service has accepted waits there in the order in which it came: nobody can
overtake any more. So no more is given out than keeps its workers busy; the rest waits
here, in fair order between people and their tasks. Of services that do not tell how
many workers they have this is not known: there a call keeps its place until it is
accepted.
"""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic
from typing import NamedTuple

from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
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

Attempt = tuple[str, int]
"""The node of a frame, and the number of its attempt."""


class Window:
    """Places for the calls of one service whose number of workers is known."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._since = clock()
        self._results = 0
        self._per_second: float | None = None
        self.places = FairPlaces(1, 1)

    def fit(self, workers: int) -> None:
        """Make room for so many workers."""
        width = workers + self._ahead(workers)
        self.places.resize(width, max(1, math.ceil(width * SHARE_OF_TASK)))

    def leave(self, task: str) -> None:
        """A result came, or none is awaited any more."""
        self._results += 1
        self.places.leave(task)

    def _ahead(self, workers: int) -> int:
        self._measure()
        if self._per_second is None:
            return max(workers, AHEAD_AT_FIRST)
        return max(workers, math.ceil(self._per_second * AHEAD_SECONDS))

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
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`owns`: whether turns of a frame are taken here."""
        self._frames = frames
        self._owns = owns
        self._clock = clock
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
