"""Sends spans to a collector, by OTLP over HTTP. Imports OpenTelemetry: only when on.

Spans are sent in batches by a thread. What the collector does not take in time is lost,
as is what comes while too many wait: a trace must never hold up work.
"""

import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from trace_spans.spans import MAX_TEXT_CHARACTERS, Side, Span

TRACES_PATH = "/v1/traces"
NAME_VARIABLE = "OTEL_SERVICE_NAME"

TIMEOUT_SECONDS = 5.0
"""For the collector to take a batch, and for the last one when the program ends."""

MAX_WAITING = 8_192
"""Spans that wait to be sent: a few MB. A collector that is away costs no more."""

SEND_EVERY_MS = 1_000

KINDS = {
    Side.INTERNAL: SpanKind.INTERNAL,
    Side.CLIENT: SpanKind.CLIENT,
    Side.SERVER: SpanKind.SERVER,
}
SCOPE = InstrumentationScope("ai-marketplace")
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# It says so of each span that finds no room: thousands of lines in a second.
logging.getLogger("opentelemetry.sdk._shared_internal").setLevel(logging.ERROR)


class OtlpExporter:
    """Takes spans until it is closed. `endpoint` is without `/v1/traces`.

    The other variables of OpenTelemetry (OTEL_EXPORTER_OTLP_HEADERS, …) are read too.
    """

    def __init__(self, endpoint: str, *, name: str, version: str) -> None:
        about = {"service.version": version}
        # It would win over the variable.
        if not os.environ.get(NAME_VARIABLE):
            about["service.name"] = name
        self._resource = Resource.create(about)

        exporter = OTLPSpanExporter(
            endpoint.rstrip("/") + TRACES_PATH, timeout=TIMEOUT_SECONDS
        )
        self._batches = BatchSpanProcessor(
            exporter,
            max_queue_size=MAX_WAITING,
            schedule_delay_millis=SEND_EVERY_MS,
        )

    def add(self, spans: Iterable[Span]) -> None:
        """Have these sent soon; nothing is waited for."""
        for span in spans:
            self._batches.on_end(self._readable(span))

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._batches.shutdown()  # type: ignore[no-untyped-call]  # it has no types

    def _readable(self, span: Span) -> ReadableSpan:
        trace_id = int(span.trace_id, 16)
        parent = None
        if span.parent_id:
            parent = _context(trace_id, span.parent_id, is_remote=True)

        return ReadableSpan(
            name=_cut(span.name),
            context=_context(trace_id, span.span_id),
            parent=parent,
            resource=self._resource,
            attributes={
                name: _bounded(value) for name, value in span.attributes.items()
            },
            kind=KINDS[span.side],
            status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
            start_time=_nanoseconds(span.started_at),
            end_time=_nanoseconds(span.ended_at),
            instrumentation_scope=SCOPE,
        )


def _context(trace_id: int, span_id: str, is_remote: bool = False) -> SpanContext:
    return SpanContext(trace_id, int(span_id, 16), is_remote, SAMPLED)


def _bounded(value: str | int) -> str | int:
    return _cut(value) if isinstance(value, str) else value


def _cut(text: str) -> str:
    return text[:MAX_TEXT_CHARACTERS]


def _nanoseconds(at: datetime) -> int:
    since = at - EPOCH
    microseconds = (
        since.days * 86_400 + since.seconds
    ) * 1_000_000 + since.microseconds
    return microseconds * 1_000
