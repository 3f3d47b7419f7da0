"""The JSON form of a frame, as stores keep it: only what is not at its default."""

from typing import Any

import msgspec
from msgspec.structs import replace

from engine.domain.frame import Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import LARGE_KEY, Json, Large


def encode(frame: Frame) -> bytes:
    """The whole frame, its schema included; of large values only their keys."""
    return _encoder.encode(frame)


def decode(document: bytes | str) -> Frame:
    """Read what `encode` gave. Large values come without their content."""
    frame = _decoder.decode(document)
    runs = {node_id: _with_large(run) for node_id, run in frame.runs.items()}

    parent = frame.parent
    if parent and _is_large(parent.item):
        parent = replace(parent, item=_read(parent.item))

    return replace(frame, runs=runs, parent=parent)


def _write(value: Any) -> Json:
    if isinstance(value, Large):
        return {LARGE_KEY: value.key}
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
    return Large(value[LARGE_KEY], None)


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder(Frame)
