"""A cache by last use: everything in it may be lost at any time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _one(value: object) -> int:
    return 1


class Recent(Generic[K, V]):
    """The entries used last whose weights together are not over the limit.

    Without `weigh` each entry weighs 1, so that the limit is their number.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] = _one) -> None:
        self._limit = limit
        self._weigh = weigh
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: K) -> V | None:
        """The value under this key, which counts as used now; or None."""
        # Most keys that are asked for are there.
        try:
            self._entries.move_to_end(key)
        except KeyError:
            return None
        return self._entries[key][0]

    def put(self, key: K, value: V) -> None:
        """Keep a value, and lose those used longest ago until the limit holds."""
        before = self._entries.pop(key, None)
        if before is not None:
            self._weight -= before[1]

        # The weight is kept with the entry: what is taken off later must be what was
        # added, even if the value would weigh something else by then.
        weight = self._weigh(value)
        self._entries[key] = (value, weight)
        self._weight += weight

        while self._weight > self._limit:
            _, (_, lost) = self._entries.popitem(last=False)
            self._weight -= lost

    def values(self) -> list[V]:
        """All that is kept; none of them counts as used."""
        return [value for value, _ in self._entries.values()]

    def items(self) -> list[tuple[K, V]]:
        """The same with their keys."""
        return [(key, value) for key, (value, _) in self._entries.items()]

    def drop(self, key: K) -> None:
        """Forget a value, if it is there."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._weight -= entry[1]
