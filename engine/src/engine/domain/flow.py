"""Who may start now: joins, skipped paths, turning back, and when nothing moves."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from msgspec.structs import replace

from engine.domain.context import Context
from engine.domain.errors import CodeFailed
from engine.domain.frame import Frame, FrameStatus, Status
from engine.domain.graph import Graph, successors
from engine.domain.nodes import begin, end, fail
from engine.domain.scope import holds


class Edge(Enum):
    """What has become of the way from one node to the next."""

    OPEN = "it can still come"
    TAKEN = "it was gone"
    DEAD = "it will not be gone"


def edge(frame: Frame, tail: str, head: str) -> Edge:
    """The state of an edge follows from the run it begins at."""
    run = frame.runs[tail]
    if run.succeeded:
        return Edge.TAKEN if head in run.led_to else Edge.DEAD
    return Edge.DEAD if run.status is Status.SKIPPED else Edge.OPEN


def settle(
    frame: Frame, context: Context, ended: Iterable[str], now: datetime
) -> Frame:
    """Follow the nodes that ended until nothing more can start."""
    graph = context.graph(frame)
    queue = deque((id_, frame.runs[id_].round) for id_ in ended)
    while queue and frame.open:
        id_, round_ = queue.popleft()
        if frame.runs[id_].round != round_:
            continue  # reset since: its next round will end too
        frame, moved = _follow(frame, context, graph, id_, now)
        queue.extend((m, frame.runs[m].round) for m in moved if _ended(frame, m))
    return rest(frame, context, graph, now) if frame.open else frame


def _ended(frame: Frame, id_: str) -> bool:
    return frame.runs[id_].status in (Status.SUCCEEDED, Status.SKIPPED)


def _follow(
    frame: Frame, context: Context, graph: Graph, id_: str, now: datetime
) -> tuple[Frame, Sequence[str]]:
    heads = [h for h in frame.runs[id_].led_to if (id_, h) in graph.back]
    if heads:
        return turn_back(frame, context, graph, id_, heads, now), heads
    moved = []
    for head in dict.fromkeys((*successors(graph.nodes[id_]), *graph.gated)):
        if not frame.open:
            break
        if head in frame.runs and frame.runs[head].status is Status.PENDING:
            frame = consider(frame, context, graph, head, now)
            moved.append(head)
    return frame, moved


def consider(
    frame: Frame, context: Context, graph: Graph, id_: str, now: datetime
) -> Frame:
    """Start or skip a pending node if its predecessors say so."""
    edges = {edge(frame, tail, id_) for tail in graph.predecessors[id_]}
    if Edge.TAKEN not in edges:
        if Edge.OPEN in edges or not edges:
            return frame
        return frame.with_run(id_, frame.runs[id_].to(Status.SKIPPED, now))
    expression = graph.nodes[id_].ready
    if expression:
        try:
            frame, starts = holds(frame, context, id_, expression)
        except CodeFailed as error:
            return fail(frame, context, id_, f"ready: {error}", now)
    else:
        starts = Edge.OPEN not in edges
    if not starts:
        return frame
    return begin(frame, context, id_, _led_by(frame, graph, id_), now)


def _led_by(frame: Frame, graph: Graph, id_: str) -> list[str]:
    """The predecessors that succeeded and led to a node."""
    tails = graph.predecessors[id_]
    return [tail for tail in tails if edge(frame, tail, id_) is Edge.TAKEN]


def turn_back(
    frame: Frame,
    context: Context,
    graph: Graph,
    tail: str,
    heads: Sequence[str],
    now: datetime,
) -> Frame:
    """Reset the heads and all that comes after them, and run again from there."""
    limit = context.rules.max_rounds
    if any(frame.runs[head].round >= limit for head in heads):
        # beside the table: the run succeeded, but where it leads may not be gone
        undone = frame.with_run(tail, replace(frame.runs[tail], status=Status.PENDING))
        return fail(
            undone, context, tail, f"turned back more than {limit} times in all", now
        )
    reset = frozenset().union(*(graph.from_there_on(head) for head in heads))
    runs = {id_: r.again(now) if id_ in reset else r for id_, r in frame.runs.items()}
    frame = replace(frame, runs=runs)
    for head in heads:
        if frame.open:
            led_by = (*_led_by(frame, graph, head), tail)
            frame = begin(frame, context, head, led_by, now)
    return frame


def rest(frame: Frame, context: Context, graph: Graph, now: datetime) -> Frame:
    """A frame in which nothing runs has ended, or never will: it says why."""
    if any(run.active for run in frame.runs.values()):
        return frame
    stuck = [id_ for id_ in frame.runs if _waits(frame, graph, id_)]
    if frame.parent and not stuck:
        return end(frame, context.rules, FrameStatus.FINISHED, now)
    why = [_why(frame, graph, id_) for id_ in stuck] or [_unreached(frame, graph)]
    error = f"nothing can run any more: {'; '.join(why)}"
    said = replace(frame, error=error, failed_node=stuck[0] if stuck else None)
    return end(said, context.rules, FrameStatus.FAILED, now)


def _waits(frame: Frame, graph: Graph, id_: str) -> bool:
    pending = frame.runs[id_].status is Status.PENDING
    return pending and bool(_led_by(frame, graph, id_))


def _why(frame: Frame, graph: Graph, id_: str) -> str:
    if expression := graph.nodes[id_].ready:
        return f"{id_} waits until “{expression}” is true"
    tails = graph.predecessors[id_]
    open_ = [tail for tail in tails if edge(frame, tail, id_) is Edge.OPEN]
    return f"{id_} waits for {' and '.join(open_)}"


def _unreached(frame: Frame, graph: Graph) -> str:
    last = [i for i, r in frame.runs.items() if r.succeeded and not r.led_to]
    ways = ", ".join(f"{id_} led to nothing" for id_ in last)
    return f"the end was not reached ({ways})" if ways else "the end was not reached"
