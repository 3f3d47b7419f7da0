"""Statistics: what frames that end add to counters, and what these say in the end.

Nobody can read all tasks each time that somebody asks how long a route usually takes.
So each frame that ends adds to a few counters: of its route, its nodes, the services
that these called. A duration counts in one of some hundred spans, each an eighth to a
quarter longer than the one before; from them medians are read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from engine.domain.frame import Frame, FrameStatus
from engine.domain.graph import Graph
from engine.domain.pipeline import ServiceNode
from engine.domain.run import Run

MICROSECOND = timedelta(microseconds=1)

CALLS = "calls"
FAILED = "failed"
CANCELLED = "cancelled"
REPEATED = "repeated"
NO_CODE = "failed"
"""The code of a failure of which nobody noted the kind."""

SPAN = "t"
"""In the name of a counter, before the number of a span."""

SPANS_OF_OCTAVE = 4
"""Between a duration and twice that."""
MAX_FAILURES_SHOWN = 100
MAX_SUBJECTS_SHOWN = 1000


class Kind(StrEnum):
    """What counters are about."""

    ROUTE = "route"
    """Its subjects are routes: their tasks."""
    SERVICE = "service"
    """Its subjects are routes of services: their calls."""
    NODES = "nodes"
    """Its subjects are routes: how long each node of them took."""
    FAILURES = "failures"
    """Its subjects are routes: which nodes failed, and with which codes."""


Subject = tuple[Kind, str]
"""What counters are about: a kind, and the route that is meant."""

Counted = tuple[Subject, str]
"""One more of something: a subject, and the name of its counter."""

Counts = Mapping[str, int]


def counted(frame: Frame, graph: Graph) -> Iterator[Counted]:
    """What a frame that has just ended adds."""
    of_nodes = (Kind.NODES, frame.route)
    if frame.parent is None:
        yield from _task(frame)

    for node_id, run in frame.runs.items():
        if run.started_at is None or run.ended_at is None:
            continue
        # It ended in the turn in which it began, as nodes do that call nobody.
        if run.started_at == run.ended_at:
            continue
        # Taken over from another task, whose frame has counted it.
        if run.ended_at < frame.created_at:
            continue

        span = span_of(run.started_at, run.ended_at)
        if run.succeeded:
            yield of_nodes, f"{node_id} {SPAN}{span}"

        node = graph.nodes[node_id]
        if isinstance(node, ServiceNode) and node.service:
            yield from _calls(node.service, run, span)


def _task(root: Frame) -> Iterator[Counted]:
    of_route = (Kind.ROUTE, root.route)
    yield of_route, CALLS

    if root.status is FrameStatus.CANCELLED:
        yield of_route, CANCELLED
    elif root.status is FrameStatus.FAILED:
        yield of_route, FAILED
        if root.failed_node:
            code = root.failure_code or NO_CODE
            yield (Kind.FAILURES, root.route), f"{root.failed_node} {code}"
    # One that kept what another had done says nothing of how long a task takes.
    elif root.ended_at and not root.continues:
        span = span_of(root.created_at, root.ended_at)
        yield of_route, f"{SPAN}{span}"


def _calls(service: str, run: Run, span: int) -> Iterator[Counted]:
    of_service = (Kind.SERVICE, service)
    if run.succeeded and run.attempt == 1:
        # As most: the only call took as long as the run.
        yield of_service, CALLS
        yield of_service, f"{SPAN}{span}"
        return

    for _ in range(repeats(run)):
        yield of_service, REPEATED

    for attempt in run.attempts:
        yield of_service, CALLS
        if attempt.error is not None:
            yield of_service, FAILED
        elif run.succeeded and attempt.ended_at:
            span = span_of(attempt.at, attempt.ended_at)
            yield of_service, f"{SPAN}{span}"


def repeats(run: Run) -> int:
    """How many of its calls were made because the one before had failed.

    The first call of a round that a cycle began is none of them.
    """
    return sum(
        before.error is not None
        and not before.number <= run.earlier_attempts < attempt.number
        for before, attempt in pairwise(run.attempts)
    )


def span_of(began_at: datetime, ended_at: datetime) -> int:
    """The number of the span of a duration: its highest bit, and the two below it.

    >>> noon = datetime(2026, 1, 1, 12)
    >>> [span_of(noon, noon + timedelta(seconds=s)) for s in (0, 1, 1.01, 2)]
    [12, 83, 83, 87]
    """
    # The clocks of two replicas may differ, and below four there are no two bits.
    micros = max(4, (ended_at - began_at) // MICROSECOND)
    bits = micros.bit_length()
    return bits * SPANS_OF_OCTAVE + (micros >> bits - 3 & 3)


def seconds_of(span: int) -> float:
    """The middle of a span, with three digits.

    >>> seconds_of(83), seconds_of(87)
    (0.983, 1.97)
    """
    bits, quarter = divmod(span, SPANS_OF_OCTAVE)
    micros = (4 + quarter + 0.5) * 2 ** (bits - 3)
    return float(f"{micros / 1_000_000:.3g}")


def quantile(spans: Mapping[int, int], share: float) -> float | None:
    """The duration below which a share of all is; None: there is none.

    >>> quantile({83: 9, 87: 1}, 0.5), quantile({83: 9, 87: 1}, 0.95), quantile({}, 0.5)
    (0.983, 1.97, None)
    """
    wanted = share * sum(spans.values())
    passed = 0
    for span in sorted(spans):
        passed += spans[span]
        if passed >= wanted:
            return seconds_of(span)
    return None


def spans_in(counts: Counts) -> dict[int, int]:
    """The durations among the counters of a route or a service."""
    return {
        int(name.removeprefix(SPAN)): count
        for name, count in counts.items()
        if name.startswith(SPAN) and name.removeprefix(SPAN).isdecimal()
    }


def spans_by_node(counts: Counts) -> Mapping[str, Mapping[int, int]]:
    """The durations of each node, among the counters of the nodes of a route."""
    spans: dict[str, Counter[int]] = {}
    for name, count in counts.items():
        node, _, span = name.partition(f" {SPAN}")
        if span.isdecimal():
            spans.setdefault(node, Counter())[int(span)] += count
    return spans


def usual(counts: Counts) -> float | None:
    """How long something usually takes, in seconds; None: nobody knows."""
    return quantile(spans_in(counts), 0.5)


def usual_by_node(counts: Counts) -> dict[str, float]:
    """How long each node of a route usually takes, in seconds."""
    by_node = spans_by_node(counts).items()
    found = {node: quantile(spans, 0.5) for node, spans in by_node}
    return {node: seconds for node, seconds in found.items() if seconds is not None}


class Figures(NamedTuple):
    """What counters say of a route or a service."""

    calls: int
    failed: int
    cancelled: int
    p50: float | None
    p95: float | None

    @classmethod
    def of(cls, counts: Counts) -> "Figures":
        spans = spans_in(counts)
        return cls(
            calls=counts.get(CALLS, 0),
            failed=counts.get(FAILED, 0),
            cancelled=counts.get(CANCELLED, 0),
            p50=quantile(spans, 0.5),
            p95=quantile(spans, 0.95),
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """How often a node of a route failed in one way."""

    route: str
    node: str
    code: str
    count: int


def each_failure(by_route: Mapping[str, Counts]) -> Iterator[Failure]:
    """The failures of all routes."""
    for route, counts in by_route.items():
        for name, count in counts.items():
            node, _, code = name.partition(" ")
            yield Failure(route, node, code, count)


def failures(by_route: Mapping[str, Counts]) -> list[Failure]:
    """The most frequent failures of all routes."""
    found = sorted(
        each_failure(by_route),
        key=lambda one: (-one.count, one.route, one.node, one.code),
    )
    return found[:MAX_FAILURES_SHOWN]
