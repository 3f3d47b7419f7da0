"""What changed in a task, as its frames remember it.

There is no log of changes: each run remembers its own (docs/decisions/0004).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

import orjson

from engine.domain.frame import Frame
from engine.domain.run import Run
from engine.domain.values import Json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Key(NamedTuple):
    """The place of a change among all changes of its task."""

    micros: int
    """Its instant, in microseconds since 1970."""
    path: str
    ordinal: int
    """Which of the changes of its frame at that instant it is, from 0 on."""

    @property
    def id(self) -> str:
        """As clients are told it; `key_of` reads it."""
        return f"{self.micros}-{self.ordinal}-{self.path}"


START = Key(0, "", 0)


@dataclass(frozen=True)
class Change:
    """One change of a run (`run`) or of the task (`task`); `id` resumes after it."""

    id: str
    name: str
    data: Json

    def to_json(self) -> dict[str, Json]:
        """The whole of it, for lists."""
        return {"id": self.id, "event": self.name, **self.data}

    @cached_property
    def text(self) -> bytes:
        """Its data as JSON, written once for all who are told of it."""
        return orjson.dumps(self.data)


def changes_of(frames: Iterable[Frame]) -> Iterator[tuple[Key, Change]]:
    """Every change that these frames remember, frame by frame."""
    for frame in frames:
        entries = sorted(_entries(frame), key=lambda entry: entry[0])
        at_once: defaultdict[datetime, int] = defaultdict(int)

        for at, name, data in entries:
            key = Key(micros_of(at - EPOCH), str(frame.path), at_once[at])
            at_once[at] += 1
            yield key, Change(key.id, name, {"path": frame.path, "at": at, **data})


def _entries(frame: Frame) -> Iterator[tuple[datetime, str, dict[str, Json]]]:
    """The changes of a frame and its runs; those of the root are the task's."""
    if frame.parent is None:
        yield frame.created_at, "task", {"status": "running"}

    for node, run in frame.runs.items():
        for at, data in _moves(run):
            yield at, "run", {"node": node, **data}

    if frame.parent is None and frame.ended_at:
        yield frame.ended_at, "task", {"status": frame.status, "message": frame.error}


def _moves(run: Run) -> Iterator[tuple[datetime, dict[str, Json]]]:
    """The changes of a run; only the last one knows what the run knows now."""
    moves = list(run.history)
    if run.told_at:
        moves.append((run.status, run.told_at))

    for status, at in moves[:-1]:
        yield at, {"status": status}

    for status, at in moves[-1:]:
        known = {"attempt": run.attempt, "error": run.error, "note": run.note}
        if run.reused:
            known["reused"] = True
        said = {key: value for key, value in known.items() if value}
        yield at, {"status": status} | said


def key_of(id_: str) -> Key:
    """The place after which to resume; from the start if it cannot be read."""
    at, _, rest = id_.partition("-")
    ordinal, _, path = rest.partition("-")

    # With 16 digits it is in the year 2286; with more it may be no instant at all.
    if not (at.isdecimal() and ordinal.isdecimal() and len(at) < 17):
        return START
    return Key(int(at), path, int(ordinal))


def micros_of(span: timedelta) -> int:
    """A span as keys count it."""
    return span // MICROSECOND


def instant_of(key: Key) -> datetime:
    """When the change was decided."""
    return EPOCH + key.micros * MICROSECOND
