"""Which nodes may start now: joins, skipped paths, turning back, and a standstill."""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum, auto

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.errors import CodeFailed
from engine.domain.frame import Frame, FrameStatus, Unfollowed
from engine.domain.graph import Graph, successors
from engine.domain.nodes.begin import begin, wait_or_begin
from engine.domain.nodes.end import end, fail, fail_by
from engine.domain.run import Status, shortened
from engine.domain.run_faults import Cause, RunFault
from engine.domain.scope import holds


class Edge(Enum):
    """What has become of the way from one node to the next."""

    OPEN = auto()
    """Its tail has not ended: it may still be taken."""
    TAKEN = auto()
    """Its tail succeeded, or its failure was caught, and led here."""
    DEAD = auto()
    """It will not be taken: its tail was skipped, or led elsewhere."""


def edge(frame: Frame, tail: str, head: str) -> Edge:
    """The state of an edge follows from the run it begins at."""
    run = frame.runs[tail]

    if run.succeeded or run.caught:
        return Edge.TAKEN if head in run.led_to else Edge.DEAD
    if run.status is Status.SKIPPED:
        return Edge.DEAD
    return Edge.OPEN


def start_followers(
    frame: Frame,
    context: Context,
    ended: Sequence[str],
    now: datetime,
) -> Frame:
    """Follow the nodes that ended until nothing more can start.

    When the time of the turn is over, the rest is left to another one.
    """
    queue = deque(frame.unfollowed)
    queue += (Unfollowed(node_id, frame.runs[node_id].round) for node_id in ended)
    if frame.unfollowed:
        frame = replace(frame, unfollowed=(), paused_at=None)

    # A turn that only goes on takes one step at least: else it would never get on.
    stepped = bool(ended)
    while queue and frame.open:
        if stepped and context.is_over():
            return replace(frame, unfollowed=tuple(queue), paused_at=now)

        stepped = True
        at = queue.popleft()
        if frame.runs[at.node].round != at.round:
            # A branch turned back meanwhile and reset this node. What follows it
            # is started when its next round ends, and must not be started twice.
            continue

        frame, moved, rest = _follow(frame, context, at, now)
        queue.extendleft(rest)
        queue.extend(_ended_at_once(frame, moved))

    if not frame.open:
        return frame
    return _end_if_nothing_runs(frame, context, now)


def _ended_at_once(frame: Frame, moved: Sequence[str]) -> Iterator[Unfollowed]:
    """Some nodes end as they begin, or are skipped: they have followers too."""
    for node_id in moved:
        run = frame.runs[node_id]
        if run.succeeded or run.caught or run.status is Status.SKIPPED:
            yield Unfollowed(node_id, run.round)


def follow_failure(
    frame: Frame,
    context: Context,
    node_id: str,
    now: datetime,
) -> Frame:
    """Go where the failure of a node leads, if it was caught."""
    if not frame.open or not frame.runs[node_id].caught:
        return frame
    return start_followers(frame, context, (node_id,), now)


