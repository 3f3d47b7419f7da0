"""The JSON form of a frame, as stores keep it: only what is not at its default."""

from typing import Any

import msgspec
from msgspec.structs import replace

from engine.domain.frame import Frame
from engine.domain.run import Run
from engine.domain.values import LARGE_KEY, Json, Large


def encode(frame: Frame) -> bytes:
    """The whole frame, its schema included; of large values only their keys."""
    return _encoder.encode(frame)


def decode(document: bytes | str) -> Frame:
    """Read what `encode` gave. Large values come without their content."""
    frame = _decoder.decode(document)
    runs = {node: _with_large(run) for node, run in frame.runs.items()}
    parent = frame.parent
    if parent and _is_large(parent.item):
        parent = replace(parent, item=_read(parent.item))
    return replace(frame, runs=runs, parent=parent)


def _write(value: Any) -> Json:
    if isinstance(value, Large):
        return {LARGE_KEY: value.key}
    raise TypeError(f"a {type(value).__name__} is no JSON")


def _with_large(run: Run) -> Run:
    values = {"params": run.params, "input": run.input, "out": run.out}
    large: dict[str, Any] = {k: _read(v) for k, v in values.items() if _is_large(v)}
    if run.loop and _is_large(run.loop.items):
        large["loop"] = replace(run.loop, items=_read(run.loop.items))
    return replace(run, **large) if large else run


def _is_large(value: Json) -> bool:
    return isinstance(value, dict) and LARGE_KEY in value


def _read(value: Json) -> Large:
    return Large(value[LARGE_KEY], None)


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder(Frame)
