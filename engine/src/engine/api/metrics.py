"""What Prometheus reads: requests with their times, tasks by status."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import Scope

METRICS_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "marketplace_request_seconds",
            "Requests and how long they took",
            ("method", "route", "status"),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._tasks = Gauge(
            "marketplace_tasks",
            "Tasks that the engine knows, by status",
            ("status",),
            registry=self._registry,
        )
        self._dead = Gauge(
            "marketplace_dead_letters",
            "Events that no turn could take",
            registry=self._registry,
        )
        self._series: dict[tuple[str, str, int], Histogram] = {}

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under the template of its route, so that series stay few."""
        template = getattr(scope.get("route"), "path", "unmatched")
        key = (scope["method"], template, status)
        series = self._series.get(key)
        if series is None:
            method = key[0] if key[0] in _METHODS else "other"
            series = self._seconds.labels(method, template, status)
            if method != "other":
                self._series[key] = series
        series.observe(seconds)

    def tasks(self, counts: Mapping[str, int]) -> None:
        """How many tasks there are, by status."""
        for status, count in counts.items():
            self._tasks.labels(status).set(count)

    def dead_letters(self, count: int) -> None:
        """How many events no turn could take."""
        self._dead.set(count)

    def text(self) -> bytes:
        """Everything, in the text form of Prometheus."""
        return generate_latest(self._registry)
