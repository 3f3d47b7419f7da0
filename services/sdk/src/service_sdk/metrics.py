"""What a service counts, in the format of Prometheus."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.registry import Collector

from service_sdk.models import models


class Metrics:
    """The metrics of one service.

    Each has a registry of its own, so that several services can live in one process.
    """

    def __init__(
        self, *, waiting: Callable[[], int], busy: Callable[[], int], workers: int
    ) -> None:
        registry = CollectorRegistry()
        self._registry = registry

        self.requests = Counter(
            "service_requests", "Work accepted", ["route"], registry=registry
        )
        self.errors = Counter(
            "service_errors", "Work that failed", ["route"], registry=registry
        )
        self.seconds = Histogram(
            "service_seconds", "Seconds of work", ["route"], registry=registry
        )
        queue = Gauge("service_queue_length", "Work that waits", registry=registry)
        queue.set_function(waiting)
        at_work = Gauge(
            "service_busy_workers", "Workers that work now", registry=registry
        )
        at_work.set_function(busy)
        Gauge("service_workers", "Workers that there are", registry=registry).set(
            workers
        )
        registry.register(models)

    def include(self, figures: Collector) -> None:
        """Show these figures too."""
        self._registry.register(figures)

    def page(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
