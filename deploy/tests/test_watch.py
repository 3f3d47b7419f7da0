"""Real Prometheus and Alertmanager beside a real engine: `make test-watch`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.commands import ROOT
from deploy.tests.test_scaling import OBJECTS
from deploy.tests.watched import WATCH
from deploy.watch.dashboards import DASHBOARDS, document
from servers.ports import HOST, free_port
from servers.prometheus import Alertmanager, Prometheus
from servers.server import PROGRAMS_FOLDER
from servers.waiting import block_until

RUNBOOK = "docs/how-to/runbook.md"

# Shorter than Prometheus reads: so a rate over it has two samples.
RATE_INTERVAL = "10s"

END = {"id": "result", "type": "end"}
CALL = {"id": "far", "type": "service", "service": "nobody", "next": ["result"]}


def entry(route: str, following: str) -> Any:
    api = {"route": route, "body": {}}
    return {"id": "begin", "type": "entry", "api": api, "next": [following]}


ECHO = {"type": "pipeline", "nodes": [entry("alert", "result"), END]}
ASKS = {"type": "pipeline", "nodes": [entry("asks", "far"), CALL, END]}


@contextmanager
def engine_in(folder: Path) -> Iterator[str]:
    """Host and port of an engine with two pipelines, as long as the block."""
    with running_engine(folder) as (address, _):
        yield address


@contextmanager
def running_engine(
    folder: Path, pipelines: Sequence[Any] = (ECHO, ASKS), **settings: str
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, with its process; under these settings."""
    address = f"{HOST}:{free_port()}"
    command = [sys.executable, "-m", "engine.cli", "serve", "--data", str(folder)]
    with subprocess.Popen(
        [*command, "--port", address.partition(":")[2]], env={**os.environ, **settings}
    ) as process:
        try:
            block_until(lambda: is_ready(address))
            for pipeline in pipelines:
                answer = httpx.post(f"http://{address}/services", json=pipeline)
                assert answer.is_success, answer.text
            yield address, process
        finally:
            process.terminate()


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/readyz").is_success
    except httpx.TransportError:
        return False


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    program = PROGRAMS_FOLDER / "promtool"
    return subprocess.run(
        [program, *words], cwd=WATCH, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words", [("check", "rules", "rules.yaml"), ("test", "rules", "rules.test.yaml")]
)
def test_each_alert_fires_when_it_should(words: tuple[str, ...]) -> None:
    done = promtool(*words)

    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_leads_to_its_section_of_the_runbook_and_is_tried() -> None:
    rules = (WATCH / "rules.yaml").read_text("utf-8")
    runbook = (ROOT / RUNBOOK).read_text("utf-8")
    tests = (WATCH / "rules.test.yaml").read_text("utf-8")

    alerts = re.findall(r"- alert: (\w+)", rules)
    leads = re.findall(r"runbook_url: (\S+)", rules)

    assert leads == [f"{RUNBOOK}#{alert.lower()}" for alert in alerts]
    assert sorted(alerts) == sorted(re.findall(r"(?m)^## (\w+)$", runbook))
    tried = re.findall(r"- alertname: (\w+)", tests)
    assert set(tried) == set(alerts)


def queries() -> Iterator[tuple[str, str]]:
    for name in DASHBOARDS:
        for panel in document(name)["panels"]:
            for target in panel["targets"]:
                yield f"{name}: {panel['title']}", target["expr"]


def asked(prometheus: Prometheus, query: str) -> Any:
    filled = query.replace("$__rate_interval", RATE_INTERVAL)
    filled = filled.replace("$route", "alert").replace("$service", "nobody")
    answer = httpx.get(f"{prometheus.url}/api/v1/query", params={"query": filled})
    assert answer.is_success, f"{query}: {answer.text}"
    return answer.json()["data"]["result"]


