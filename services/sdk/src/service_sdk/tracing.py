"""The spans of jobs, and the header that leads from an order to its result.

attempt                    of the engine: the header of the order names it
  face-detect              the job, from its order to the end of its work
    queue                  until a worker is free
    compute
    callback               each try to hand the result on

The parts of a job are told with it, when its work has ended: if the service is killed
before, they would hang below a span that nobody tells.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector
from trace_spans import TRACEPARENT, Side, Span, TraceContext, read

if TYPE_CHECKING:
    from trace_spans.otlp import OtlpExporter

log = logging.getLogger("service_sdk.tracing")

SPAN_ID_BYTES = 8
DISTRIBUTION = "service-sdk"


@dataclass(slots=True)
class JobTrace:
    """The trace of one job: of the span that ordered it, and its own."""

    cause: TraceContext
    own: TraceContext
    ordered_at: datetime

    parts: list[Span] = field(default_factory=list)
    """Those that have ended, while the job itself is not told."""
    is_told: bool = False


class Tracing(Collector):
    """Tells the spans of jobs that were ordered with a trace; none begin one here."""

    def __init__(self, exporter: "OtlpExporter") -> None:
        self._exporter = exporter

    def begin(self, headers: Mapping[str, str]) -> JobTrace | None:
        """The trace of a job that is ordered now; None: it has none."""
        cause = cause_in(headers)
        if cause is None:
            return None
        return JobTrace(cause, _new(cause), _now())

    @contextmanager
    def span(self, trace: JobTrace | None, name: str) -> Iterator[TraceContext | None]:
        """Tell what the block does as a part of the job; where that is."""
        if trace is None:
            yield None
            return

        context = _new(trace.own)
        began = _now()
        failed = True
        try:
            yield context
            failed = False
        finally:
            part = Span(
                name=name,
                trace_id=context.trace_id,
                span_id=context.span_id,
                parent_id=trace.own.span_id,
                started_at=began,
                ended_at=_now(),
                side=Side.CLIENT if name == "callback" else Side.INTERNAL,
                failed=failed,
            )
            if trace.is_told:
                self._exporter.add([part])
            else:
                trace.parts.append(part)

    def ended(self, trace: JobTrace | None, route: str, *, failed: bool) -> None:
        """Tell the job itself, whose work has ended now."""
        if trace is None:
            return
        span = Span(
            name=route,
            trace_id=trace.own.trace_id,
            span_id=trace.own.span_id,
            parent_id=trace.cause.span_id,
            started_at=trace.ordered_at,
            ended_at=_now(),
            side=Side.SERVER,
            failed=failed,
        )
        trace.is_told = True
        self._exporter.add([span, *trace.parts])

    def collect(self) -> Iterator[Metric]:
        """How many spans there were, for Prometheus."""
        spans = CounterMetricFamily(
            "service_trace_spans",
            "Spans of traces, by what became of them: sent, lost",
            labels=["outcome"],
        )
        spans.add_metric(["sent"], self._exporter.sent)
        spans.add_metric(["lost"], self._exporter.lost)
        yield spans

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._exporter.close()


def opened(endpoint: str, service: str) -> Tracing | None:
    """What tells spans to a collector; None without one, and nothing is imported."""
    if not endpoint:
        return None

    try:
        from trace_spans.otlp import OtlpExporter
    except ImportError as fault:
        log.warning("no traces are made: %s; install service-sdk[traces]", fault)
        return None

    return Tracing(OtlpExporter(endpoint, name=service, version=_version()))


def cause_in(headers: Mapping[str, str]) -> TraceContext | None:
    """The span that ordered something; None: there is none, or none that is right."""
    return read(headers.get(TRACEPARENT, ""))


def _new(parent: TraceContext) -> TraceContext:
    return TraceContext(parent.trace_id, os.urandom(SPAN_ID_BYTES).hex())


def _now() -> datetime:
    return datetime.now(UTC)


def _version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        # It is a part of another distribution.
        return "unknown"
