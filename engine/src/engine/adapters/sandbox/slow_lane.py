"""Keeps code that is known to be slow from holding every worker."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from engine.domain.errors import CodeFailed

REMEMBERED = 4096


class SlowLane:
    """Code that took long the last time runs only a few at once; the rest is free.

    What an author wrote stays the same from run to run, so its last duration tells
    what to expect.
    """

    def __init__(self, width: int, slow: float, wait: float) -> None:
        self._free = threading.BoundedSemaphore(width)
        self._slow, self._wait = slow, wait
        self._known: OrderedDict[int, None] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def admit(self, source: str) -> Iterator[None]:
        """Wait for a place in the lane, if source needs one."""
        if hash(source) not in self._known:
            yield
            return
        if not self._free.acquire(timeout=self._wait):
            raise CodeFailed("the sandbox is busy: too much slow code at once")
        try:
            yield
        finally:
            self._free.release()

    @contextmanager
    def timed(self, source: str) -> Iterator[None]:
        """Remember whether what runs inside, which is source, was slow."""
        started = monotonic()
        try:
            yield
        finally:
            self._remember(hash(source), monotonic() - started > self._slow)

    def _remember(self, key: int, slow: bool) -> None:
        with self._lock:
            self._known.pop(key, None)
            if slow:
                self._known[key] = None
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
