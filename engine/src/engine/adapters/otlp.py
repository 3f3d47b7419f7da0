"""Traces to a collector, by OTLP over HTTP, while the context is open."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from trace_spans import Span

from engine.program import version

if TYPE_CHECKING:
    from trace_spans.otlp import OtlpExporter

NAME = "marketplace-engine"
"""As which an engine is shown, unless OTEL_SERVICE_NAME says otherwise."""


class OtlpTraces:
    """`Traces` that a thread sends in batches."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        # None: it is not open. What happens before has no trace.
        self._exporter: OtlpExporter | None = None

    async def __aenter__(self) -> Self:
        # Imported here: it takes a third of a second, and most engines make no traces.
        from trace_spans.otlp import OtlpExporter

        self._exporter = OtlpExporter(self._endpoint, name=NAME, version=version())
        return self

    async def __aexit__(self, *reason: object) -> None:
        exporter = self._exporter
        self._exporter = None
        if exporter:
            await asyncio.to_thread(exporter.close)

    def counts(self) -> Mapping[str, int]:
        exporter = self._exporter
        if exporter is None:
            return {"sent": 0, "lost": 0}
        return {"sent": exporter.sent, "lost": exporter.lost}

    def add(self, spans: Iterable[Span]) -> None:
        if self._exporter:
            self._exporter.add(spans)
