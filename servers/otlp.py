"""A collector of traces for tests: it takes OTLP over HTTP, and keeps the spans."""

import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from servers.ports import HOST
from servers.waiting import block_until

TRACES_PATH = "/v1/traces"


@dataclass(frozen=True)
class Received:
    """A span as it came."""

    service: str
    instance: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    started_at: int
    ended_at: int
    failed: bool
    attributes: dict[str, Any]


class Collector:
    """Listens while the block lasts. Spans that come twice are kept once, by id."""

    def __init__(self) -> None:
        self.raw = b""
        """All that came, one body behind the other."""
        self._spans: dict[str, Received] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((HOST, 0), _handler(self._take))
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def spans(self) -> list[Received]:
        with self._lock:
            return list(self._spans.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for(self, name: str, count: int = 1) -> list[Received]:
        """The spans of this name, as soon as so many came."""

        def named() -> list[Received]:
            return [span for span in self.spans if span.name == name]

        block_until(
            lambda: len(named()) >= count,
            explain=lambda: f"{count} spans “{name}” among {self.spans}",
        )
        return named()

    def _take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            self.raw += body
            for batch in request.resource_spans:
                about = _values(batch.resource.attributes)
                service = about["service.name"], about["service.instance.id"]
                for scope in batch.scope_spans:
                    for span in scope.spans:
                        self._spans[span.span_id.hex()] = _received(service, span)


def _received(service: tuple[str, str], span: Any) -> Received:
    return Received(
        service=service[0],
        instance=service[1],
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        started_at=span.start_time_unix_nano,
        ended_at=span.end_time_unix_nano,
        failed=span.status.code == 2,
        attributes=_values(span.attributes),
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {
        one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes
    }


def _handler(take: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            status = 404
            if self.path == TRACES_PATH:
                take(body)
                status = 200
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Tests have a log of their own."""

    return Handler
