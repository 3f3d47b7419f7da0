"""What a change of a frame orders: effects are the difference of two frames.

There is no list of orders apart from the frame that could disagree with it. A call that
has to be made once more gets a new `wake_at`: that is a difference too
(docs/decisions/0001).
"""

from collections.abc import Iterator

from engine.domain import messages as m
from engine.domain.frame import Frame
from engine.domain.run import AWAITING, Loop, Run, Status

_NEVER_RUN = Run()


def effects(before: Frame | None, after: Frame) -> Iterator[m.Effect]:
    """What must be done because a frame changed. To do it twice does no harm."""
    yield from _effects_of_runs(before, after)

    # A stand-in has ended when it takes the place of its document.
    was_open = before is None or before.open or before.stand_in is not None
    if was_open and not after.open and after.parent:
        yield m.TellParent()

    if after.unfollowed and (before is None or before.unfollowed != after.unfollowed):
        yield m.ContinueTurn()

    if _orders_push(before, after):
        yield m.PushResult()


def _effects_of_runs(before: Frame | None, after: Frame) -> Iterator[m.Effect]:
    """What must be done because runs changed: in one generator for all of them."""
    for node_id, run in after.runs.items():
        old = before.runs[node_id] if before else _NEVER_RUN
        if run is old:
            continue
        if _gives_call_up(old, run):
            yield m.CancelCall(node_id, old.attempt)
        if _orders_call(old, run):
            yield m.CallNode(node_id, run.attempt)

        # Most runs are not of a loop, and this is asked at every change.
        if old.loop or run.loop:
            yield from _loop_effects(node_id, old, run)


def _orders_call(old: Run, run: Run) -> bool:
    """Whether a call is to be made, for the first time or again."""
    if run.status is not Status.CALLING:
        return False
    same_call = old.status is Status.CALLING and old.attempt == run.attempt
    return not same_call or old.wake_at != run.wake_at


def _gives_call_up(old: Run, run: Run) -> bool:
    """Whether a call may go on whose result would be refused from now on."""
    if old.status not in AWAITING or run.awaits(old.attempt):
        return False

    # It has given its result, and so has ended.
    return old.attempt not in run.accepted


def _orders_push(before: Frame | None, after: Frame) -> bool:
    """Whether the end result is to be sent, for the first time or again."""
    if after.open or not after.push or not after.push.due_at:
        return False
    return before is None or before.push != after.push


def _loop_effects(node_id: str, old: Run, run: Run) -> Iterator[m.Effect]:
    """What a loop needs: frames opened, looked at, collected, or cancelled."""
    loop = _loop_under_way(run)
    known = _loop_under_way(old)
    same_activation = loop is not None and old.attempt == run.attempt

    # It failed, was cancelled or turned back to before all its frames had ended.
    if known and not same_activation and not known.complete:
        yield m.CancelFrames(node_id, old.attempt)

    if loop is None:
        return
    if not same_activation:
        known = None

    first = known.opened if known else 0
    if first < loop.opened:
        yield m.OpenFrames(node_id, run.attempt, first=first, stop=loop.opened)

    if loop.complete and not (known and known.complete):
        yield m.CollectLoop(node_id, run.attempt)
    elif known and old.wake_at != run.wake_at:
        yield m.InspectLoop(node_id, run.attempt)


def _loop_under_way(run: Run) -> Loop | None:
    return run.loop if run.status is Status.LOOPING else None


def is_accepted(frame: Frame, event: m.Event) -> bool:
    """Whether an event counted: only a report of an outdated attempt does not."""
    match event:
        case m.NodeFinished() | m.NodeFailed(reported=True):
            run = frame.runs.get(event.node)
            return run is not None and event.attempt in run.accepted
        case _:
            return True
