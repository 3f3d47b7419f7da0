"""How a node and its frame end, well or badly."""

from datetime import datetime

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.errors import (
    BadDirective,
    CodeFailed,
    EngineError,
    NotJoined,
    ReservedKey,
    ValueTooDeep,
    ValueTooLarge,
)
from engine.domain.frame import Frame, FrameStatus
from engine.domain.pipeline import EndNode
from engine.domain.room import with_room
from engine.domain.rules import Rules
from engine.domain.run import Run, Status, shortened
from engine.domain.run_faults import Cause, RunFault, fault_of
from engine.domain.scope import execute, with_printed
from engine.domain.values import Json, Large

AuthorError = (
    BadDirective,
    CodeFailed,
    ValueTooLarge,
    ValueTooDeep,
    ReservedKey,
    NotJoined,
)
"""What an author of a pipeline did wrong, found when a node ran."""

BOUNDS_OF_TASK = frozenset(
    {Cause.TOO_MANY_FRAMES, Cause.TOO_MANY_ROUNDS, Cause.TOO_MUCH_CODE}
)
"""What no `catch` takes: the bound would only make room for more of the same."""


def finish(
    frame: Frame,
    context: Context,
    node_id: str,
    *,
    out: Json | Large,
    now: datetime,
    led_to: tuple[str, ...] | None = None,
) -> Frame:
    """A node succeeded: its code runs, and the end node ends the frame."""
    node = context.graph(frame).nodes[node_id]
    heads = node.next if led_to is None else led_to

    # Most nodes that are no call hand on their input.
    if out is not frame.runs[node_id].input:
        try:
            frame = with_room(frame, context, "its output", out)
        except AuthorError as error:
            return fail_by(frame, context, node_id, error, now)

    done = frame.runs[node_id].to(
        Status.SUCCEEDED,
        now,
        out=out,
        led_to=tuple(dict.fromkeys(heads)),
        error=None,
        fault=None,
    )
    succeeded = frame.with_run(node_id, done)

    try:
        ended = execute(succeeded, context, node_id, node.after, field="after")
    except AuthorError as error:
        # From the frame before: a run that succeeded cannot fail any more.
        return fail_by(frame, context, node_id, error, now)

    if isinstance(node, EndNode):
        return end(ended, context.rules, FrameStatus.FINISHED, now)
    return ended


def fail_by(
    frame: Frame,
    context: Context,
    node_id: str,
    error: EngineError,
    now: datetime,
) -> Frame:
    """A node failed by what its author did wrong; what its code printed is kept."""
    if isinstance(error, CodeFailed):
        frame = with_printed(frame, node_id, error.printed)
    return fail(frame, context, node_id, fault=fault_of(error), now=now)


def fail(
    frame: Frame,
    context: Context,
    node_id: str,
    *,
    fault: RunFault,
    now: datetime,
) -> Frame:
    """A node failed for good: its `catch` goes on from there, or its frame failed too.

    Who calls this looks for what may start now, as after a success.
    """
    error = shortened(str(fault))
    fault = replace(fault, message=shortened(fault.message))
    heads = context.graph(frame).nodes[node_id].catch
    caught = bool(heads) and fault.code not in BOUNDS_OF_TASK

    run = frame.runs[node_id].to(
        Status.FAILED,
        now,
        out=None,
        led_to=heads if caught else (),
        error=error,
        fault=fault,
    )
    frame = frame.with_run(node_id, run)
    if caught:
        return frame

    failed = replace(
        frame,
        failed_node=node_id,
        error=f"node {node_id}: {error}",
        fault=fault,
    )
    return end(failed, context.rules, FrameStatus.FAILED, now)


def end(frame: Frame, rules: Rules, status: FrameStatus, now: datetime) -> Frame:
    """Nothing of the frame goes on: what still ran is cancelled."""
    runs = {node_id: _cancelled(run, now) for node_id, run in frame.runs.items()}

    # The push is tried at once, as an effect of this change. Should a crash forget
    # that, the frame is woken at `due_at` and it is tried again.
    push = frame.push
    if push and not push.done:
        push = replace(push, due_at=now + rules.call_again)

    # The frames of a loop have no time of their own: they are erased with the task.
    erase_at = None
    if frame.parent is None:
        erase_at = now + rules.retention

    return replace(
        frame,
        status=status,
        runs=runs,
        push=push,
        unfollowed=(),
        paused_at=None,
        ended_at=now,
        erase_at=erase_at,
    )


def fail_undecided(frame: Frame, rules: Rules, now: datetime) -> Frame:
    """The engine itself made a mistake: the task ends, since it must not hang."""
    if not frame.open:
        return frame

    error = "the engine failed to decide how to go on: see its log"
    fault = RunFault.of(Cause.ENGINE_FAILED, error)
    failed = replace(frame, error=error, fault=fault)
    return end(failed, rules, FrameStatus.FAILED, now)


def _cancelled(run: Run, now: datetime) -> Run:
    return run.to(Status.CANCELLED, now) if run.active else run
