"""What happens when time has passed: delays end, calls are repeated or given up."""

from datetime import datetime

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.call_events import (
    caller,
    fail_attempt,
    hear_of_crash,
    lack_of_result,
)
from engine.domain.context import Context
from engine.domain.flow import end_delay, follow_failure
from engine.domain.frame import Frame
from engine.domain.nodes.call import order_call
from engine.domain.nodes.end import fail
from engine.domain.run import Run, Status
from engine.domain.run_faults import Cause

# After a restart these are looked at without waiting for their time: the effect of
# their last change may not have been carried out. A working service needs nothing.
_UNSURE_AFTER_RESTART = (Status.CALLING, Status.LOOPING)


def wake_runs(
    frame: Frame,
    context: Context,
    event: m.TimeElapsed,
    now: datetime,
) -> Frame:
    """Wake every run whose time has come."""
    begun = False
    for node_id in frame.runs:
        # Read anew: a run that failed has ended the frame and cancelled the others.
        run = frame.runs[node_id]
        if not frame.open or not run.active or not _is_due(run, event, now):
            continue

        # What is left for another turn stays due. A thousand nodes may begin at once,
        # each with code: one of them does, so that every turn gets on.
        if run.status is Status.WAITING:
            if begun and context.is_over():
                continue
            begun = True
        frame = _wake(frame, context, node_id, event, now)
    return frame


def _is_due(run: Run, event: m.TimeElapsed, now: datetime) -> bool:
    if event.restarted and run.status in _UNSURE_AFTER_RESTART:
        return True
    if _lost_its_work(run, event):
        return True
    return run.wake_at is not None and run.wake_at <= now


def _lost_its_work(run: Run, event: m.TimeElapsed) -> bool:
    """Whether the service was started anew after it took the work."""
    if not event.restarts or run.given_at is None or run.instance is None:
        return False
    restarted_at = event.restarts.get(run.instance)
    return restarted_at is not None and run.given_at < restarted_at


def _wake(
    frame: Frame,
    context: Context,
    node_id: str,
    event: m.TimeElapsed,
    now: datetime,
) -> Frame:
    match frame.runs[node_id].status:
        case Status.WAITING:
            return end_delay(frame, context, node_id, now)
        case Status.LOOPING:
            return _look_at_loop(frame, context, node_id, now)
        case Status.RETRYING:
            return _end_wait(frame, context, node_id, now)
        case _ if event.restarted:
            return _resume(frame, context, node_id, now)
        case _:
            return _look_at_call(frame, context, node_id, event, now)


def _look_at_loop(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """A new `wake_at` orders to look whether frames are missing or ended unheard."""
    looked_at = replace(frame.runs[node_id], wake_at=now + context.rules.look_after)
    return frame.with_run(node_id, looked_at)


def _end_wait(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """The wait before a call is over: it is made, or its deadline has passed."""
    run = frame.runs[node_id]
    node = caller(frame, context, node_id)

    if _is_late(run, now):
        seconds = context.rules.timeout_of(node).total_seconds()
        gave_up = f"gave up waiting after {seconds:g} s: {run.note}"
        fault = lack_of_result(run, Cause.NOT_TAKEN, gave_up)
        failed = fail(frame, context, node_id, fault=fault, now=now)
        return follow_failure(failed, context, node_id, now)

    return order_call(frame, context, node, now)


def _resume(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """Continue after a restart: the service could not reach an engine that was away.

    So the attempt does not fail at once, even if its deadline has passed meanwhile.
    """
    rules = context.rules
    run = frame.runs[node_id]

    # A working service gets some time to call back. A call is made once more, so its
    # service gets the whole time.
    patience = rules.call_again
    if run.status is Status.CALLING:
        patience = rules.timeout_of(caller(frame, context, node_id))
    deadline = max(run.deadline or now, now + patience)

    # The new `wake_at` is a difference, from which `effects` orders the call again.
    wake_at = min(deadline, now + rules.call_again)
    resumed = replace(run, deadline=deadline, wake_at=wake_at)
    return frame.with_run(node_id, resumed)


def _look_at_call(
    frame: Frame,
    context: Context,
    node_id: str,
    event: m.TimeElapsed,
    now: datetime,
) -> Frame:
    """Give an attempt up, or look at it again later."""
    rules = context.rules
    run = frame.runs[node_id]

    if _is_late(run, now):
        timeout = rules.timeout_of(caller(frame, context, node_id))
        reason = f"no result within {timeout.total_seconds():g} s"
        failed = m.NodeFailed(node_id, run.attempt, reason, code=Cause.TIMEOUT)
        return fail_attempt(frame, context, failed, now)

    if _lost_its_work(run, event):
        return hear_of_crash(frame, context, node_id, now)

    if run.instance in event.gone:
        reason = f"the service at {run.instance} stopped announcing itself"
        failed = m.NodeFailed(node_id, run.attempt, reason, code=Cause.SERVICE_LOST)
        return fail_attempt(frame, context, failed, now)

    # For a call that nobody acknowledged, the new `wake_at` orders the same attempt
    # again: the call or its acknowledgement was lost.
    calling = run.status is Status.CALLING
    wake_at = now + (rules.call_again if calling else rules.look_after)
    if run.deadline:
        wake_at = min(wake_at, run.deadline)
    return frame.with_run(node_id, replace(run, wake_at=wake_at))


def _is_late(run: Run, now: datetime) -> bool:
    return run.deadline is not None and run.deadline <= now


def push_again(
    frame: Frame,
    context: Context,
    event: m.TimeElapsed,
    now: datetime,
) -> Frame:
    """The end result has not reached the caller yet: once more, or give up."""
    push = frame.push
    if push is None or push.done or push.due_at is None:
        return frame
    if push.due_at > now and not event.restarted:
        return frame

    tries = push.tries + 1
    if tries >= context.rules.max_pushes:
        given_up = replace(push, tries=tries, done=True, due_at=None)
        return replace(frame, push=given_up)

    # `call_again` is the time that the try under way may take.
    delay = context.rules.delay(tries, seed=frame.path)
    due_at = now + context.rules.call_again + delay
    return replace(frame, push=replace(push, tries=tries, due_at=due_at))
