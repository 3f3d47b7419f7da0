"""What was used last, so much at most: everything here may be lost at any time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _one(value: object) -> int:
    return 1


class Recent(Generic[K, V]):
    """The entries used last whose weights together are not over the limit."""

    def __init__(self, limit: int, weigh: Callable[[V], int] = _one) -> None:
        self._limit, self._weigh = limit, weigh
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V) -> None:
        self.drop(key)
        weight = self._weigh(value)
        self._entries[key] = (value, weight)
        self._weight += weight
        while self._weight > self._limit:
            _, (_, light) = self._entries.popitem(last=False)
            self._weight -= light

    def drop(self, key: K) -> None:
        if entry := self._entries.pop(key, None):
            self._weight -= entry[1]
