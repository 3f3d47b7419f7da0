"""Which replicas there are, and whose turn is the work on which frames."""

import time
import zlib
from collections.abc import Callable

from engine.domain.frame import FramePath

PARTITIONS = 64
"""All replicas must agree: to change it, drain the stream first."""
BEAT = 1.0  # seconds between two signs of life
SILENT = 3.5  # seconds without one after which a replica counts as gone
LISTEN = 0.3  # seconds that a newcomer gives the others to answer


def partition(path: FramePath) -> int:
    """The share of the work that a frame belongs to: that of its whole task.

    >>> partition(FramePath("t")) == partition(FramePath("t/faces[2]"))
    True
    """
    return zlib.crc32(path.partition("/")[0].encode()) % PARTITIONS


class Members:
    """The replicas heard of lately; those who know the same ones divide alike.

    While they do not, a partition may have two owners for a moment, or none: that
    costs a conflict or some time, as the store decides between revisions.
    """

    def __init__(self, me: str, now: Callable[[], float] = time.monotonic) -> None:
        self._me, self._now = me, now
        self._heard: dict[str, float] = {}
        self._order = [me]
        self.join()

    def join(self) -> None:
        """Begin anew: listen for the others before any work is taken."""
        self._heard = {}
        self._spoke = self._now()
        self._joined = self._spoke

    def speak(self) -> None:
        """A sign of life is sent; after a long silence others have our work."""
        if self._now() - self._spoke > SILENT:
            self.join()
        self._spoke = self._now()

    def hear(self, name: str) -> bool:
        """A replica lives; whether that is news."""
        news = name not in self._heard and name != self._me
        self._heard[name] = self._now()
        return news

    def forget(self, name: str) -> bool:
        """A replica said that it goes; whether that is news."""
        return self._heard.pop(name, None) is not None

    @property
    def present(self) -> list[str]:
        """All names, ours included, in the order that all agree on."""
        since = self._now() - SILENT
        return sorted({self._me, *(n for n, at in self._heard.items() if at > since)})

    @property
    def listening(self) -> bool:
        """Whether it is too early to take work: others may be there."""
        return self._now() - self._joined < LISTEN

    def divide(self) -> frozenset[int]:
        """Share the partitions out anew; those that are ours from now on."""
        self._order = self.present
        self._heard = {n: at for n, at in self._heard.items() if n in self._order}
        first, count = self._order.index(self._me), len(self._order)
        return frozenset(range(first, PARTITIONS, count))

    def owner(self, path: FramePath) -> str:
        """Who takes the turns of a frame since `divide`."""
        return self._order[partition(path) % len(self._order)]
