"""The trace of a task: which spans have ended when a frame has changed.

Everything follows from what is stored: the ids from the addresses of frames, runs and
attempts, the times from the runs. So a trace goes on at another replica and after a
restart, and what is told twice is the same span.

    task                        the root frame; its parent is the span of the request
      blur                      a run of a node, one for each round
        attempt                 a call; what the service does hangs below it
          result                its result, from its arrival until its turn is saved
        wait                    until the next attempt, or a `delay`
        code                    a turn with code of authors
      faces
        faces[]                 the frame of an item, with runs of its own
      push                      the end result on its way to the caller
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

from trace_spans import Side, Span, TraceContext, span_id_of

from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.run import Attempt, Run, Status

TRACE_ID_CHARACTERS = 32

PREFIX = "marketplace."
"""Of the attributes that are ours."""

WAITS = {Status.WAITING: "delay", Status.RETRYING: "next attempt"}


def root_trace(task: str, foreign: TraceContext | None) -> str:
    """What a task keeps of its trace: the id, and the span that caused it if any.

    >>> root_trace("0b7a4c5e-0000-4000-8000-000000000001", None)
    '0b7a4c5e000040008000000000000001'
    """
    if foreign:
        return f"{foreign.trace_id}-{foreign.span_id}"
    return task.replace("-", "")


def trace_id_of(frame: Frame) -> str:
    """Under which id its spans are found; empty: it has no trace."""
    return frame.trace[:TRACE_ID_CHARACTERS]


def context_of_attempt(frame: Frame, node: str, attempt: int) -> TraceContext:
    """Where a call of this attempt is: services hang their spans below it."""
    return TraceContext(trace_id_of(frame), _attempt_id(frame.path, node, attempt))


def context_of_push(frame: Frame) -> TraceContext:
    """Where the delivery of the end result is."""
    return TraceContext(trace_id_of(frame), _push_id(frame))


def ended(before: Frame | None, after: Frame) -> Iterator[Span]:
    """The spans that have ended because a frame changed."""
    for node, run in after.runs.items():
        old = before.runs.get(node) if before else None
        if run is old:
            continue
        if old and run.round > old.round and old.ended_at is None and old.started_at:
            yield from _of_lost_round(after, node, old, run)
        if run.ended_at and not (old and old.ended_at):
            yield from _of_run(after, node, run, run.ended_at)

    if not after.open and (before is None or before.open):
        yield _of_frame(after)


def code(before: Frame, after: Frame, *, began: datetime, ended: datetime) -> Span:
    """A turn that ran code of authors, with its wait for a thread."""
    return Span(
        name="code",
        trace_id=trace_id_of(before),
        span_id=span_id_of(before.path, "code", before.revision),
        parent_id=span_id_of(before.path),
        started_at=began,
        ended_at=ended,
        attributes={f"{PREFIX}evaluations": after.evaluations - before.evaluations},
    )


def context_of_arrival(
    path: FramePath,
    node: str,
    attempt: int,
    trace_id: str,
    cause: TraceContext | None,
) -> TraceContext | None:
    """Where the arrival of a result is: below what brings it, or below its attempt.

    `trace_id` is that of the frame, empty where it is not known here.
    """
    if cause and trace_id in ("", cause.trace_id):
        return cause
    # The service knows nothing of traces, or tells of another one.
    return (
        TraceContext(trace_id, _attempt_id(path, node, attempt)) if trace_id else None
    )


def arrived(
    path: FramePath,
    node: str,
    attempt: int,
    *,
    cause: TraceContext,
    began: datetime,
    ended: datetime,
    taken: bool,
) -> Span:
    """The arrival of one result, until the turn that it caused is saved."""
    return Span(
        name="result",
        trace_id=cause.trace_id,
        span_id=span_id_of(path, node, "result", attempt, cause.span_id, began),
        parent_id=cause.span_id,
        started_at=began,
        ended_at=ended,
        side=Side.SERVER,
        failed=not taken,
        attributes={
            f"{PREFIX}task": path.partition("/")[0],
            f"{PREFIX}node": node,
            f"{PREFIX}attempt": attempt,
        },
    )


def pushed(frame: Frame, *, began: datetime, ended: datetime, arrived: bool) -> Span:
    """One delivery of the end result."""
    return Span(
        name="push",
        trace_id=trace_id_of(frame),
        span_id=_push_id(frame),
        parent_id=span_id_of(frame.path),
        started_at=began,
        ended_at=ended,
        side=Side.CLIENT,
        failed=not arrived,
    )


def _of_frame(frame: Frame) -> Span:
    attributes = _attributes(frame) | {f"{PREFIX}status": str(frame.status)}
    parent = frame.parent
    if parent:
        name = f"{parent.node}[]"
        attributes[f"{PREFIX}item"] = parent.index
        # A loop counts each activation as an attempt.
        parent_id = _run_id(parent.path, parent.node, parent.attempt - 1)
    else:
        name = frame.route
        attributes[f"{PREFIX}route"] = frame.route
        attributes[f"{PREFIX}version"] = frame.version
        parent_id = frame.trace[TRACE_ID_CHARACTERS + 1 :]

    if frame.failure_code:
        attributes[f"{PREFIX}code"] = frame.failure_code
    return Span(
        name=name,
        trace_id=trace_id_of(frame),
        span_id=span_id_of(frame.path),
        parent_id=parent_id or None,
        started_at=frame.created_at,
        ended_at=frame.ended_at or frame.created_at,
        failed=frame.status is FrameStatus.FAILED,
        attributes=attributes,
    )


def _of_lost_round(frame: Frame, node: str, old: Run, run: Run) -> Iterator[Span]:
    """The spans of a round that ended in the turn in which the next one began."""
    attempts = tuple(one for one in run.past if one.number > old.earlier_attempts)
    over = Run(
        # A failure that led back is kept with the next round.
        status=Status.FAILED if run.fault else Status.SUCCEEDED,
        attempt=run.earlier_attempts,
        earlier_attempts=old.earlier_attempts,
        past=attempts,
        last_instance=attempts[-1].instance if attempts else None,
        history=old.history,
        started_at=old.started_at,
    )
    yield from _of_run(frame, node, over, run.history[-1][1])


def _of_run(frame: Frame, node: str, run: Run, ended_at: datetime) -> Iterator[Span]:
    """A run, its attempts and its waits; what took no time has no span."""
    is_call = run.attempt > run.earlier_attempts
    if run.started_at is None or run.reused:
        return
    if run.started_at == ended_at and not is_call:
        return

    waits = tuple(_waits(run, ended_at))
    attributes = _attributes(frame) | {
        f"{PREFIX}node": node,
        f"{PREFIX}status": str(run.status),
        f"{PREFIX}attempts": run.attempt - run.earlier_attempts,
    }
    if run.fault:
        attributes[f"{PREFIX}code"] = run.fault.code
    own = Span(
        name=node,
        trace_id=trace_id_of(frame),
        span_id=_run_id(frame.path, node, run.earlier_attempts),
        parent_id=span_id_of(frame.path),
        # A `delay` comes before what counts as its beginning.
        started_at=min([run.started_at, *(since for _, since, _ in waits)]),
        ended_at=ended_at,
        failed=run.status is Status.FAILED,
        attributes=attributes,
    )
    yield own

    for attempt in run.attempts:
        if attempt.number > run.earlier_attempts:
            yield _of_attempt(frame, node, attempt, own)

    for status, since, until in waits:
        yield Span(
            name="wait",
            trace_id=own.trace_id,
            span_id=span_id_of(frame.path, node, "wait", since.isoformat()),
            parent_id=own.span_id,
            started_at=since,
            ended_at=until,
            attributes={f"{PREFIX}waits_for": WAITS[status]},
        )


def _of_attempt(frame: Frame, node: str, attempt: Attempt, run: Span) -> Span:
    about: dict[str, str | int] = {f"{PREFIX}attempt": attempt.number}
    if attempt.instance:
        # Without its path and query, which may say more than where it is.
        about["server.address"] = urlsplit(attempt.instance).hostname or ""
    return Span(
        name="attempt",
        trace_id=run.trace_id,
        span_id=_attempt_id(frame.path, node, attempt.number),
        parent_id=run.span_id,
        started_at=attempt.at,
        ended_at=attempt.ended_at or run.ended_at,
        side=Side.CLIENT,
        failed=attempt.error is not None,
        attributes=about,
    )


def _waits(run: Run, ended_at: datetime) -> Iterator[tuple[Status, datetime, datetime]]:
    """When a run waited in this round, and for what."""
    changes = [*run.history, (run.status, ended_at)]
    for (status, since), (_, until) in reversed(list(pairwise(changes))):
        if status is Status.PENDING:
            # What is older was of the round before.
            return
        if status in WAITS:
            yield status, since, until


def _attributes(frame: Frame) -> dict[str, str | int]:
    return {f"{PREFIX}task": frame.task}


def _run_id(path: FramePath, node: str, earlier_attempts: int) -> str:
    return span_id_of(path, node, earlier_attempts)


def _attempt_id(path: FramePath, node: str, attempt: int) -> str:
    return span_id_of(path, node, "attempt", attempt)


def _push_id(frame: Frame) -> str:
    return span_id_of(frame.path, "push", frame.push.tries if frame.push else 0)
