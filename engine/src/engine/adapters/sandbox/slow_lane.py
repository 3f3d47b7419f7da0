"""Keeps code that is known to be slow from holding every worker."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from engine.adapters.sandbox.met import LimitMet

MAX_REMEMBERED_SOURCES = 4096
"""Bounds the memory: the source that was slow longest ago is forgotten, and may be slow
once more in a worker of the others."""


class SlowLane:
    """Code that took long the last time runs only a few at once; the rest is free.

    What an author wrote stays the same from run to run, so its last duration tells
    what to expect. Used from several threads.
    """

    def __init__(
        self,
        *,
        width: int,
        slow_seconds: float,
        wait_seconds: float,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(width)
        self._slow_seconds = slow_seconds
        self._wait_seconds = wait_seconds
        self._now = now

        self._lock = threading.Lock()
        # Hashes, as sources may be large. Two with the same hash are treated alike.
        self._slow_sources: OrderedDict[int, None] = OrderedDict()

    @contextmanager
    def admit(self, source: str) -> Iterator[None]:
        """Wait for a place in the lane, if source needs one."""
        if hash(source) not in self._slow_sources:
            yield
            return

        if not self._places.acquire(timeout=self._wait_seconds):
            raise LimitMet("wait", "the sandbox is busy: too much slow code at once")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def timed(self, source: str) -> Iterator[None]:
        """Remember whether what runs inside, which is source, was slow."""
        started_at = self._now()
        try:
            yield
        finally:
            slow = self._now() - started_at > self._slow_seconds
            self._remember(hash(source), slow)

    def _remember(self, key: int, slow: bool) -> None:
        with self._lock:
            # Removed first, so that a slow one gets to the end again.
            self._slow_sources.pop(key, None)
            if slow:
                self._slow_sources[key] = None
            if len(self._slow_sources) > MAX_REMEMBERED_SOURCES:
                self._slow_sources.popitem(last=False)
