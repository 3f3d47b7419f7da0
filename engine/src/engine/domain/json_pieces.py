"""JSON of a large value in pieces: whoever writes it can let others go on between."""

from collections.abc import Iterator
from itertools import islice

import orjson

from engine.domain.values import Json

FEW = 100
"""Items that are written each by itself: they may be large."""

ITEMS_OF_PIECE = 1_000
"""Of many items, which are small as a rule."""

LEVELS = 8
"""In which items are written by themselves: the runs of a frame, what goes in and comes
out, and some levels of that."""


def json_pieces(value: Json, levels: int = LEVELS) -> Iterator[bytes]:
    """The pieces of what `orjson.dumps` writes in one go.

    >>> value = {"a": [1, {"b": "c"}], "d": {}, "many": [0] * 200}
    >>> b"".join(json_pieces(value)) == orjson.dumps(value)
    True
    """
    if not value or not levels or not isinstance(value, dict | list):
        yield orjson.dumps(value)
    elif len(value) > FEW:
        yield from _of_many(value)
    elif isinstance(value, dict):
        before = b"{"
        for key, item in value.items():
            yield before + orjson.dumps(key) + b":"
            yield from json_pieces(item, levels - 1)
            before = b","
        yield b"}"
    else:
        before = b"["
        for item in value:
            yield before
            yield from json_pieces(item, levels - 1)
            before = b","
        yield b"]"


def _of_many(value: dict[str, Json] | list[Json]) -> Iterator[bytes]:
    is_object = isinstance(value, dict)
    items = iter(value.items() if isinstance(value, dict) else value)
    yield b"{" if is_object else b"["
    before = b""
    while taken := list(islice(items, ITEMS_OF_PIECE)):
        # Without its braces or brackets.
        yield before + orjson.dumps(dict(taken) if is_object else taken)[1:-1]
        before = b","
    yield b"}" if is_object else b"]"