def end_delay(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """The `delay` of a node is over: it begins."""
    led_by = frame.runs[node_id].led_by
    begun = begin(frame, context, node_id, led_by=led_by, now=now)

    ended = [node_id] if not begun.runs[node_id].active else []
    return start_followers(begun, context, ended, now)


def go_on(frame: Frame, context: Context, now: datetime) -> Frame:
    """Go on where the time of the last turn was over, if it was."""
    if not frame.open or not frame.unfollowed:
        return frame
    return start_followers(frame, context, (), now)


def _follow(
    frame: Frame,
    context: Context,
    at: Unfollowed,
    now: datetime,
) -> tuple[Frame, Sequence[str], Sequence[Unfollowed]]:
    """The frame after an ended node was followed, the nodes that moved, and the rest.

    There is a rest if the time of the turn is over before all were looked at.
    """
    if at.heads:
        return _begin_again(frame, context, at, now)

    graph = context.graph(frame)
    back = [h for h in frame.runs[at.node].led_to if (at.node, h) in graph.back]
    if back:
        return _turn_back(frame, context, at.node, heads=back, now=now)

    # A `ready` expression may name any node, so each node that ended is a reason to
    # look at all of them again.
    candidates = dict.fromkeys((*successors(graph.nodes[at.node]), *graph.gated))
    moved: list[str] = []
    for done, head in enumerate(candidates):
        if not frame.open:
            break
        if done < at.done:
            continue
        # At least one in each turn: otherwise the frame would never get on.
        if done > at.done and context.is_over():
            return frame, moved, (replace(at, done=done),)
        if head in frame.runs and frame.runs[head].status is Status.PENDING:
            frame = _start_or_skip(frame, context, head, now)
            moved.append(head)
    return frame, moved, ()


def _start_or_skip(
    frame: Frame,
    context: Context,
    node_id: str,
    now: datetime,
) -> Frame:
    """Start or skip a pending node if its predecessors say so."""
    graph = context.graph(frame)
    edges = {edge(frame, tail, node_id) for tail in graph.predecessors[node_id]}

    if Edge.TAKEN not in edges:
        if Edge.OPEN in edges or not edges:
            return frame
        skipped = frame.runs[node_id].to(Status.SKIPPED, now)
        return frame.with_run(node_id, skipped)

    expression = graph.nodes[node_id].ready
    if expression:
        try:
            frame, starts = holds(frame, context, node_id, expression, field="ready")
        except CodeFailed as error:
            return fail_by(frame, context, node_id, error, now)
    else:
        starts = Edge.OPEN not in edges

    if not starts:
        return frame
    led_by = _led_by(frame, graph, node_id)
    return wait_or_begin(frame, context, node_id, led_by=led_by, now=now)


def _led_by(frame: Frame, graph: Graph, node_id: str) -> list[str]:
    """The predecessors that have ended and led to a node."""
    tails = graph.predecessors[node_id]
    return [tail for tail in tails if edge(frame, tail, node_id) is Edge.TAKEN]


def _turn_back(
    frame: Frame,
    context: Context,
    node_id: str,
    *,
    heads: Sequence[str],
    now: datetime,
) -> tuple[Frame, Sequence[str], Sequence[Unfollowed]]:
    """A node led back: reset the heads and all after them; then the heads begin."""
    limit = context.rules.max_rounds
    if any(frame.runs[head].round >= limit for head in heads):
        return _fail_endless(frame, context, node_id, now), (), ()

    graph = context.graph(frame)
    reset = frozenset().union(*(graph.from_there_on(head) for head in heads))
    runs = {
        id_: run.again(now) if id_ in reset else run for id_, run in frame.runs.items()
    }
    frame = replace(frame, runs=runs)

    rest = Unfollowed(node_id, runs[node_id].round, heads=tuple(heads))
    return frame, (), (rest,)


def _begin_again(
    frame: Frame,
    context: Context,
    at: Unfollowed,
    now: datetime,
) -> tuple[Frame, Sequence[str], Sequence[Unfollowed]]:
    """Start the next of the heads that a node turned back to."""
    head, *others = at.heads
    rest = (replace(at, heads=tuple(others)),) if others else ()

    moved: tuple[str, ...] = ()
    # Only a pending node can begin, whatever happened since the turn was interrupted.
    if frame.runs[head].status is Status.PENDING:
        # The node that turned back was reset too, so it no longer counts as one that
        # led here. It comes last: its values win where keys are the same.
        led_by = (*_led_by(frame, context.graph(frame), head), at.node)
        frame = wait_or_begin(frame, context, head, led_by=led_by, now=now)
        moved = (head,)
    return frame, moved, rest


def _fail_endless(frame: Frame, context: Context, node_id: str, now: datetime) -> Frame:
    """The node that leads back once too often has failed."""
    # It has ended, and `NEXT` lets nothing that ended fail. Where it leads is what
    # failed, so its end is taken back.
    undone = replace(frame.runs[node_id], status=Status.PENDING)
    limit = context.rules.max_rounds
    message = f"turned back more than {limit} times in all (MAX_ROUNDS)"
    return fail(
        frame.with_run(node_id, undone),
        context,
        node_id,
        fault=RunFault.of(Cause.TOO_MANY_ROUNDS, message),
        now=now,
    )


def _end_if_nothing_runs(frame: Frame, context: Context, now: datetime) -> Frame:
    """A frame in which nothing runs has ended, or never will: it says why."""
    if any(run.active for run in frame.runs.values()):
        return frame

    graph = context.graph(frame)
    stuck = [node_id for node_id in frame.runs if _waits(frame, graph, node_id)]
    if frame.parent and not stuck:
        # The body of a loop may simply stop; only a pipeline has to reach its end.
        return end(frame, context.rules, FrameStatus.FINISHED, now)

    reasons = [_why_it_waits(frame, graph, node_id) for node_id in stuck]
    if not stuck:
        reasons = [_why_the_end_was_not_reached(frame)]
    error = shortened(f"nothing can run any more: {'; '.join(reasons)}")
    failed = replace(
        frame,
        error=error,
        fault=RunFault.of(Cause.STUCK, error),
        failed_node=stuck[0] if stuck else None,
    )
    return end(failed, context.rules, FrameStatus.FAILED, now)


def _waits(frame: Frame, graph: Graph, node_id: str) -> bool:
    """Whether a node was led to and has not begun."""
    pending = frame.runs[node_id].status is Status.PENDING
    return pending and bool(_led_by(frame, graph, node_id))


def _why_it_waits(frame: Frame, graph: Graph, node_id: str) -> str:
    expression = graph.nodes[node_id].ready
    if expression:
        return f"{node_id} waits until “{expression}” is true"

    tails = graph.predecessors[node_id]
    open_ = [tail for tail in tails if edge(frame, tail, node_id) is Edge.OPEN]
    return f"{node_id} waits for {' and '.join(open_)}"


def _why_the_end_was_not_reached(frame: Frame) -> str:
    last = [id_ for id_, run in frame.runs.items() if run.succeeded and not run.led_to]
    ways = ", ".join(f"{id_} led to nothing" for id_ in last)
    details = f" ({ways})" if ways else ""
    return f"the end was not reached{details}"
