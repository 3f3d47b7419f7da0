"""A task is one trace through two replicas, a service and a called pipeline, also when
a replica and the service are killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from documents import end, node, service, starting_with
from real_replicas import replica
from trace_spans import TRACEPARENT, TraceContext

from servers.otlp import Collector, Received
from servers.ports import free_port
from servers.waiting import block_until

pytestmark = pytest.mark.external

CAUSE = TraceContext("c" * 32, "d" * 16)
ENGINE = "marketplace-engine"

GATED = """
import time
from pathlib import Path
from service_sdk import Service

service = Service("gated")

@service.operation(route="gated")
def gated(x: int = 0) -> dict:
    name = Path("began")
    began = int(name.read_text()) if name.exists() else 0
    name.write_text(str(began + 1))
    while not Path("open").exists():
        time.sleep(0.02)
    return {"done": True}

app = service.app
"""

# The first node has ended when the task is stored: by the replica that starts it.
OUTER = starting_with(
    node("think", "inner", after="node.out['x'] = 1"),
    service("inner", "end", service="inner"),
    end(),
    route="outer",
)
INNER = starting_with(
    # While the service starts again some attempts may find nobody.
    service("work", "end", service="gated", retry=10),
    end(),
    route="inner",
)


@contextmanager
def gated(folder: Path, port: int, engine: str, collector: str) -> Iterator[Any]:
    """The service, in a process of its own."""
    environment = {
        **os.environ,
        "ENGINE_URL": engine,
        "PORT": str(port),
        "WORKERS": "1",
        "ANNOUNCE_SECONDS": "0.2",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
    }
    command = [sys.executable, "-m", "service_sdk", "gated"]
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def begun(folder: Path) -> int:
    told = folder / "began"
    return int(told.read_text() or 0) if told.exists() else 0


def test_killed_replica_and_service_leave_one_tree(tmp_path: Path) -> None:
    (tmp_path / "gated.py").write_text(GATED)
    cluster = external.cluster()
    # Each does what comes to it, so it is known who does what.
    del cluster["nats_url"]
    port = free_port()

    with Collector() as collector:
        cluster |= {"otel_exporter_otlp_endpoint": collector.url}
        with replica(tmp_path, cluster) as second:
            # What is called and brought goes to the one that stays.
            cluster |= {"public_url": str(second.base_url)}
            for document in (INNER, OUTER):
                second.post("/services", json=document).raise_for_status()
            task = through_kills(tmp_path, cluster, collector, second, port)

            block_until(
                lambda: CAUSE.span_id in {one.parent_id for one in collector.spans}
            )
            # Told after the turn that each of them caused, and that may end the task.
            collector.wait_for("result", count=2)
            status = second.get(f"/tasks/{task}/status").json()

    spans = collector.spans
    by_id = {one.span_id: one for one in spans}
    tops = [one for one in spans if one.parent_id not in by_id]
    assert status["trace_id"] == CAUSE.trace_id
    assert {one.trace_id for one in spans} == {CAUSE.trace_id}
    assert [(one.name, one.parent_id) for one in tops] == [("outer", CAUSE.span_id)]
    assert {one.service for one in spans} == {ENGINE, "gated"}
    assert len({one.instance for one in spans if one.service == ENGINE}) == 2

    def above(span: Received) -> str:
        return by_id[span.parent_id].name

    (called,) = [one for one in spans if one.name == "inner" and above(one) != "outer"]
    *lost, done = sorted(
        (one for one in spans if one.name == "attempt" and above(one) == "work"),
        key=lambda one: one.started_at,
    )
    assert above(called) == "attempt"
    assert {one.failed for one in lost} == {True}
    assert not done.failed
    (job,) = [one for one in spans if one.name == "gated"]
    assert job.parent_id == done.span_id
    # The way of the result: service, engine.
    results = {above(one): one for one in spans if one.name == "result"}
    assert results.keys() == {"callback", "push"}
    assert not any(one.failed for one in results.values())


def through_kills(
    folder: Path,
    cluster: dict[str, str],
    collector: Collector,
    second: httpx.Client,
    port: int,
) -> str:
    """A task that the first replica starts; it and the service are killed meanwhile."""
    url = str(second.base_url)
    with replica(folder, cluster) as first:
        with gated(folder, port, url, collector.url) as service_process:
            block_until(lambda: second.get("/services/gated").is_success)
            started = first.post(
                "/services/outer", json={}, headers={TRACEPARENT: CAUSE.header}
            )
            task = str(started.json()["jobId"])
            block_until(lambda: begun(folder) == 1)
            # What it has told is there.
            collector.wait_for("code")
            service_process.kill()
        first.process.kill()

    with gated(folder, port, url, collector.url):
        block_until(lambda: begun(folder) == 2)
        (folder / "open").touch()
        block_until(
            lambda: second.get(f"/tasks/{task}/status").json()["status"] == "finished",
            explain=lambda: second.get(f"/tasks/{task}/status").text,
        )
        # The service ends with the block, and tells of its last second no more.
        for name in ("callback", "gated"):
            collector.wait_for(name)
    return task
