"""Sends spans to a collector, by OTLP over HTTP. Imports OpenTelemetry: only when on.

Spans are sent in batches by a thread. What the collector does not take in time is lost,
as is what comes while too many wait: a trace must never hold up work.
"""

import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
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

BATCH = 512
"""Spans that are sent together; so many are sent at once."""

SEND_EVERY_SECONDS = 1.0

KINDS = {
    Side.INTERNAL: SpanKind.INTERNAL,
    Side.CLIENT: SpanKind.CLIENT,
    Side.SERVER: SpanKind.SERVER,
}
SCOPE = InstrumentationScope("ai-marketplace")
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


class OtlpExporter:
    """Takes spans until it is closed. `endpoint` is without `/v1/traces`.

    The other variables of OpenTelemetry (OTEL_EXPORTER_OTLP_HEADERS, …) are read too.
    """

    def __init__(self, endpoint: str, *, name: str, version: str) -> None:
        # Of replicas on one machine each is another one.
        instance = f"{socket.gethostname()}:{os.getpid()}"
        about = {"service.version": version, "service.instance.id": instance}
        # It would win over the variable.
        if not os.environ.get(NAME_VARIABLE):
            about["service.name"] = name
        self._resource = Resource.create(about)
        self._exporter = OTLPSpanExporter(
            endpoint.rstrip("/") + TRACES_PATH, timeout=TIMEOUT_SECONDS
        )

        self.sent = 0
        # Each is counted by one thread: those who add are one, and so is the sender.
        self._found_no_room = 0
        self._not_taken = 0
        # Taken by one thread, filled by others: each change of a deque is whole.
        self._waiting: deque[Span] = deque()
        self._due = threading.Event()
        self._closed = False
        self._given_up = False
        self._thread = threading.Thread(
            target=self._send_for_ever, name="traces", daemon=True
        )
        self._thread.start()

    @property
    def lost(self) -> int:
        """Spans that found no room, or that the collector did not take."""
        return self._found_no_room + self._not_taken

    def add(self, spans: Iterable[Span]) -> None:
        """Have these sent soon; nothing is waited for."""
        for span in spans:
            if len(self._waiting) >= MAX_WAITING or self._closed:
                self._found_no_room += 1
            else:
                self._waiting.append(span)

        if len(self._waiting) >= BATCH:
            self._due.set()

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._closed = True
        self._due.set()
        self._thread.join(TIMEOUT_SECONDS)
        # What is under way now is lost with this process.
        self._given_up = True
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # it has no types
        self._found_no_room += len(self._waiting)

    def _send_for_ever(self) -> None:
        while not self._closed:
            self._due.wait(SEND_EVERY_SECONDS)
            self._due.clear()
            self._send_all()
        self._send_all()

    def _send_all(self) -> None:
        while self._waiting and not self._given_up:
            self._send_some()

    def _send_some(self) -> None:
        count = min(len(self._waiting), BATCH)
        batch = [self._readable(self._waiting.popleft()) for _ in range(count)]
        try:
            outcome = self._exporter.export(batch)
        except Exception:
            # The next ones are to be sent all the same.
            log.exception("spans could not be sent")
            outcome = SpanExportResult.FAILURE

        if outcome is SpanExportResult.SUCCESS:
            self.sent += count
        else:
            self._not_taken += count

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
