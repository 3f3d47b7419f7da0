"""A task is one trace through the engine and a service, at a real receiver of OTLP."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from real_engine import RealEngine, started_engine
from service_sdk import Service
from service_sdk.errors import ServiceError
from service_sdk.testing import Kit, service_on_loopback
from service_sdk.tracing import Tracing
from trace_spans import TRACEPARENT, Span, TraceContext

from servers.otlp import Collector, Received
from servers.waiting import block_until

CAUSE = TraceContext("c" * 32, "d" * 16)
SECRET = "canary-7d1e"

service = Service("traced")


@service.operation(route="traced-echo")
def echo(text: str) -> str:
    return text


@service.operation(route="traced-failure")
def fail(text: str) -> str:
    raise ServiceError(f"cannot do {text}")


@dataclass(frozen=True)
class Traced:
    engine: RealEngine
    collector: Collector
    service: str

    def start(self, route: str, header: str = "") -> str:
        headers = {TRACEPARENT: header} if header else {}
        answer = self.engine.http.post(
            f"/services/{route}", json={"text": SECRET}, headers=headers
        )
        task = str(answer.json()["jobId"])
        self.engine.ended(task)
        return task

    def spans_of(self, trace_id: str, *, until: str) -> dict[str, Received]:
        """Those of a trace, by name, when one of this name came."""

        def named() -> dict[str, Received]:
            spans = self.collector.spans
            return {span.name: span for span in spans if span.trace_id == trace_id}

        block_until(lambda: until in named(), explain=lambda: str(named()))
        return named()


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """An engine and a service that tell their spans."""
    with ExitStack() as stack:
        collector = stack.enter_context(Collector())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        engine = stack.enter_context(started_engine(tmp_path_factory.mktemp("engine")))
        served = stack.enter_context(
            service_on_loopback(
                service.app,
                engine_url=engine.url,
                otel_exporter_otlp_endpoint=collector.url,
            )
        )
        for route in service.app.operations:
            block_until(partial(is_known, engine, route))
        yield Traced(engine, collector, served.url)


def is_known(engine: RealEngine, route: str) -> bool:
    return engine.http.get(f"/services/{route}").is_success


def test_engine_and_service_tell_one_trace(traced: Traced) -> None:
    task = traced.start("traced-echo", CAUSE.header)

    spans = traced.spans_of(CAUSE.trace_id, until="callback")
    spans |= traced.spans_of(CAUSE.trace_id, until="attempt")
    spans |= traced.spans_of(CAUSE.trace_id, until="work")
    by_id = {span.span_id: span for span in spans.values()}

    def parent(name: str) -> str:
        return by_id[spans[name].parent_id].name

    # The operation of the service bears the name of the route, as the task does.
    def ordered() -> list[Received]:
        named = [s for s in traced.collector.spans if s.name == "traced-echo"]
        return [span for span in named if span.trace_id == CAUSE.trace_id]

    block_until(lambda: len(ordered()) == 2)
    (root,) = [s for s in ordered() if s.service == "marketplace-engine"]
    (job,) = [s for s in ordered() if s.service == "traced"]
    by_id |= {root.span_id: root, job.span_id: job}
    assert root.parent_id == CAUSE.span_id
    assert root.attributes["marketplace.task"] == task
    assert by_id[job.parent_id].name == "attempt"
    assert parent("attempt") == "work"
    assert spans["compute"].parent_id == job.span_id
    assert spans["queue"].parent_id == spans["callback"].parent_id == job.span_id
    # How the result came back, until the turn that it caused was saved.
    result = traced.spans_of(CAUSE.trace_id, until="result")["result"]
    assert (result.parent_id, result.service) == (
        spans["callback"].span_id,
        "marketplace-engine",
    )
    assert result.attributes["marketplace.node"] == "work"
    status = traced.engine.http.get(f"/tasks/{task}/status").json()
    assert status["trace_id"] == CAUSE.trace_id


def test_engine_and_service_count_what_they_sent(traced: Traced) -> None:
    traced.start("traced-echo")

    engine = traced.engine.http.get("/metrics").text
    service_page = httpx.get(f"{traced.service}/metrics").text

    for page, name in (
        (engine, "marketplace_trace_spans_total"),
        (service_page, "service_trace_spans_total"),
    ):
        assert f'{name}{{outcome="lost"}} 0.0' in page
        assert f'{name}{{outcome="sent"}}' in page


def test_no_value_and_no_error_text_is_told(traced: Traced) -> None:
    task = traced.start("traced-failure")

    spans = traced.spans_of(task.replace("-", ""), until="traced-failure")

    assert spans["traced-failure"].failed
    assert SECRET.encode() not in traced.collector.raw


def test_a_header_that_is_wrong_starts_a_trace_of_its_own(traced: Traced) -> None:
    task = traced.start("traced-echo", "00-" + "0" * 32 + "-" + "1" * 16 + "-01")

    status = traced.engine.http.get(f"/tasks/{task}/status").json()
    assert status["trace_id"] == task.replace("-", "")


class Told:
    """What an exporter was given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def add(self, spans: Iterable[Span]) -> None:
        self.names += [span.name for span in spans]


def test_parts_of_a_job_are_told_with_the_job_not_before() -> None:
    told = Told()
    tracing = Tracing(told)  # type: ignore[arg-type] # it takes spans
    trace = tracing.begin({TRACEPARENT: CAUSE.header})
    with tracing.span(trace, "queue"), tracing.span(trace, "compute"):
        pass
    before = list(told.names)

    tracing.ended(trace, "echo", failed=False)
    with tracing.span(trace, "callback"):
        pass

    assert before == []
    assert told.names == ["echo", "compute", "queue", "callback"]


def test_a_service_without_a_collector_passes_the_header_on() -> None:
    with Kit(service.app) as kit:
        kit.http.post(
            "/traced-echo",
            params={"callback_url": kit.callback_url, "task_id": "mine"},
            json={"text": "hello"},
            headers={TRACEPARENT: CAUSE.header},
        )
        reply = kit.engine.reply("mine")

    assert reply.headers[TRACEPARENT] == CAUSE.header


UNTRACED = """
import sys
from pathlib import Path
from engine.bootstrap import create
from engine.settings import Settings
create(Settings(data_dir=Path(sys.argv[1])))
print([name for name in sys.modules if name.startswith("opentelemetry.")])
"""


def test_what_makes_no_traces_imports_nothing_for_it(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", UNTRACED, str(tmp_path)],
        capture_output=True,
        check=True,
        text=True,
    )

    imported = told.stdout.strip()
    assert "opentelemetry.sdk" not in imported
    assert "opentelemetry.exporter" not in imported
