"""The JSON form of a frame, as stores keep it: only what is not at its default."""

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.domain.errors import UnreadableDocument
from engine.domain.frame import SCHEMA, Frame
from engine.domain.gate import flaw, may_refer, owns
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import LARGE_KEY, Json, Large

SIZE_KEY = "size"
"""Of a large value's place: how many bytes its JSON has."""
LARGE_FIELDS = frozenset({LARGE_KEY, SIZE_KEY})

# Besides what msgspec says of a wrong document: text that is no UTF-8, no text at all,
# and lists within lists without end.
UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)


class _Stamp(Struct):
    """The one field that every version of the engine writes, and can read."""

    schema: int


def encode(frame: Frame) -> bytes:
    """The whole frame, its schema included; of large values only their keys."""
    return _encoder.encode(frame)


def decode(document: bytes | str) -> Frame:
    """Read what `encode` gave. Large values come without their content.

    Raises `UnreadableDocument`, whatever is wrong with it.
    """
    try:
        return _decode(document)
    except UnreadableDocument:
        raise
    except UNREADABLE as error:
        raise UnreadableDocument(str(error), newer=_is_newer(document)) from None


def _decode(document: bytes | str) -> Frame:
    frame = _decoder.decode(document)
    if not may_refer(document):
        return frame

    task = frame.task
    parent = frame.parent
    if parent:
        parent = replace(parent, item=_value(parent.item, task))

    runs = {node_id: _run(run, task) for node_id, run in frame.runs.items()}
    return replace(frame, runs=runs, parent=parent)


def _is_newer(document: bytes | str) -> bool:
    try:
        return _stamps.decode(document).schema > SCHEMA
    except UNREADABLE:
        return False


def _write(value: Any) -> Json:
    if isinstance(value, Large):
        return {LARGE_KEY: value.key, SIZE_KEY: value.size}
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def _run(run: Run, task: str) -> Run:
    """The run with `Large` where the document has only a key."""
    changes: dict[str, Any] = {}
    for section in SECTIONS:
        value = getattr(run, section)
        if value is not None:
            changes[section] = _value(value, task)

    if run.loop:
        changes["loop"] = replace(run.loop, items=_value(run.loop.items, task))

    return replace(run, **changes) if changes else run


def _value(value: Json, task: str) -> Json | Large:
    """A value of a document; raises `UnreadableDocument` if it was never admitted."""
    large = _large(value, task)
    if large:
        return large

    wrong = flaw(value, task)
    if wrong:
        raise UnreadableDocument(wrong)
    return value


def _large(value: Json, task: str) -> Large | None:
    """The large value that an object stands for, if it is exactly as `_write` gives it,
    or as engines wrote it that did not keep the size."""
    if not isinstance(value, dict) or not {LARGE_KEY} <= value.keys() <= LARGE_FIELDS:
        return None

    key = value[LARGE_KEY]
    size = value.get(SIZE_KEY, 0)
    if isinstance(key, str) and owns(task, key) and isinstance(size, int):
        return Large(key, None, size)
    return None


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder(Frame)
_stamps = msgspec.json.Decoder(_Stamp)
