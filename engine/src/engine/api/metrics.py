"""The figures that Prometheus reads: requests with their times, tasks by status."""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import accumulate
from time import monotonic, thread_time

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from engine.usecases.rests import REST_FACTOR

METRICS_TYPE = CONTENT_TYPE_LATEST
EAGER_SECONDS = 0.05
"""Of work without a rest: as long as the figures of an ordinary engine take."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER_METHOD = "other"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
"""Upper bounds in seconds: most requests take milliseconds, streams up to minutes."""


_ENDS = (*(str(float(bound)) for bound in _BUCKETS), "+Inf")


class RequestSeconds(Collector):
    """Requests, and how long they took, as a histogram of Prometheus.

    Its own histograms lock, and look for the bucket in Python: that costs each request
    as much as the check of where it comes from.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], list[int]] = {}
        self._seconds: dict[tuple[str, str, int], float] = {}

    def observe(self, key: tuple[str, str, int], seconds: float) -> None:
        """Count one more of a method, a route and a status."""
        counts = self._counts.get(key)
        if counts is None:
            # In this order: `collect` looks for both, in another thread.
            self._seconds[key] = 0.0
            counts = self._counts[key] = [0] * len(_ENDS)
        counts[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds[key] += seconds

    def collect(self) -> Iterator[Metric]:
        """What was counted until now; called in a thread."""
        family = HistogramMetricFamily(
            "marketplace_request_seconds",
            "Requests and how long they took",
            labels=("method", "route", "status"),
        )
        for (method, route, status), counts in list(self._counts.items()):
            # Each bucket of Prometheus has those before it too.
            sums = accumulate(list(counts))
            family.add_metric(
                (method, route, str(status)),
                list(zip(_ENDS, sums, strict=True)),
                self._seconds[method, route, status],
            )
        yield family


class Metrics:
    """The figures of one application, in a registry of its own: tests make many."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = RequestSeconds()
        self._registry.register(self._requests)
        self._tasks = Gauge(
            "marketplace_tasks",
            "Tasks that the engine knows, by status",
            ("status",),
            registry=self._registry,
        )
        self._dead_letters = Gauge(
            "marketplace_dead_letters",
            "Events that could not be processed",
            registry=self._registry,
        )
        self._making = asyncio.Lock()
        self._began_at = 0.0
        self._rests_until = 0.0
        self._text = b""

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under the template of its route, so that series stay few."""
        template = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"]
        if method not in _METHODS:
            # Clients can invent methods without end, so they are not kept by name.
            method = _OTHER_METHOD
        self._requests.observe((method, template, status), seconds)

    def tasks(self, counts: Mapping[str, int]) -> None:
        """Note how many tasks there are, by status."""
        for status, count in counts.items():
            self._tasks.labels(status).set(count)

    def dead_letters(self, count: int) -> None:
        """Note how many events could not be processed."""
        self._dead_letters.set(count)

    def include(self, figures: Collector) -> None:
        """Show these figures too."""
        self._registry.register(figures)

    async def text(self, look: Callable[[], Awaitable[None]]) -> bytes:
        """Everything, in the text form of Prometheus.

        Of a thousand routes there are sixty thousand lines, which take a third of a
        second: so they are made in a thread. `look` asks for what is not counted here.
        """
        asked_at = monotonic()
        async with self._making:
            # Begun since somebody asked: all who have waited get the same.
            if self._began_at > asked_at:
                return self._text
            await asyncio.sleep(max(self._rests_until - monotonic(), 0))
            self._began_at = monotonic()
            await look()
            self._text, worked = await asyncio.to_thread(self._written)
            if worked > EAGER_SECONDS:
                self._rests_until = monotonic() + REST_FACTOR * worked
            return self._text

    def _written(self) -> tuple[bytes, float]:
        """The text, and how long this thread has worked for it."""
        began_at = thread_time()
        text = generate_latest(self._registry)
        return text, thread_time() - began_at
