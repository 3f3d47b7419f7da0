"""Applies the events of a call: taken, under way, done, failed, or not taken yet."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.context import Context
from engine.domain.flow import start_followers
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import Caller, HttpNode, ServiceNode
from engine.domain.run import Run, Status, shortened

CallEvent = (
    m.NodeAcknowledged
    | m.NodeProgressed
    | m.NodeFinished
    | m.NodeFailed
    | m.NodePostponed
)

PROGRESS_INTERVAL = timedelta(seconds=0.5)
"""A service is heard this often at most on how far it is: each time is a save."""

# Waits double from one second. The tenth, 17 minutes, is above any `longest_wait`
# that makes sense, and 2 to the power of `waits` stays a number that timedelta takes.
_MAX_DOUBLINGS = 10


def hear_of_call(
    frame: Frame,
    context: Context,
    event: CallEvent,
    now: datetime,
) -> Frame:
    """Apply what was heard of a call, if it is about the current attempt."""
    node_id = event.node
    run = frame.runs.get(node_id)
    if run is None or not run.awaits(event.attempt):
        return frame

    # A call that waits to be retried, or for a free instance, may still give its
    # result: the service can be slow, or its answer to our call was lost. All else
    # that is heard of it then comes too late.
    match event:
        case m.NodeFinished():
            return _finished(frame, context, event, now)
        case m.NodeFailed() if run.status is not Status.RETRYING:
            return fail_attempt(frame, context, event, now)
        case m.NodeAcknowledged() if run.status is Status.CALLING:
            return frame.with_run(node_id, _working(frame, context, event, now))
        case m.NodeProgressed() if _is_news(run, event, now):
            noted = replace(run, note=event.message, told_at=now)
            return frame.with_run(node_id, noted)
        case m.NodePostponed() if run.status is Status.CALLING:
            return frame.with_run(node_id, _postponed(run, context, event, now))
        case _:
            return frame


def _finished(
    frame: Frame,
    context: Context,
    event: m.NodeFinished,
    now: datetime,
) -> Frame:
    """The result counts: the node succeeded, and what follows it may start."""
    node_id = event.node

    accepted = frame.with_run(node_id, frame.runs[node_id].accept())
    done = finish(accepted, context, node_id, out=event.out, now=now)
    return start_followers(done, context, (node_id,), now)


def _is_news(run: Run, event: m.NodeProgressed, now: datetime) -> bool:
    if run.status is Status.RETRYING:
        # The note says what the call waits for, which is worth more.
        return False
    if event.message == run.note:
        return False
    return run.told_at is None or run.told_at + PROGRESS_INTERVAL <= now


def _working(
    frame: Frame,
    context: Context,
    event: m.NodeAcknowledged,
    now: datetime,
) -> Run:
    """The acknowledgement starts the clock of the attempt."""
    rules = context.rules
    timeout = rules.timeout_of(caller(frame, context, event.node))

    return frame.runs[event.node].to(
        Status.WORKING,
        now,
        instance=event.instance,
        deadline=now + timeout,
        # Looked at before the deadline too: the instance may stop announcing itself.
        wake_at=now + min(timeout, rules.look_after),
    )


def _postponed(
    run: Run,
    context: Context,
    event: m.NodePostponed,
    now: datetime,
) -> Run:
    """Waits, visibly, until an instance takes the work; the deadline stays."""
    doubled = timedelta(seconds=2 ** min(run.waits, _MAX_DOUBLINGS))
    wait = min(event.after or doubled, context.rules.longest_wait)
    wake_at = now + wait

    # Not later than the deadline: the run gives up when it is woken then.
    if run.deadline:
        wake_at = min(wake_at, run.deadline)

    return run.to(
        Status.RETRYING,
        now,
        waits=run.waits + 1,
        note=shortened(event.reason),
        wake_at=wake_at,
    )


def fail_attempt(
    frame: Frame,
    context: Context,
    event: m.NodeFailed,
    now: datetime,
) -> Frame:
    """Try again later, as often as the policy says; then the frame has failed."""
    node_id = event.node
    rules = context.rules
    run = frame.runs[node_id]

    if event.reported:
        # The service itself ended the attempt, so a result of it is refused from now
        # on. After a timeout, which only the engine decided, it would still count.
        run = run.accept()

    tries = run.tries + 1
    if event.final or tries > rules.retry_of(caller(frame, context, node_id)):
        times = f" (tried {tries} times)" if tries > 1 else ""
        reason = f"{event.reason}{times}"
        return fail(
            frame.with_run(node_id, run),
            context,
            node_id,
            reason=reason,
            now=now,
        )

    delay = rules.delay(tries, seed=f"{frame.path}/{node_id}/{run.attempt}")
    waiting = run.to(
        Status.RETRYING,
        now,
        tries=tries,
        error=shortened(event.reason),
        note=shortened(f"tries again after: {event.reason}"),
        instance=None,
        deadline=None,
        wake_at=now + delay,
    )
    return frame.with_run(node_id, waiting)


def caller(frame: Frame, context: Context, node_id: str) -> Caller:
    """The node of a run that calls."""
    node = context.graph(frame).nodes[node_id]
    assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
    return node
