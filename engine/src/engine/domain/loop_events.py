"""Applies the events of a loop: an item's frame has ended, or all were collected."""

from datetime import datetime

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.budget import concurrency
from engine.domain.context import Context
from engine.domain.flow import follow_failure, start_followers
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import LoopNode
from engine.domain.run_faults import Cause, RunFault

LoopEvent = m.FrameEnded | m.LoopCollected | m.LoopFailed


def hear_of_loop(
    frame: Frame,
    context: Context,
    event: LoopEvent,
    now: datetime,
) -> Frame:
    """Apply what was heard of a loop, if it is about its current activation."""
    node_id = event.node
    run = frame.runs.get(node_id)
    if run is None or not run.loops(event.attempt):
        return frame

    loop = run.loop
    assert loop is not None  # nosec B101 # a run that loops has it
    match event:
        # Collected too early, it would lack the values of items still open.
        case m.LoopCollected(out=out) if loop.complete:
            done = finish(frame, context, node_id, out=out, now=now)
            return start_followers(done, context, (node_id,), now)
        case m.LoopFailed(reason=reason, code=code):
            return _failed(frame, context, node_id, RunFault.of(code, reason), now)
        case m.FrameEnded(error=str()):
            with_item = frame.with_stored(event.kept_bytes)
            return _failed(with_item, context, node_id, _fault_inside(event), now)
        case m.FrameEnded(index=index) if loop.has_ended(index):
            return frame
        case m.FrameEnded(index=index) if 0 <= index < loop.total:
            with_item = frame.with_stored(event.kept_bytes)
            return _with_ended(with_item, context, node_id, index)
        case _:
            return frame


def _failed(
    frame: Frame,
    context: Context,
    node_id: str,
    fault: RunFault,
    now: datetime,
) -> Frame:
    failed = fail(frame, context, node_id, fault=fault, now=now)
    return follow_failure(failed, context, node_id, now)


def _fault_inside(event: m.FrameEnded) -> RunFault:
    """The fault of a loop by one of its items: the code is that of what failed there.

    The place is in another frame, so that its fields are not those of the loop.
    """
    message = f"item {event.index}: {event.error}"
    cause = event.fault.code if event.fault else Cause.FAILED
    hint = event.fault.hint if event.fault else ""
    return RunFault(cause, message, hint=hint)


def _with_ended(frame: Frame, context: Context, node_id: str, index: int) -> Frame:
    """One item more has ended, so the frame of another may be opened."""
    node = context.graph(frame).nodes[node_id]
    run = frame.runs[node_id]
    assert isinstance(node, LoopNode)  # nosec B101 # only these loop
    assert run.loop is not None  # nosec B101 # a run that loops has it

    loop = run.loop.with_ended(index)
    opened = min(loop.total, loop.count + concurrency(context, frame, node))
    moved = replace(run, loop=replace(loop, opened=opened))
    return frame.with_run(node_id, moved)
