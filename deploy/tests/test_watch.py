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
from deploy.tests.watched import PATIENCE_SECONDS, WATCH
from deploy.watch.dashboards import DASHBOARDS, document
from servers.ports import HOST, free_port
from servers.prometheus import RUNBOOK as RUNBOOK_URL
from servers.prometheus import Alertmanager, Job, Prometheus
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


GUESSING = '''\
"""A service for tests."""

from service_sdk import Service, TryAgain, tell_model
from service_sdk.errors import ServiceError

service = Service("guessing", summary="For tests")
app = service.app
calls = []


@service.operation(route="guess")
def guess(fail: bool = False) -> float:
    """Every second try succeeds, if it is not told to fail."""
    if fail:
        raise ServiceError("on purpose")
    calls.append(fail)
    if len(calls) % 2:
        raise TryAgain("once more")
    tell_model("guesses", version="1", score=0.9)
    return 0.9
'''
GUESSED = {
    "type": "pipeline",
    "nodes": [
        {
            "id": "begin",
            "type": "entry",
            "api": {"route": "guessed", "body": {"fail": False}},
            "next": ["guess"],
        },
        {"id": "guess", "type": "service", "service": "guess", "next": ["rounds"]},
        {
            "id": "rounds",
            "type": "node",
            "after": "node.out['guess'] = 1",
            "next": ["result"],
        },
        END,
    ],
}

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
    leads = re.findall(r'runbook_url: "(.+)"', rules)

    base = "{{ $externalLabels.runbook }}"
    assert leads == [f"{base}#{alert.lower()}" for alert in alerts]
    assert sorted(alerts) == sorted(re.findall(r"(?m)^## (\w+)$", runbook))
    tried = re.findall(r"- alertname: (\w+)", tests)
    assert set(tried) == set(alerts)


@contextmanager
def guessing(engine: str, folder: Path) -> Iterator[Job]:
    """A service with a model, which the engine calls and Prometheus reads."""
    folder.mkdir()
    (folder / "guessing.py").write_text(GUESSING, "utf-8")
    port = free_port()
    environment = {
        **os.environ,
        "ENGINE_URL": f"http://{engine}",
        "PORT": str(port),
        "ANNOUNCE_SECONDS": "0.2",
    }
    command = [sys.executable, "-m", "service_sdk", "guessing"]
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            targets = [f"{HOST}:{port}"]
            yield {"job_name": "services", "static_configs": [{"targets": targets}]}
        finally:
            process.terminate()


def queries() -> Iterator[tuple[str, str, set[str]]]:
    """Where each one is, and the labels that its legend shows."""
    for name in DASHBOARDS:
        for panel in document(name)["panels"]:
            for target in panel["targets"]:
                legend = target["legendFormat"]
                where = f"{name}: {panel['title']}: {legend}"
                yield where, target["expr"], set(re.findall(r"{{(\w+)}}", legend))


def asked(prometheus: Prometheus, query: str) -> Any:
    filled = query.replace("$__rate_interval", RATE_INTERVAL)
    filled = filled.replace("$route", "guessed").replace("$service", "guess")
    answer = httpx.get(f"{prometheus.url}/api/v1/query", params={"query": filled})
    assert answer.is_success, f"{query}: {answer.text}"
    return answer.json()["data"]["result"]


def test_each_query_of_the_dashboards_finds_what_its_legend_shows(
    tmp_path: Path,
) -> None:
    with (
        running_engine(tmp_path / "engine", [GUESSED]) as (engine, _),
        guessing(engine, tmp_path / "service") as service,
        Prometheus.of(tmp_path / "watch", engine=engine, beside=[service]) as watch,
    ):
        silent: set[str] = set()

        def told() -> bool:
            # Again and again: a rate needs a counter that grows.
            for fail in (False, True):
                body = {"fail": fail}
                httpx.post(f"http://{engine}/services/guessed", json=body)
            silent.clear()
            silent.update(
                where
                for where, query, labels in queries()
                if not shown(asked(watch, query), labels)
            )
            return not silent

        block_until(
            told,
            seconds=PATIENCE_SECONDS,
            look_seconds=1,
            explain=lambda: f"nothing is shown of {sorted(silent)}",
        )


def shown(found: Any, labels: set[str]) -> bool:
    """Whether something was found, with each label that people see."""
    return bool(found) and all(labels <= one["metric"].keys() for one in found)


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
            said = json.dumps(alerts(engine))

    # What people open: it is whole, although the rules do not know where that is.
    assert f"{RUNBOOK_URL}#nobodyserves" in said


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
