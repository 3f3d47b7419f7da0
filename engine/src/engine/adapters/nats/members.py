"""Which replicas there are, and which of them owns which frames."""

import time
import zlib
from collections.abc import Callable

from engine.adapters.nats.limits import PARTITIONS
from engine.adapters.nats.timings import NatsTimings
from engine.domain.frame import FramePath


def partition(path: FramePath, partitions: int = PARTITIONS) -> int:
    """The share of the work that a frame belongs to: that of its whole task.

    >>> partition(FramePath("t")) == partition(FramePath("t/faces[2]"))
    True
    """
    task = path.partition("/")[0]
    return zlib.crc32(task.encode()) % partitions


class Members:
    """The replicas heard of lately; those who know the same ones divide alike.

    While they know different ones, a partition may have two owners for a moment, or
    none: that costs a conflict or some time, as the store decides between revisions.
    """

    def __init__(
        self,
        me: str,
        *,
        timings: NatsTimings,
        partitions: int = PARTITIONS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._me = me
        self._timings = timings
        self._partitions = partitions
        self._now = now

        self._heard_at: dict[str, float] = {}
        self._joined_at = now()
        self._last_heartbeat_at = self._joined_at
        self._order = [me]
        """Who shares the work since the last `divide`."""

    def join(self) -> None:
        """Begin anew: listen for the others before any work is taken."""
        self._heard_at = {}
        self._joined_at = self._now()
        self._last_heartbeat_at = self._joined_at

    def beat(self) -> None:
        """Our own heartbeat is sent now."""
        # This replica was frozen, or cut off: the others have divided its work among
        # themselves, so that it is a newcomer.
        if self._now() - self._last_heartbeat_at > self._timings.absent_after_seconds:
            self.join()

        self._last_heartbeat_at = self._now()

    def heard(self, name: str) -> bool:
        """A replica sent its heartbeat; whether it is a newcomer."""
        newcomer = name not in self._heard_at and name != self._me
        self._heard_at[name] = self._now()
        return newcomer

    def left(self, name: str) -> bool:
        """A replica said that it leaves; whether we knew it."""
        return self._heard_at.pop(name, None) is not None

    @property
    def present(self) -> list[str]:
        """All names, ours included, in the order that all agree on."""
        since = self._now() - self._timings.absent_after_seconds
        others = {name for name, at in self._heard_at.items() if at > since}
        return sorted({self._me, *others})

    @property
    def listening(self) -> bool:
        """Whether it is too early to take work: others may be there."""
        return self._now() - self._joined_at < self._timings.listen_seconds

    def divide(self) -> frozenset[int]:
        """Share the partitions out anew; those that are ours from now on."""
        self._order = self.present
        self._heard_at = {
            name: at for name, at in self._heard_at.items() if name in self._order
        }

        first = self._order.index(self._me)
        return frozenset(range(first, self._partitions, len(self._order)))

    def partition(self, path: FramePath) -> int:
        """The partition of a frame."""
        return partition(path, self._partitions)

    def owner(self, path: FramePath) -> str:
        """Who takes the turns of a frame since the last `divide`."""
        return self._order[self.partition(path) % len(self._order)]
