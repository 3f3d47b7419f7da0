"""How much is done together, counted by powers of two: a count costs almost nothing."""

from collections.abc import Mapping
from typing import NamedTuple

LARGEST_BUCKET = 10
"""Its bound is 1024, more than any store takes together."""


class BatchHistogram(NamedTuple):
    """What was counted until now."""

    by_bucket: Mapping[int, int]
    """By bits: how many batches had at most two to the power of so many, and more than
    half of that."""
    total: int
    """What was in all of them together."""


class Batches:
    """How many batches there were, and how large they were."""

    def __init__(self) -> None:
        self._counts = [0] * (LARGEST_BUCKET + 1)
        self._total = 0

    def add(self, size: int) -> None:
        """Count one more; one that is empty is none."""
        if size > 0:
            bucket = min((size - 1).bit_length(), LARGEST_BUCKET)
            self._counts[bucket] += 1
            self._total += size

    def histogram(self) -> BatchHistogram:
        """What was counted until now.

        >>> batches = Batches()
        >>> for size in (0, 1, 2, 3, 4, 5): batches.add(size)
        >>> batches.histogram()
        BatchHistogram(by_bucket={0: 1, 1: 1, 2: 2, 3: 1}, total=15)
        """
        counts = {bits: count for bits, count in enumerate(self._counts) if count}
        return BatchHistogram(counts, self._total)
