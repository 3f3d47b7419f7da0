"""The machine: a frame and an event give the next frame.

A frame is the state of one activation of a graph; each node has a run in it. Deciding
touches nothing: time and the evaluator of code are arguments, so tests feed events and
compare frames. What is to be *done* follows from the frames before and after a change
(`effects.py`). These are the statuses of a run and the ways between them:

    PENDING -- no way leads here ------------------------------> SKIPPED
       |
       +------ delay ----> WAITING ----- the delay is over ----> (as without it)
       |
       +------ entry, node, branch, end -----------------------> (ended)
       |
       +------ loop -----> LOOPING ----- all items ended ------> (ended)
       |
       +------ service, http
                  |
                  v        acknowledged
               CALLING --------------------> WORKING --result--> (ended)
                ^   |                           |
        time to |   | failed,                   | failed
           call |   v not taken                 |
               RETRYING <-----------------------+

    (ended) is SUCCEEDED, FAILED or CANCELLED. All of the statuses before it lead
    there directly, too: a result can come early, and a task can be cancelled.

* CALLING *is* the order to call. It is saved before the call is made: a crash in
  between repeats the call and never forgets it.
* The acknowledgement of a service may be lost, or come after its result. So a result
  is taken in CALLING and RETRYING too, while no newer attempt was made.
* Attempts only count up. A late event names an older attempt, and changes nothing.
* Each status in which something is under way has a `wake_at`: nothing waits for ever.
* A failure ends the frame, unless the node has a `catch`: then it leads there, as a
  success leads to `next`.
* A branch that turns back replaces runs of any status by new ones (`Run.again`).
  There is no other way out of an ended status.

`NEXT` in `run.py` is the table of this picture. The subjects have files of their own:
`nodes/` how a node begins and ends, `flow.py` who may start then, `call_events.py` and
`loop_events.py` what is heard of them, `waking.py` what happens as time passes.
"""

from datetime import datetime

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.call_events import hear_of_call
from engine.domain.context import Context
from engine.domain.flow import go_on, start_followers
from engine.domain.frame import Frame, FrameStatus
from engine.domain.loop_events import hear_of_loop
from engine.domain.nodes.begin import begin, wait_or_begin
from engine.domain.nodes.end import end
from engine.domain.run import Status
from engine.domain.waking import push_again, wake_runs


def advance(frame: Frame, context: Context, event: m.Event, now: datetime) -> Frame:
    """Apply one event; a late or repeated one changes nothing."""
    match event:
        case m.EraseRequested():
            return _erase(frame, context, now)
        case _ if not frame.open:
            return _after_the_end(frame, context, event, now)
        case m.Started():
            return _start(frame, context, now)
        case m.CancelRequested():
            return _cancel(frame, context, event, now)
        case m.TimeElapsed():
            # A turn that was to go on may have been lost.
            woken = wake_runs(frame, context, event, now)
            return go_on(woken, context, now)
        case m.TurnContinued():
            return go_on(frame, context, now)
        case m.FrameEnded() | m.LoopCollected() | m.LoopFailed():
            return hear_of_loop(frame, context, event, now)
        case m.FramesMade(count=count):
            return replace(frame, made=frame.made + count)
        case m.ResultPushed():
            return frame
        case _:
            return hear_of_call(frame, context, event, now)


def _after_the_end(
    frame: Frame,
    context: Context,
    event: m.Event,
    now: datetime,
) -> Frame:
    """An ended frame changes only to have its result pushed."""
    match event:
        case m.TimeElapsed():
            return push_again(frame, context, event, now)
        case m.ResultPushed() if frame.push:
            pushed = replace(frame.push, done=True, due_at=None)
            return replace(frame, push=pushed)
        case _:
            return frame


def _start(frame: Frame, context: Context, now: datetime) -> Frame:
    start = context.graph(frame).start
    run = frame.runs[start]

    # A second start changes nothing, as any event that is repeated. The history tells a
    # first node that was turned back to, and is pending again, from a new one.
    if run.status is not Status.PENDING or run.history:
        return frame

    # What was kept of another task is followed as if it ended now, and the
    # entry does not wait for its `delay` once more.
    ends = (Status.SUCCEEDED, Status.SKIPPED)
    kept = [node_id for node_id, run in frame.runs.items() if run.status in ends]
    starting = begin if kept else wait_or_begin

    begun = starting(frame, context, start, led_by=(), now=now)
    return start_followers(begun, context, (start, *kept), now)


def _cancel(
    frame: Frame,
    context: Context,
    event: m.CancelRequested,
    now: datetime,
) -> Frame:
    push = frame.push
    if push and event.unwanted:
        push = replace(push, done=True)

    stopped = replace(frame, error=event.reason, push=push)
    return end(stopped, context.rules, FrameStatus.CANCELLED, now)


def _erase(frame: Frame, context: Context, now: datetime) -> Frame:
    """The task is cancelled and due for erasing.

    Being due is saved: should the engine die while it erases the task, the next
    sweep of what is due finishes the work.
    """
    if frame.open:
        frame = _cancel(frame, context, m.CancelRequested("erased"), now)

    if frame.erase_at is not None and frame.erase_at <= now:
        return frame
    return replace(frame, erase_at=now, push=None)
