"""The machine: (frame, event) → frame, and what a change of the frame orders."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.context import Context
from engine.domain.flow import settle
from engine.domain.frame import (
    Frame,
    FramePath,
    FrameStatus,
    Loop,
    Parent,
    Push,
    Run,
    Status,
)
from engine.domain.graph import Program
from engine.domain.nodes import begin, call, concurrency, end, fail, finish
from engine.domain.pipeline import Caller, HttpNode, LoopNode, ServiceNode
from engine.domain.values import Json, unwrap


def new_task(
    path: FramePath,
    program: Program,
    data: Json,
    now: datetime,
    push: Push | None = None,
    depth: int = 0,
) -> Frame:
    """The root frame of a task: the entry holds the data of the request."""
    pipeline = program.pipeline
    runs = dict.fromkeys(program.graph().nodes, Run())
    runs[pipeline.entry.id] = Run(input=data)
    return Frame(
        path, pipeline.route, pipeline.version, now, push=push, depth=depth, runs=runs
    )


def new_child(
    outer: Frame, program: Program, node: str, index: int, now: datetime
) -> Frame:
    """The frame of one item of a loop that runs in `outer`."""
    run = outer.runs[node]
    loops = (*outer.loops, node)
    item = unwrap(_loop(run).items)[index]
    return Frame(
        outer.child_path(node, index),
        outer.route,
        outer.version,
        now,
        loops=loops,
        parent=Parent(outer.path, node, run.attempt, index, item),
        depth=outer.depth,
        runs=dict.fromkeys(program.graph(loops).nodes, Run()),
    )


def advance(frame: Frame, event: m.Event, context: Context, now: datetime) -> Frame:
    """Apply one event; a late or repeated one changes nothing."""
    match event:
        case m.EraseRequested():
            return _doomed(
                advance(frame, m.CancelRequested("erased"), context, now), now
            )
        case m.TimeElapsed() if not frame.open:
            return _push_again(frame, context, event, now)
        case m.ResultPushed() if frame.push and not frame.open:
            return replace(frame, push=replace(frame.push, done=True, due_at=None))
        case _ if not frame.open:
            return frame
        case m.Started():
            return _start(frame, context, now)
        case m.CancelRequested(reason=reason):
            said = replace(frame, error=reason)
            return end(said, context.rules, FrameStatus.CANCELLED, now)
        case m.TimeElapsed():
            return _elapsed(frame, context, event, now)
        case m.ResultPushed():
            return frame
        case m.FrameEnded() | m.LoopCollected() | m.LoopFailed():
            return _loop_moved(frame, context, event, now)
        case _:
            return _call_moved(frame, context, event, now)


def _doomed(frame: Frame, now: datetime) -> Frame:
    """The next sweep takes it, whatever becomes of whoever is erasing it now."""
    if frame.erase_at is not None and frame.erase_at <= now:
        return frame
    return replace(frame, erase_at=now, push=None)


def _start(frame: Frame, context: Context, now: datetime) -> Frame:
    start = context.graph(frame).start
    if frame.runs[start].status is not Status.PENDING or frame.runs[start].history:
        return frame
    return settle(begin(frame, context, start, (), now), context, (start,), now)


_CallEvent = (
    m.NodeAcknowledged
    | m.NodeProgressed
    | m.NodeFinished
    | m.NodeFailed
    | m.NodePostponed
)
PACE = timedelta(seconds=0.5)
"""How often a service is heard at most on how far it is: each time is a save."""


def _call_moved(
    frame: Frame, context: Context, event: _CallEvent, now: datetime
) -> Frame:
    """What was heard of the current attempt of a call."""
    id_, run = event.node, frame.runs.get(event.node)
    if run is None or not run.awaits(event.attempt):
        return frame
    match event:
        case m.NodeFinished(out=out):
            done = finish(frame.with_run(id_, run.accept()), context, id_, out, now)
            return settle(done, context, (id_,), now)
        case m.NodeFailed() if run.status is not Status.RETRYING:
            return _failed(frame, context, event, now)
        case m.NodeAcknowledged() if run.status is Status.CALLING:
            return frame.with_run(id_, _working(frame, context, event, now))
        case m.NodeProgressed() if _is_news(run, event, now):
            return frame.with_run(id_, replace(run, note=event.message, told_at=now))
        case m.NodePostponed() if run.status is Status.CALLING:
            return frame.with_run(id_, _postponed(run, context, event, now))
        case _:
            return frame


def _is_news(run: Run, event: m.NodeProgressed, now: datetime) -> bool:
    if run.status is Status.RETRYING or event.message == run.note:
        return False
    return run.told_at is None or run.told_at + PACE <= now


def _working(
    frame: Frame, context: Context, event: m.NodeAcknowledged, now: datetime
) -> Run:
    """The acknowledgement starts the clock of the attempt."""
    timeout = context.rules.timeout_of(_caller(frame, context, event.node))
    return frame.runs[event.node].to(
        Status.WORKING,
        now,
        instance=event.instance,
        deadline=now + timeout,
        wake_at=now + min(timeout, context.rules.look_after),
    )


def _postponed(
    run: Run, context: Context, event: m.NodePostponed, now: datetime
) -> Run:
    """Waits, visibly, for somebody to take the work; the deadline stays."""
    wait = event.after or timedelta(seconds=2 ** min(run.waits, 10))
    wake_at = now + min(wait, context.rules.longest_wait)
    return run.to(
        Status.RETRYING,
        now,
        waits=run.waits + 1,
        note=event.reason,
        wake_at=min(wake_at, run.deadline or wake_at),
    )


def _failed(
    frame: Frame, context: Context, event: m.NodeFailed, now: datetime
) -> Frame:
    """Try again later, as often as the policy says; then the frame has failed."""
    id_, run = event.node, frame.runs[event.node]
    if event.reported:
        run = run.accept()
    tries = run.tries + 1
    if event.final or tries > context.rules.retry_of(_caller(frame, context, id_)):
        times = f" (tried {tries} times)" if tries > 1 else ""
        reason = f"{event.reason}{times}"
        return fail(frame.with_run(id_, run), context, id_, reason, now)
    delay = context.rules.delay(tries, f"{frame.path}/{id_}/{run.attempt}")
    waits = run.to(
        Status.RETRYING,
        now,
        tries=tries,
        error=event.reason,
        note=f"tries again after: {event.reason}",
        instance=None,
        deadline=None,
        wake_at=now + delay,
    )
    return frame.with_run(id_, waits)


def _caller(frame: Frame, context: Context, id_: str) -> Caller:
    node = context.graph(frame).nodes[id_]
    assert isinstance(node, ServiceNode | HttpNode)  # nosec B101 # only these call
    return node


def _loop(run: Run) -> Loop:
    assert run.loop is not None  # nosec B101 # a run that loops has it
    return run.loop


_LoopEvent = m.FrameEnded | m.LoopCollected | m.LoopFailed


def _loop_moved(
    frame: Frame, context: Context, event: _LoopEvent, now: datetime
) -> Frame:
    """An item's frame ended, or all did and their values were read."""
    id_, run = event.node, frame.runs.get(event.node)
    if run is None or not run.loops(event.attempt):
        return frame
    loop = _loop(run)
    match event:
        case m.LoopCollected(out=out) if loop.count == loop.total:
            return settle(finish(frame, context, id_, out, now), context, (id_,), now)
        case m.LoopFailed(reason=reason):
            return fail(frame, context, id_, reason, now)
        case m.FrameEnded(index=index, error=str(error)):
            return fail(frame, context, id_, f"item {index}: {error}", now)
        case m.FrameEnded(index=index) if loop.has_ended(index):
            return frame
        case m.FrameEnded(index=index) if 0 <= index < loop.total:
            node = context.graph(frame).nodes[id_]
            assert isinstance(node, LoopNode)  # nosec B101 # only these loop
            ended = loop.with_ended(index)
            opened = min(loop.total, ended.count + concurrency(context, node))
            moved = replace(run, loop=replace(ended, opened=opened))
            return frame.with_run(id_, moved)
        case _:
            return frame


