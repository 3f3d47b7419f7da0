"""The figures of an engine's own work, in the shapes that Prometheus has for them.

They are made when somebody asks: counting costs the hot path next to nothing.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from engine.domain.batches import LARGEST_BUCKET, Batches
from engine.domain.durations import Durations, Histogram
from engine.domain.errors import Unavailable
from engine.domain.statistics import (
    CALLS,
    CANCELLED,
    FAILED,
    REPEATED,
    SPANS_OF_OCTAVE,
    Counts,
    Kind,
    Subject,
    each_failure,
    seconds_of,
    spans_by_node,
    spans_in,
)
from engine.domain.store_calls import StoreFigures
from engine.usecases.engine import Engine
from engine.usecases.waiting_runs import Queue

SHORTEST_BUCKET = 10
"""In bits of microseconds: a millisecond."""
LONGEST_BUCKET = 32
"""An hour and twelve minutes."""

BUCKETS = range(SHORTEST_BUCKET, LONGEST_BUCKET + 1)
STORE_BUCKETS = range(SHORTEST_BUCKET, 26, 2)
"""For each store and operation: up to 17 seconds, and every second one is enough."""

MAX_SERIES = 1_000
"""Of each figure. What comes later than these is not in it."""

MAX_UNHEARD = 100
"""Services that runs wait for and that nobody announces, those for which most wait: the
store is asked whether each is a pipeline."""

MICROSECONDS = 1_000_000


class EngineFigures(Collector):
    """What an engine counts of tasks, services, its code and its store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counted: Mapping[Subject, Counts] = {}
        self._save_errors: Counts = {}
        self._refused: Counts = {}
        self._instances: dict[str, int] = {}
        self._queues: Mapping[str, Queue] = {}

    async def look(self) -> None:
        """Ask for what is not counted here; raises `Unavailable`.

        What is counted here is copied: the figures are made in a thread, and counting
        goes on meanwhile.
        """
        counted = self._engine.statistics.since_start()
        self._counted = {subject: dict(one) for subject, one in counted.items()}
        self._save_errors = dict(self._engine.meter.save_errors)
        self._refused = dict(self._engine.meter.refused)

        queues = await self._engine.waiting.by_service()
        offered = await self._engine.services.offered()
        instances = {service: heard.instances for service, heard in offered.items()}

        unheard = sorted(
            queues.keys() - instances.keys(),
            key=lambda service: (-queues[service].runs, service),
        )
        for service in unheard[:MAX_UNHEARD]:
            if not await self._engine.pipelines.is_pipeline(service):
                # It is asked for, and nobody announces it.
                instances[service] = 0

        self._instances = instances
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        """All of them; nothing is waited for."""
        # Without its store an engine may have none of them.
        with suppress(Unavailable):
            yield from self._known()

    def _known(self) -> Iterator[Metric]:
        by_kind: dict[Kind, dict[str, Counts]] = {kind: {} for kind in Kind}
        for (kind, name), counts in self._counted.items():
            by_kind[kind][name] = counts

        yield from _tasks(by_kind[Kind.ROUTE])
        yield from _calls(by_kind[Kind.SERVICE])
        yield _failures(by_kind[Kind.FAILURES])
        yield from _nodes(by_kind[Kind.NODES])
        yield from self._services()
        yield from self._own_work()

    def _services(self) -> Iterator[Metric]:
        instances = GaugeMetricFamily(
            "marketplace_service_instances",
            "Instances that announce a service now",
            labels=["service"],
        )
        for service, count in self._instances.items():
            instances.add_metric([service], count)
        yield instances

        waiting = GaugeMetricFamily(
            "marketplace_waiting_runs",
            "Runs that wait for a service, of the tasks of this replica",
            labels=["service"],
        )
        oldest = GaugeMetricFamily(
            "marketplace_oldest_waiting_seconds",
            "How long the first of them has waited",
            labels=["service"],
        )
        # Also those for which nothing waits: a series that vanishes wakes nobody.
        for service in self._instances:
            queue = self._queues.get(service)
            waiting.add_metric([service], queue.runs if queue else 0)
            seconds = queue.oldest.total_seconds() if queue else 0
            oldest.add_metric([service], seconds)
        yield waiting
        yield oldest

    def _own_work(self) -> Iterator[Metric]:
        meter = self._engine.meter
        timed: tuple[tuple[str, str, Durations], ...] = (
            ("turn", "Taking the events of a frame", meter.turns),
            ("save", "Saving a frame, until it is safe", meter.saves),
            ("code", "Decisions with code of authors, in threads", meter.code),
            ("loop_delay", "How late the event loop is", meter.loop_delays),
        )
        for name, text, durations in timed:
            family = HistogramMetricFamily(f"marketplace_{name}_seconds", text)
            _add(family, [], durations.histogram())
            yield family

        yield CounterMetricFamily(
            "marketplace_turn_events", "Events that turns took", meter.events
        )
        yield self._spans()
        yield _batches(meter.batches)
        yield from _stores(meter.stores)

        yield _counted(
            "marketplace_code_limits",
            "How often code of authors met a limit of the sandbox",
            "limit",
            meter.code_limits,
        )
        yield _counted(
            "marketplace_save_errors",
            "Saves that failed; of StaleFrame another replica came first",
            "error",
            self._save_errors,
        )
        yield _counted(
            "marketplace_limit_refusals",
            "Starts that a limit of a person or a space refused here",
            "limit",
            self._refused,
        )

    def _spans(self) -> Metric:
        tracing = self._engine.tasks.tracing
        return _counted(
            "marketplace_trace_spans",
            "Spans of traces, by what became of them: sent, lost",
            "outcome",
            tracing.counts() if tracing else {},
        )


