"""Durations, counted by powers of two of a microsecond: a count costs almost nothing.

A bucket is the number of bits of a duration in whole microseconds, so its upper bound
is exact: bucket 10 ends at 1.024 ms.
"""

from collections.abc import Mapping
from typing import NamedTuple

BUCKETS = 64
"""The last one ends after half a million years."""


class Histogram(NamedTuple):
    """What was counted until now."""

    by_bucket: Mapping[int, int]
    """How many durations have so many bits."""
    seconds: float
    """All of them together."""


class Durations:
    """How often something happened, and how long it took."""

    def __init__(self) -> None:
        self._counts = [0] * (BUCKETS + 1)
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one more; a clock that was set back counts as no time."""
        if seconds > 0:
            self._counts[int(seconds * 1_000_000).bit_length()] += 1
            self._seconds += seconds
        else:
            self._counts[0] += 1

    def histogram(self) -> Histogram:
        """What was counted until now.

        >>> durations = Durations()
        >>> for seconds in (0.001, 0.001, 2, -1): durations.add(seconds)
        >>> durations.histogram()
        Histogram(by_bucket={0: 1, 10: 2, 21: 1}, seconds=2.002)
        """
        counts = {bits: count for bits, count in enumerate(self._counts) if count}
        return Histogram(counts, self._seconds)