def _elapsed(
    frame: Frame, context: Context, event: m.TimeElapsed, now: datetime
) -> Frame:
    for id_ in frame.runs:
        run = frame.runs[id_]
        recall = event.restarted and run.status in (Status.CALLING, Status.LOOPING)
        due = run.wake_at is not None and run.wake_at <= now
        if frame.open and run.active and (due or recall):
            frame = _due(frame, context, id_, event, now)
    return frame


def _due(
    frame: Frame, context: Context, id_: str, event: m.TimeElapsed, now: datetime
) -> Frame:
    """A run whose time has come: it is called, called again, or given up."""
    run, rules = frame.runs[id_], context.rules
    late = run.deadline is not None and run.deadline <= now
    match run.status:
        case Status.LOOPING:
            look = replace(run, wake_at=now + rules.look_after)
            return frame.with_run(id_, look)
        case Status.CALLING | Status.WORKING if event.restarted:
            return frame.with_run(
                id_, _resumed(run, context, _caller(frame, context, id_), now)
            )
        case Status.RETRYING if late:
            return fail(frame, context, id_, f"waited in vain: {run.note}", now)
        case Status.RETRYING:
            return call(frame, context, _caller(frame, context, id_), now)
        case _ if late:
            seconds = rules.timeout_of(_caller(frame, context, id_)).total_seconds()
            reason = f"no result within {seconds:g} s"
        case _ if run.instance in event.gone:
            reason = f"the service at {run.instance} stopped announcing itself"
        case _:
            wake_at = now + rules.look_after
            if run.status is Status.CALLING:
                wake_at = now + rules.call_again
            again = replace(run, wake_at=min(wake_at, run.deadline or wake_at))
            return frame.with_run(id_, again)
    return _failed(frame, context, m.NodeFailed(id_, run.attempt, reason), now)


