"""Applies the events of a loop: an item's frame has ended, or all were collected."""

from datetime import datetime

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.budget import concurrency
from engine.domain.context import Context
from engine.domain.flow import start_followers
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import LoopNode

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
        case m.LoopFailed(reason=reason):
            return fail(frame, context, node_id, reason=reason, now=now)
        case m.FrameEnded(index=index, error=str(error)):
            reason = f"item {index}: {error}"
            return fail(frame, context, node_id, reason=reason, now=now)
        case m.FrameEnded(index=index) if loop.has_ended(index):
            return frame
        case m.FrameEnded(index=index) if 0 <= index < loop.total:
            return _with_ended(frame, context, node_id, index)
        case _:
            return frame


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
