"""JSON of a large value in pieces: whoever writes it can let others go on between."""

from collections.abc import Iterable, Iterator

import orjson

from engine.domain.values import Json

PIECE_BYTES = 64 << 10
"""What weighs no more is written in one go, in less than a millisecond. A single text
can be longer."""

ITEM_BYTES = 8
"""What each value weighs besides its text: more than a short number has."""


def json_pieces(value: Json) -> Iterator[bytes]:
    """The pieces of what `orjson.dumps` writes in one go.

    >>> value = {"a": [1, {"b": "c"}], "d": {}, "many": [0] * 20_000}
    >>> b"".join(json_pieces(value)) == orjson.dumps(value)
    True
    """
    if _weight(value) > PIECE_BYTES:
        yield from _of_heavy(value)
    else:
        yield orjson.dumps(value)


def _of_heavy(value: Json) -> Iterator[bytes]:
    if isinstance(value, dict):
        yield from _pieces_of(value.items(), b"{", b"}")
    elif isinstance(value, list):
        yield from _pieces_of((("", item) for item in value), b"[", b"]")
    else:
        yield orjson.dumps(value)


def _pieces_of(
    entries: Iterable[tuple[str, Json]], opening: bytes, closing: bytes
) -> Iterator[bytes]:
    """Light entries are written some at a time, heavy ones in pieces of their own."""
    is_object = opening == b"{"
    before = opening
    light: list[tuple[str, Json]] = []
    light_bytes = 0

    for key, item in entries:
        weight = len(key) + _weight(item)
        if weight <= PIECE_BYTES:
            light.append((key, item))
            light_bytes += weight
            if light_bytes <= PIECE_BYTES:
                continue

        if light:
            yield before + _inside(light, is_object)
            before = b","
            light = []
            light_bytes = 0
        if weight > PIECE_BYTES:
            yield before + (orjson.dumps(key) + b":" if is_object else b"")
            yield from _of_heavy(item)
            before = b","

    if light:
        yield before + _inside(light, is_object)
    yield closing


def _inside(entries: list[tuple[str, Json]], is_object: bool) -> bytes:
    """Their JSON without its braces or brackets."""
    whole = dict(entries) if is_object else [item for _, item in entries]
    return orjson.dumps(whole)[1:-1]


def _weight(value: Json) -> int:
    """About the bytes of its JSON; looked at no further than until it is heavy."""
    weight = ITEM_BYTES
    waiting = [value]
    while waiting and weight <= PIECE_BYTES:
        item = waiting.pop()
        if isinstance(item, str):
            weight += len(item)
        elif isinstance(item, dict | list):
            weight += ITEM_BYTES * len(item)
            # What has more items than may be counted is not gone through.
            if weight > PIECE_BYTES:
                break
            if isinstance(item, dict):
                weight += sum(map(len, item))
                waiting += item.values()
            else:
                waiting += item
    return weight
