"""How large values are: their bytes and their depth, each part of them looked at once.

The author of a pipeline makes values of other values. Parts are shared in memory, so a
value may be a thousand times as large as the memory that it takes, until it is stored:

    "n1": {"a": "n0.out", "b": "n0.out"},
    "n2": {"a": "n1.out", "b": "n1.out"}, …

So sizes are counted before anything is made of a value that grows with its size. What
is shared counts each time that it stands somewhere, and takes the time of once.
"""

from typing import Any, NamedTuple

import orjson

from engine.domain.errors import ValueTooDeep
from engine.domain.values import Json, unwrap

ITEM_BYTES = 64
"""What each item of a list or object counts besides its text. About the memory that a
small one takes: so a bound of bytes is a bound of memory too."""

MAX_VALUE_DEPTH = 220
"""Objects and lists within each other. orjson writes 254 of them; some are around a
value in documents, requests and answers. A request may bring 200 (MAX_DEPTH)."""

SHORT_TEXT_CHARACTERS = 64
"""Up to here `ITEM_BYTES` makes up for characters that take several bytes in JSON."""

MAX_JSON_PER_BYTE = 6
"""Bytes of JSON for each that counts: a control character in a short text has six."""

# What is smaller has 16 items at most, and is counted again faster than remembered.
REMEMBERED_BYTES = 16 * ITEM_BYTES


class Size(NamedTuple):
    """How large a value is."""

    bytes: int
    """Of its JSON, roughly, and `ITEM_BYTES` for each value in it."""
    depth: int
    """How many objects and lists stand within each other."""


class Sizes:
    """Measures values, and remembers what it has measured: for one decision.

    It keeps the values that it knows, since it knows them by where they are in memory.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, tuple[int, int]]] = {}

    def of(self, value: Json) -> Size:
        """The size of a value, wherever it is kept; raises `ValueTooDeep`."""
        value = unwrap(value)
        if type(value) is dict or type(value) is list:
            return Size(*self._of_container(value, MAX_VALUE_DEPTH))
        if type(value) is str:
            return Size(ITEM_BYTES + text_bytes(value), 0)
        return Size(ITEM_BYTES, 0)

    def _of_container(self, value: Json, levels_left: int) -> tuple[int, int]:
        known = self._known.get(id(value))
        if known is not None:
            _, size = known
            if size[1] > levels_left:
                raise ValueTooDeep(MAX_VALUE_DEPTH)
            return size

        # Before it goes deeper: what comes from outside may be nested without end.
        if levels_left == 0:
            raise ValueTooDeep(MAX_VALUE_DEPTH)

        size = self._counted(value, levels_left - 1)
        if size[0] > REMEMBERED_BYTES:
            self._known[id(value)] = (value, size)
        return size

    def _counted(self, value: Json, levels_left: int) -> tuple[int, int]:
        # Each value that comes is counted here, so nothing is called for short texts.
        total = ITEM_BYTES * (len(value) + 1)
        items = value
        if type(value) is dict:
            for key in value:
                count = len(key)
                total += count if count <= SHORT_TEXT_CHARACTERS else text_bytes(key)
            items = value.values()

        depth = 0
        for item in items:
            kind = type(item)
            if kind is str:
                count = len(item)
                total += count if count <= SHORT_TEXT_CHARACTERS else text_bytes(item)
            elif kind is dict or kind is list:
                inner, levels = self._of_container(item, levels_left)
                # What every item counts is in it already.
                total += inner - ITEM_BYTES
                depth = max(depth, levels)

        return total, depth + 1


def text_bytes(text: str) -> int:
    """Bytes of a text in JSON; of a short one its characters.

    >>> text_bytes("é"), text_bytes("é" * 100)
    (1, 202)
    """
    count = len(text)
    return count if count <= SHORT_TEXT_CHARACTERS else len(orjson.dumps(text))


def has_items(value: Json, count: int) -> bool:
    """Whether a value has more items than so many, on all levels together.

    It takes no longer than to look at so many.

    >>> has_items([[1], [2, 3]], 5), has_items([[1], [2, 3]], 4)
    (False, True)
    """
    left = count
    waiting = [unwrap(value)]
    while waiting:
        item = waiting.pop()
        if type(item) is not dict and type(item) is not list:
            continue
        left -= len(item)
        if left < 0:
            return True
        waiting.extend(item.values() if type(item) is dict else item)
    return False