def _counted(name: str, text: str, label: str, counts: Mapping[str, int]) -> Metric:
    """A counter for each value of one label."""
    family = CounterMetricFamily(name, text, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def _tasks(by_route: Mapping[str, Counts]) -> Iterator[Metric]:
    ends = CounterMetricFamily(
        "marketplace_task_ends", "Tasks that ended here", labels=["route", "end"]
    )
    seconds = HistogramMetricFamily(
        "marketplace_task_seconds",
        "How long tasks took that finished here",
        labels=["route"],
    )
    for route, counts in islice(by_route.items(), MAX_SERIES):
        failed = counts.get(FAILED, 0)
        cancelled = counts.get(CANCELLED, 0)
        finished = counts.get(CALLS, 0) - failed - cancelled
        ends.add_metric([route, "finished"], finished)
        ends.add_metric([route, "failed"], failed)
        ends.add_metric([route, "cancelled"], cancelled)
        _add(seconds, [route], _histogram(counts))
    yield ends
    yield seconds


def _calls(by_service: Mapping[str, Counts]) -> Iterator[Metric]:
    attempts = CounterMetricFamily(
        "marketplace_service_attempts",
        "Calls of services that ended here, repeated ones too",
        labels=["service", "outcome"],
    )
    seconds = HistogramMetricFamily(
        "marketplace_service_seconds",
        "How long calls took that succeeded",
        labels=["service"],
    )
    retries = CounterMetricFamily(
        "marketplace_service_retries",
        "Calls that were made because the one before had failed",
        labels=["service"],
    )
    for service, counts in islice(by_service.items(), MAX_SERIES):
        failed = counts.get(FAILED, 0)
        attempts.add_metric([service, "succeeded"], counts.get(CALLS, 0) - failed)
        attempts.add_metric([service, "failed"], failed)
        retries.add_metric([service], counts.get(REPEATED, 0))
        _add(seconds, [service], _histogram(counts))
    yield attempts
    yield retries
    yield seconds


def _failures(by_route: Mapping[str, Counts]) -> Metric:
    family = CounterMetricFamily(
        "marketplace_task_failures",
        "Tasks that failed here, by the node that ended them",
        labels=["route", "node", "code"],
    )
    for one in islice(each_failure(by_route), MAX_SERIES):
        family.add_metric([one.route, one.node, one.code], one.count)
    return family


def _nodes(by_route: Mapping[str, Counts]) -> Iterator[Metric]:
    seconds = CounterMetricFamily(
        "marketplace_node_seconds",
        "Time that runs took which succeeded, to an eighth",
        labels=["route", "node"],
    )
    runs = CounterMetricFamily(
        "marketplace_node_runs", "How many these were", labels=["route", "node"]
    )
    for route, node, spans in islice(_each_node(by_route), MAX_SERIES):
        total = sum(seconds_of(span) * count for span, count in spans.items())
        seconds.add_metric([route, node], total)
        runs.add_metric([route, node], sum(spans.values()))
    yield seconds
    yield runs


def _each_node(
    by_route: Mapping[str, Counts],
) -> Iterator[tuple[str, str, Mapping[int, int]]]:
    for route, counts in by_route.items():
        for node, spans in spans_by_node(counts).items():
            yield route, node, spans


def _batches(batches: Batches) -> Metric:
    told = batches.histogram()
    family = HistogramMetricFamily(
        "marketplace_save_batch_size", "Saves that the store made durable together"
    )
    buckets: list[tuple[str, float]] = []
    smaller = 0
    for bits in range(LARGEST_BUCKET):
        smaller += told.by_bucket.get(bits, 0)
        buckets.append((str(float(2**bits)), smaller))
    buckets.append(("+Inf", sum(told.by_bucket.values())))
    family.add_metric([], buckets, sum_value=told.total)
    return family


def _stores(figures: StoreFigures) -> Iterator[Metric]:
    labels = ["store", "operation"]
    seconds = HistogramMetricFamily(
        "marketplace_store_seconds",
        "How long calls of a store took, failed ones too",
        labels=labels,
    )
    errors = CounterMetricFamily(
        "marketplace_store_errors",
        "Calls of a store that found it away",
        labels=labels,
    )
    for key, calls in figures.items():
        _add(seconds, key, calls.seconds.histogram(), STORE_BUCKETS)
        errors.add_metric(key, calls.errors)
    yield seconds
    yield errors


def _histogram(counts: Counts) -> Histogram:
    """The durations among the counters of statistics, by bits of microseconds."""
    by_bucket: Counter[int] = Counter()
    seconds = 0.0
    for span, count in spans_in(counts).items():
        by_bucket[span // SPANS_OF_OCTAVE] += count
        seconds += seconds_of(span) * count
    return Histogram(by_bucket, seconds)


def _add(
    family: HistogramMetricFamily,
    labels: Sequence[str],
    told: Histogram,
    bounds: range = BUCKETS,
) -> None:
    """Add a histogram: its buckets hold all that is shorter than their bound."""
    buckets: list[tuple[str, float]] = []
    shorter = bits_told = 0
    for bits in bounds:
        shorter += sum(told.by_bucket.get(bit, 0) for bit in range(bits_told, bits + 1))
        bits_told = bits + 1
        buckets.append((str(2**bits / MICROSECONDS), shorter))
    buckets.append(("+Inf", sum(told.by_bucket.values())))
    family.add_metric(labels, buckets, sum_value=told.seconds)


class DiskFigures(Collector):
    """How full the disk is on which an engine keeps its data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """Its size and what is free; nothing while the folder is not there."""
        try:
            disk = shutil.disk_usage(self._folder)
        except OSError:
            return
        yield GaugeMetricFamily(
            "marketplace_disk_bytes", "Size of the disk of DATA_DIR", disk.total
        )
        yield GaugeMetricFamily(
            "marketplace_disk_free_bytes", "What is free of it", disk.free
        )