def test_each_query_of_the_dashboards_is_answered(tmp_path: Path) -> None:
    with engine_in(tmp_path / "engine") as engine:
        with Prometheus.of(tmp_path / "prometheus", engine=engine) as prometheus:
            httpx.post(f"http://{engine}/services/asks", json={})

            def told() -> bool:
                # Again and again: a rate needs a counter that grows.
                httpx.post(f"http://{engine}/services/alert", json={})
                query = 'rate(marketplace_task_ends_total{end="finished"}[10s]) > 0'
                return bool(asked(prometheus, query))

            block_until(told)
            answers = {where: asked(prometheus, query) for where, query in queries()}

    # Nothing has failed, no code ran, the service has never been called, and none with
    # a model is read.
    silent = {where for where, found in answers.items() if not found}
    assert not {where for where in silent if where.startswith("overview")}
    assert silent <= {
        "route: Failures, by node and kind",
        "route: Where the time goes: seconds of a run, by node",
        "service: Calls that end",
        "service: How long calls take that succeed",
        "service: Calls that repeat one that failed",
        "service: Models: instances by version (of all services that are scraped)",
        "service: Models: how sure they are",
        "engine: Saves that fail",
    }


def test_what_waits_for_a_service_without_a_pod_wakes_it(tmp_path: Path) -> None:
    """KEDA asks this query: over 0 it starts pods, at 0 for long it takes them away."""
    query = query_of("service-digit-recognition")
    with engine_in(tmp_path / "engine") as engine:
        call = {**CALL, "service": "digit-recognize"}
        asks = {"type": "pipeline", "nodes": [entry("wakes", "far"), call, END]}
        httpx.post(f"http://{engine}/services", json=asks).raise_for_status()

        with Prometheus.of(tmp_path / "prometheus", engine=engine) as prometheus:
            before = asked(prometheus, query)
            started = httpx.post(f"http://{engine}/services/wakes", json={})
            block_until(lambda: value_of(asked(prometheus, query)) == 1)

            task = started.json()["jobId"]
            status = httpx.get(f"http://{engine}/tasks/{task}/status").json()
            httpx.post(f"http://{engine}/tasks/{task}/cancel")
            block_until(lambda: value_of(asked(prometheus, query)) == 0)

    assert value_of(before) == 0
    (waits,) = status["waiting"]
    assert "no service announces “digit-recognize”" in waits["for"]


def query_of(name: str) -> str:
    """What the ScaledObject of a service asks Prometheus."""
    (one,) = [one for one in OBJECTS if one["metadata"]["name"] == name]
    query: str = one["spec"]["triggers"][0]["metadata"]["query"]
    return query


def value_of(found: Any) -> float:
    """Without a series KEDA takes 0."""
    return float(found[0]["value"][1]) if found else 0.0


def test_an_alert_reaches_a_route_of_ours(tmp_path: Path) -> None:
    quick = tmp_path / "rules.yaml"
    rules = (WATCH / "rules.yaml").read_text("utf-8")
    quick.write_text(re.sub(r"\bfor: \w+", "for: 0s", rules), "utf-8")

    with engine_in(tmp_path / "engine") as engine:
        route = f"http://{engine}/services/alert"
        with (
            Alertmanager(tmp_path / "alertmanager", route) as alertmanager,
            Prometheus.of(
                tmp_path / "prometheus",
                engine=engine,
                rules=[quick],
                alertmanager=f"127.0.0.1:{alertmanager.port}",
            ),
        ):
            httpx.post(f"http://{engine}/services/asks", json={})

            def told() -> bool:
                return "NobodyServes" in json.dumps(alerts(engine))

            block_until(told)


def alerts(engine: str) -> list[Any]:
    """What the tasks of the route `alert` were given."""
    tasks = httpx.get(f"http://{engine}/tasks", params={"route": "alert"}).json()[
        "items"
    ]
    found = []
    for task in tasks:
        output = httpx.get(f"http://{engine}/tasks/{task['id']}")
        if output.is_success:
            found.append(output.json())
    return found