def _resumed(run: Run, context: Context, node: Caller, now: datetime) -> Run:
    """The time that the engine was away is not the service's fault."""
    patience = context.rules.call_again
    if run.status is Status.CALLING:  # a new `wake_at` orders the call again
        patience = context.rules.timeout_of(node)
    deadline = max(run.deadline or now, now + patience)
    wake_at = min(deadline, now + context.rules.call_again)
    return replace(run, deadline=deadline, wake_at=wake_at)


def _push_again(
    frame: Frame, context: Context, event: m.TimeElapsed, now: datetime
) -> Frame:
    """The end result has not reached the caller yet: once more, or give up."""
    push = frame.push
    if push is None or push.done or push.due_at is None:
        return frame
    if push.due_at > now and not event.restarted:
        return frame
    tries = push.tries + 1
    if tries >= context.rules.max_pushes:
        return replace(frame, push=replace(push, tries=tries, done=True, due_at=None))
    due_at = now + context.rules.call_again + context.rules.delay(tries, frame.path)
    return replace(frame, push=replace(push, tries=tries, due_at=due_at))


def took(frame: Frame, event: m.Event) -> bool:
    """Whether an event had its say: only a report of an outdated attempt has not."""
    match event:
        case m.NodeFinished() | m.NodeFailed(reported=True):
            return event.attempt in frame.runs[event.node].accepted
        case _:
            return True


NEVER_RUN = Run()


def effects(before: Frame | None, after: Frame) -> Iterator[m.Effect]:
    """What must be done because a frame changed. To do it twice does no harm."""
    for id_, run in after.runs.items():
        old = before.runs[id_] if before else NEVER_RUN
        if run is old:
            continue
        if run.status is Status.CALLING and _ordered(old, run):
            yield m.CallNode(id_, run.attempt)
        yield from _loop_effects(id_, old, run)
    if not after.open and (before is None or before.open) and after.parent:
        yield m.TellParent()
    if after.push and after.push.due_at and not after.open:
        if before is None or before.push != after.push:
            yield m.PushResult()


def _ordered(old: Run, run: Run) -> bool:
    same = old.status is Status.CALLING and old.attempt == run.attempt
    return not same or old.wake_at != run.wake_at


def _loop_effects(id_: str, old: Run, run: Run) -> Iterator[m.Effect]:
    attempt, was, same = run.attempt, old.loop, old.attempt == run.attempt
    going = run.status is Status.LOOPING
    if old.status is Status.LOOPING and was and not (going and same):
        if was.count < was.total:
            yield m.CancelFrames(id_, old.attempt)
    if not going:
        return
    loop, known = _loop(run), same and was is not None
    first = was.opened if known and was else 0
    if first < loop.opened:
        yield m.OpenFrames(id_, attempt, first, loop.opened)
    if loop.count == loop.total and not (known and was and was.count == was.total):
        yield m.CollectLoop(id_, attempt)
    elif known and old.wake_at != run.wake_at:
        yield m.InspectLoop(id_, attempt)
