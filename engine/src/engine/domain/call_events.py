"""Applies the events of a call: taken, under way, done, failed, or not taken yet."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.context import Context
from engine.domain.flow import follow_failure, start_followers
from engine.domain.frame import Frame
from engine.domain.nodes.call import order_call
from engine.domain.nodes.end import fail, finish
from engine.domain.pipeline import Caller, HttpNode, ServiceNode
from engine.domain.run import Run, Status, shortened
from engine.domain.run_faults import Cause, RunFault

CallEvent = (
    m.NodeAcknowledged
    | m.NodeProgressed
    | m.NodeFinished
    | m.NodeFailed
    | m.ResultRefused
    | m.NodePostponed
)

PROGRESS_INTERVAL = timedelta(seconds=0.5)
"""A service is heard this often at most on how far it is: each time is a save."""

MAX_REFUSALS = 20
"""How many refusals of one attempt are noted: each is a save, and a service may repeat
them for ever."""

MAX_FREE_CRASHES = 2
"""Crashes of a service at work that are not counted as failed attempts."""

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
        case m.ResultRefused() if _is_new_refusal(run, event):
            noted = replace(
                run, refused=shortened(event.reason), refusals=run.refusals + 1
            )
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

    run = frame.runs[node_id].accept()
    if event.instance is not None:
        run = replace(run, instance=event.instance)

    accepted = frame.with_run(node_id, run)
    if event.stored_bytes:
        accepted = accepted.with_stored(event.stored_bytes)
    done = finish(accepted, context, node_id, out=event.out, now=now)
    return start_followers(done, context, (node_id,), now)


def _is_news(run: Run, event: m.NodeProgressed, now: datetime) -> bool:
    if run.status is Status.RETRYING:
        # The note says what the call waits for, which is worth more.
        return False
    if event.message == run.note:
        return False
    return run.told_at is None or run.told_at + PROGRESS_INTERVAL <= now


def _is_new_refusal(run: Run, event: m.ResultRefused) -> bool:
    """Whether it is noted: it is the run's error if no better result comes."""
    return run.refusals < MAX_REFUSALS and shortened(event.reason) != run.refused


def lack_of_result(
    run: Run, code: str, reason: str, field: str | None = None
) -> RunFault:
    """Why there is no result; what came and was refused tells more.

    >>> run = Run(refused="the body is a list")
    >>> lack_of_result(run, "timeout", "no result within 5 s").message
    'no result within 5 s; one came and was refused: the body is a list'
    """
    if run.refused is None:
        return RunFault.of(code, reason, field=field)
    message = f"{reason}; one came and was refused: {run.refused}"
    return RunFault.of(Cause.RESULT_REFUSED, message)


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
        given_at=event.given_at,
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
    """Try again later, as often as the policy says; then the node has failed."""
    node_id = event.node
    rules = context.rules
    run = frame.runs[node_id]

    if event.reported:
        # The service itself ended the attempt, so a result of it is refused from now
        # on. After a timeout, which only the engine decided, it would still count.
        run = run.accept()

    tries = run.tries + 1
    fault = lack_of_result(run, event.code, event.reason, event.field)
    if event.final or tries > rules.retry_of(caller(frame, context, node_id)):
        times = f" (tried {tries} times)" if tries > 1 else ""
        fault = replace(fault, message=f"{fault.message}{times}")
        failed = fail(
            frame.with_run(node_id, run),
            context,
            node_id,
            fault=fault,
            now=now,
        )
        return follow_failure(failed, context, node_id, now)

    delay = rules.delay(tries, seed=f"{frame.path}/{node_id}/{run.attempt}")
    waiting = run.attempt_failed(fault.message, now).to(
        Status.RETRYING,
        now,
        tries=tries,
        error=shortened(fault.message),
        fault=replace(fault, message=shortened(fault.message)),
        note=shortened(f"tries again after: {fault.message}"),
        instance=None,
        deadline=None,
        wake_at=now + delay,
    )
    return frame.with_run(node_id, waiting)


def hear_of_crash(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """The service was started anew, and has lost the work: it is given out again.

    The first times that is no failed attempt, since the work need not be the cause. If
    it is, it would bring the service down for ever: so later times are.
    """
    run = frame.runs[node_id]
    crashes = run.crashes + 1
    frame = frame.with_run(node_id, replace(run, crashes=crashes))

    times = "" if crashes == 1 else f" {crashes} times"
    reason = f"the service at {run.instance} crashed{times} while working on it"
    if crashes > MAX_FREE_CRASHES:
        failed = m.NodeFailed(node_id, run.attempt, reason, code=Cause.SERVICE_LOST)
        return fail_attempt(frame, context, failed, now)

    lost = lack_of_result(run, Cause.SERVICE_LOST, reason)
    over = frame.runs[node_id].attempt_failed(lost.message, now)
    waiting = over.to(
        Status.RETRYING,
        now,
        error=shortened(lost.message),
        fault=replace(lost, message=shortened(lost.message)),
        instance=None,
        deadline=None,
    )
    node = caller(frame, context, node_id)
    return order_call(frame.with_run(node_id, waiting), context, node, now)


def caller(frame: Frame, context: Context, node_id: str) -> Caller:
    """The node of a run that calls."""
    node = context.graph(frame).nodes[node_id]
    assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
    return node
