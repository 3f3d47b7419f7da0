"""How much room a frame has for the values that its nodes make.

Each new value is counted before it is put into a run. The sum may be too high: a value
that was replaced is still in it, and so is one that two nodes share. So the values are
counted anew before one is refused.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.errors import ValueTooLarge
from engine.domain.frame import Frame
from engine.domain.rules import Rules
from engine.domain.sizes import Sizes
from engine.domain.values import Json, Large, blobs_in, unwrap

MIN_FRAME_BYTES = 64 << 10
"""What every frame may have, however many items its loop has. So a sum below this needs
no look at the limits, as most have."""


def with_room(
    frame: Frame,
    context: Context,
    what: str,
    value: Json | Large,
) -> Frame:
    """The frame that has counted a new value; raises `ValueTooLarge`, `ValueTooDeep`.

    A value that is handed on as it is needs no room.
    """
    rules = context.rules
    size = context.sizes.of(value).bytes
    if size > rules.max_value_bytes:
        raise too_large(what, size, rules)

    total = frame.value_bytes + size
    if total > MIN_FRAME_BYTES:
        limit, setting = _limit(frame, context)
        if total > limit:
            total = bytes_of_values(frame, context.sizes) + size
        if total > limit:
            whole = f"all values together, with {what},"
            raise ValueTooLarge(whole, total, limit, setting)
    return replace(frame, value_bytes=total)


def too_large(what: str, size: int, rules: Rules) -> ValueTooLarge:
    """The error for one value that is over the limit."""
    return ValueTooLarge(what, size, rules.max_value_bytes, "MAX_VALUE_BYTES")


def _limit(frame: Frame, context: Context) -> tuple[int, str]:
    """How much all values of a frame may take, and the setting that says so."""
    rules = context.rules

    items = 1
    inner = frame
    for outer in context.outer:
        assert inner.parent is not None  # nosec B101 # there is a frame around it
        loop = outer.runs[inner.parent.node].loop
        items *= loop.total if loop else 1
        inner = outer

    share = max(rules.max_task_bytes // items, MIN_FRAME_BYTES)
    if items > 1 and share < rules.max_frame_bytes:
        return share, f"MAX_TASK_BYTES for each of {items} items"
    return rules.max_frame_bytes, "MAX_FRAME_BYTES"


def values_of(frame: Frame) -> Iterator[Json | Large]:
    """Every value that a frame has."""
    for run in frame.runs.values():
        yield run.params
        yield run.input
        yield run.out
        if run.loop:
            yield run.loop.items
    if frame.parent:
        yield frame.parent.item


def bytes_of_blobs(frame: Frame) -> int:
    """What the binaries take that a frame refers to; each counts once."""
    found = {
        blob.key: blob.size
        for value in values_of(frame)
        for blob in blobs_in(unwrap(value))
    }
    return sum(found.values())


def bytes_of_values(frame: Frame, sizes: Sizes) -> int:
    """What all values take; those that several nodes share count once."""
    values = map(unwrap, values_of(frame))
    distinct = {id(value): value for value in values if value is not None}
    return sum(sizes.of(value).bytes for value in distinct.values())
