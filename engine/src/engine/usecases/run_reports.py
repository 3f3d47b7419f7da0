"""What is shown of runs, as JSON: without their values, or with some of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import orjson

from engine.domain.frame import Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Attempt, Run, Status
from engine.domain.run_faults import Cause, RunFault
from engine.domain.values import BLOB_KEY, Json, Large, is_blob
from engine.usecases import reports

AWAKENED = frozenset({Status.RETRYING, Status.WAITING})
"""Runs that go on at a known time: other ones are only looked at then."""

MAX_VALUE_BYTES = 64 << 10
"""Of a value in JSON that is shown without being asked for."""

MAX_ITEM_BYTES = 1 << 10
"""The same of the item of a loop, in the list of all."""


MAX_VALUES_SEARCHED = 100
"""Of an output, for a picture: a list shows some hundred runs at once."""


def runs(frame: Frame, called: Mapping[str, str]) -> dict[str, Json]:
    """The runs of a frame, without their values; `called`: the tasks that they call."""
    return {
        "path": frame.path,
        "status": reports.short(frame.status),
        "message": frame.error,
        "failed_node": frame.failed_node,
        "created_at": frame.created_at,
        "ended_at": frame.ended_at,
        "runs": {node: run(one, called.get(node)) for node, one in frame.runs.items()},
    }


def run(run: Run, called_task: str | None) -> dict[str, Json]:
    """A run without its values: how large they are."""
    return {
        "status": run.status,
        "reused": run.reused,
        "called_task": called_task,
        "round": run.round,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "attempts": [_attempt(one) for one in run.attempts],
        "fault": _fault(run),
        "printed": run.printed,
        "waits_for": run.note,
        "refused": run.refused,
        "deadline": run.deadline,
        "again_at": run.wake_at if run.status in AWAKENED else None,
        "picture": _picture(run.out),
        "items": reports.items_done(run),
        "sizes": {section: _bytes(getattr(run, section)) for section in SECTIONS},
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "number": attempt.number,
        "at": attempt.at,
        "ended_at": attempt.ended_at,
        "instance": attempt.instance,
        "error": attempt.error,
    }


def _fault(run: Run) -> Json:
    """Why a run, or its last attempt, has failed; None: it has not."""
    fault = run.fault
    # An engine that did not note the code ended this run.
    if fault is None and run.status is Status.FAILED:
        fault = RunFault.of(Cause.FAILED, run.error or "")
    return fault.to_json() if fault else None


def _picture(out: Json | Large) -> Json:
    """The first picture in an output, which can stand for it; None: there is none.

    >>> _picture({"n": 1, "k": [{"$blob": "t/a", "type": "image/png", "size": 9}]})
    {'$blob': 't/a', 'type': 'image/png', 'size': 9}
    """
    for value in islice(_outer_values(out), MAX_VALUES_SEARCHED):
        if is_blob(value) and value["type"].startswith("image/"):
            return value
    return None


def _outer_values(out: Json | Large) -> Iterator[Json]:
    """The values of an output, and of the lists in it."""
    if not isinstance(out, dict) or BLOB_KEY in out:
        yield out
        return
    for value in out.values():
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _bytes(value: Json | Large) -> int | None:
    """How many bytes a value has as JSON; None: there is none."""
    if value is None:
        return None
    if isinstance(value, Large):
        return value.size
    return len(orjson.dumps(value))


def cut(value: Json | Large, limit: int = MAX_VALUE_BYTES) -> Json | Large:
    """The value, or how large it is if that is more than the limit.

    >>> cut([1, 2, 3], limit=5)
    {'cut': True, 'bytes': 7}
    """
    size = _bytes(value) or 0
    # An engine that did not note the size stored it: it may be of any.
    unknown = isinstance(value, Large) and size == 0
    return {"cut": True, "bytes": size} if unknown or size > limit else value


def items(
    found: Sequence[Frame], around: Frame, node: str, first: int, stop: int
) -> list[Json]:
    """The items of a loop from one index on: those found, and pending ones between.

    If no frame was found, all up to `stop` are pending. Otherwise nothing is said of
    those behind the last one: the store may have cut the page.
    """
    by_index = {frame.parent.index: frame for frame in found if frame.parent}
    last = max(by_index, default=stop - 1)

    listed = []
    for index in range(first, last + 1):
        frame = by_index.get(index)
        if frame is None:
            listed.append(_pending(around, node, index))
        else:
            listed.append(_item(frame, index))
    return listed


def _item(frame: Frame, index: int) -> Json:
    return {
        "index": index,
        "path": frame.path,
        "status": reports.short(frame.status),
        "item": cut(frame.parent.item, MAX_ITEM_BYTES) if frame.parent else None,
        "failed_node": frame.failed_node,
        "message": frame.error,
        "started_at": frame.created_at,
        "ended_at": frame.ended_at,
    }


def _pending(around: Frame, node: str, index: int) -> Json:
    return {
        "index": index,
        "path": around.child_path(node, index),
        "status": "pending",
        "item": None,
        "failed_node": None,
        "message": None,
        "started_at": None,
        "ended_at": None,
    }
