"""Traces, as the engine and services tell them: where one is, its spans, their way out.

Nothing of OpenTelemetry is imported before `trace_spans.otlp` is.
"""

from trace_spans.context import TRACEPARENT, TraceContext, read, span_id_of
from trace_spans.spans import MAX_TEXT_CHARACTERS, Side, Span

__all__ = [
    "MAX_TEXT_CHARACTERS",
    "Side",
    "Span",
    "TRACEPARENT",
    "TraceContext",
    "read",
    "span_id_of",
]
