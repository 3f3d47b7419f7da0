"""The JSON form of a frame, as stores keep it: only what is not at its default."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from engine.domain.frame import (
    Frame,
    FramePath,
    FrameStatus,
    Loop,
    Parent,
    Push,
    Run,
    Status,
)
from engine.domain.values import Json, Large

SCHEMA = 1
LARGE = "$large"


def to_json(frame: Frame) -> dict[str, Json]:
    """The whole frame; instants stay datetimes, which orjson and BSON know."""
    document = FRAME.of(frame)
    document["schema"] = SCHEMA
    document["runs"] = {node: _run(run) for node, run in frame.runs.items()}
    if frame.parent:
        document["parent"] = PARENT.of(frame.parent)
        document["parent"]["item"] = _value(frame.parent.item)
    if frame.push:
        document["push"] = PUSH.of(frame.push)
    return document


def from_json(document: Mapping[str, Json]) -> Frame:
    """Read what `to_json` gave. Large values come without their content."""
    read = {k: v for k, v in document.items() if k in FRAME.names}
    read |= {k: _instant(read[k]) for k in FRAME_INSTANTS if k in read}
    read["path"] = FramePath(read["path"])
    read["status"] = FrameStatus(read.get("status", "running"))
    read["loops"] = tuple(read.get("loops", ()))
    read["runs"] = {node: _read_run(run) for node, run in document["runs"].items()}
    if "parent" in document:
        parent = dict(document["parent"])
        parent["item"] = _read_value(parent.get("item"))
        read["parent"] = Parent(**parent)
    if "push" in document:
        push = dict(document["push"])
        read["push"] = Push(**push | {"due_at": _instant(push.get("due_at"))})
    return Frame(**read)


class Plain:
    """The plain fields of a class; the others go their own way."""

    def __init__(self, kind: type, *others: str) -> None:
        named = {f.name: f.default for f in fields(kind) if f.name not in others}
        self.names, self.defaults = tuple(named), tuple(named.values())
        self._read = attrgetter(*self.names)

    def of(self, thing: object) -> dict[str, Json]:
        """By name, the values that are not at their default."""
        found = zip(self.names, self._read(thing), self.defaults, strict=True)
        return {k: v for k, v, d in found if v is not d and v != d}


FRAME = Plain(Frame, "runs", "parent", "push")
FRAME_INSTANTS = ("created_at", "ended_at", "erase_at", "saved_at")
PARENT = Plain(Parent, "item")
PUSH = Plain(Push)
RUN = Plain(Run, "params", "input", "out", "loop", "history")
RUN_INSTANTS = ("wake_at", "deadline", "started_at", "ended_at")
VALUES = ("params", "input", "out")


def _run(run: Run) -> dict[str, Json]:
    document = RUN.of(run)
    for name in VALUES:
        if (value := getattr(run, name)) is not None:
            document[name] = _value(value)
    if run.history:
        document["history"] = run.history
    if run.loop:
        loop = {"items": _value(run.loop.items), "total": run.loop.total}
        document["loop"] = loop | {"opened": run.loop.opened}
        document["loop"]["ended"] = f"{run.loop.ended:x}"
    return document


def _read_run(document: Mapping[str, Json]) -> Run:
    read = dict(document)
    read |= {k: _instant(read[k]) for k in RUN_INSTANTS if k in read}
    read |= {k: _read_value(read[k]) for k in VALUES if k in read}
    read |= {k: tuple(read[k]) for k in ("led_to", "accepted") if k in read}
    read["status"] = Status(read.get("status", "pending"))
    history = read.get("history", ())
    read["history"] = tuple((Status(s), _instant(at)) for s, at in history)
    if "loop" in read:
        loop = read["loop"]
        items, ended = _read_value(loop["items"]), int(loop["ended"], 16)
        read["loop"] = Loop(items, loop["total"], loop["opened"], ended)
    return Run(**read)


def _value(value: Json | Large) -> Json:
    return {LARGE: value.key} if isinstance(value, Large) else value


def _read_value(value: Json) -> Json | Large:
    if isinstance(value, dict) and LARGE in value:
        return Large(value[LARGE], None)
    return value


_parse: Callable[[str], datetime] = datetime.fromisoformat


def _instant(value: Any) -> Any:
    return _parse(value) if isinstance(value, str) else value
