"""A collector that hangs, refuses or is away costs spans, and never work or memory."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from trace_spans import Span, otlp
from trace_spans.otlp import BATCH, MAX_WAITING, OtlpExporter

from servers.otlp import Collector
from servers.ports import free_port
from servers.waiting import block_until

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ENOUGH = MAX_WAITING + 3 * BATCH
"""More than may wait, and than is under way."""


def spans(count: int) -> list[Span]:
    return [
        Span(
            name="a",
            trace_id="c" * 32,
            span_id=f"{number + 1:016x}",
            parent_id=None,
            started_at=NOON,
            ended_at=NOON + timedelta(seconds=1),
        )
        for number in range(count)
    ]


@contextmanager
def hanging() -> Iterator[str]:
    """Takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def refusing(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Tests have a log of their own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def away() -> Iterator[str]:
    yield f"http://127.0.0.1:{free_port()}"


@pytest.mark.parametrize(
    "place",
    [hanging(), refusing(503), refusing(400), away()],
    ids=["hangs", "busy", "refuses", "away"],
)
def test_who_does_not_take_spans_costs_their_loss_and_no_time(
    place: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otlp, "TIMEOUT_SECONDS", 0.5)
    made = spans(ENOUGH)
    with place as url:  # type: ignore[attr-defined] # one of the four above
        exporter = OtlpExporter(url, name="test", version="1")
        began, worked = time.monotonic(), time.thread_time()
        exporter.add(made)
        took, worked = time.monotonic() - began, time.thread_time() - worked
        waiting = len(exporter._waiting)
        ending = time.monotonic()
        exporter.close()
        ended = time.monotonic() - ending

    assert worked < 1
    # Whoever waited for each batch would wait for nineteen times half a second.
    assert took < 5
    assert waiting <= MAX_WAITING
    assert ended < 5
    assert exporter.sent == 0
    assert exporter.lost >= MAX_WAITING


def test_each_span_is_sent_once_or_counted_as_lost() -> None:
    with Collector() as collector:
        exporter = OtlpExporter(collector.url, name="test", version="1")
        exporter.add(spans(3 * BATCH + 1))
        exporter.close()
        received = len(collector.spans)

    assert (exporter.sent, exporter.lost, received) == (3 * BATCH + 1, 0, 3 * BATCH + 1)


def test_few_spans_are_sent_within_a_second_or_so() -> None:
    with Collector() as collector:
        exporter = OtlpExporter(collector.url, name="test", version="1")
        exporter.add(spans(1))
        block_until(lambda: exporter.sent == 1)
        exporter.close()


def test_what_comes_after_the_end_is_lost() -> None:
    with Collector() as collector:
        exporter = OtlpExporter(collector.url, name="test", version="1")
        exporter.close()
        exporter.add(spans(2))

    assert (exporter.sent, exporter.lost) == (0, 2)
