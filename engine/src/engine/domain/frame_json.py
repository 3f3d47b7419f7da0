"""The JSON form of a frame, as stores keep it: only what is not at its default."""

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.domain.errors import UnreadableDocument
from engine.domain.frame import SCHEMA, Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import LARGE_KEY, Json, Large

SIZE_KEY = "size"
"""Of a large value's place: how many bytes its JSON has."""

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
    except UNREADABLE as error:
        raise UnreadableDocument(str(error), newer=_is_newer(document)) from None


def _decode(document: bytes | str) -> Frame:
    frame = _decoder.decode(document)
    runs = {node_id: _with_large(run) for node_id, run in frame.runs.items()}

    parent = frame.parent
    if parent and _is_large(parent.item):
        parent = replace(parent, item=_read(parent.item))

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


def _with_large(run: Run) -> Run:
    """The run with `Large` where the document has only a key."""
    large: dict[str, Any] = {}
    for section in SECTIONS:
        value = getattr(run, section)
        if _is_large(value):
            large[section] = _read(value)

    if run.loop and _is_large(run.loop.items):
        large["loop"] = replace(run.loop, items=_read(run.loop.items))

    return replace(run, **large) if large else run


def _is_large(value: Json) -> bool:
    # Data cannot have this key: requests, answers and code that bring it are refused.
    return isinstance(value, dict) and LARGE_KEY in value


def _read(value: Json) -> Large:
    return Large(value[LARGE_KEY], None, value.get(SIZE_KEY, 0))


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder(Frame)
_stamps = msgspec.json.Decoder(_Stamp)
