"""With LOG_FORMAT=json each line that a service writes is an object."""

import base64
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from json_lines import JsonLines
from json_lines.lines import MAX_ERROR_CHARACTERS, MAX_MESSAGE_CHARACTERS
from loud_service import HOSTILE
from service_sdk.testing import FakeEngine, Loopback
from trace_spans import TRACEPARENT, TraceContext

from servers.otlp import Collector
from servers.ports import free_port

HERE = Path(__file__).parent
ADDRESS = b'["5e0c/faces[2]","blur",3,"x"]'
TASK_ID = base64.urlsafe_b64encode(ADDRESS).decode() + ".signature"
CAUSE = TraceContext("c" * 32, "d" * 16)


@contextmanager
def loud(log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The service in a process of its own, without a locale."""
    environment = {**os.environ, "LOG_FORMAT": "json", "PYTHONWARNINGS": "always"}
    environment |= {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"} | settings
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [sys.executable, "-m", "service_sdk", "loud_service"],
            cwd=HERE,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


def read(log: Path) -> list[dict[str, Any]]:
    """Each line of the log; one that is no object fails the test."""
    told = [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]
    assert all({"time", "level", "logger", "message"} <= one.keys() for one in told)
    return told


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_each_line_of_a_service_is_an_object_whatever_its_work_writes(
    kind: str, tmp_path: Path
) -> None:
    engine = FakeEngine()
    with (
        Collector() as collector,
        Loopback(engine.app) as server,
        loud(
            tmp_path / "log",
            ENGINE_URL=server.url,
            PORT=str(free_port()),
            WORKERS="1",
            WORKER_KIND=kind,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        ) as running,
    ):
        httpx.post(
            engine.announcement("shout")["url"],
            params={"callback_url": f"{server.url}/callback", "task_id": TASK_ID},
            json={"text": HOSTILE.replace("\udc80", "")},
            headers={TRACEPARENT: CAUSE.header},
        ).raise_for_status()
        engine.reply(TASK_ID)
        running.send_signal(signal.SIGTERM)
        running.wait()

    told = read(tmp_path / "log")
    by_logger = {one["logger"]: one for one in told}
    about = {
        "task": "5e0c",
        "frame": "5e0c/faces[2]",
        "node": "blur",
        "attempt": 3,
        "trace": CAUSE.trace_id,
    }
    for name in ("stdout", "stderr", "third.party", "py.warnings", "service_sdk.work"):
        assert about.items() <= by_logger[name].items(), name
    assert "RuntimeError" in by_logger["service_sdk.work"]["error"]
    assert "RuntimeError" in by_logger["process"]["error"]
    assert "uvicorn.error" in by_logger
    assert not any(one["message"] == "forged" for one in told if "text" in one)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"FAIL_AT_IMPORT": "1"}, "ImportError"),
        ({"PORT": "harbour"}, "PORT='harbour'"),
        ({"WORKER_KIND": HOSTILE.replace("\udc80", "")}, "WORKER_KIND must be"),
        ({"PORT": "1", "HOST": "192.0.2.1"}, "Cannot assign"),
    ],
    ids=["import", "setting", "choice", "address"],
)
def test_why_a_service_does_not_start_is_an_object_too(
    settings: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with loud(tmp_path / "log", **settings) as running:
        code = running.wait(60)

    told = read(tmp_path / "log")
    assert code != 0
    assert any(reason in one["message"] + one.get("error", "") for one in told), told


def test_a_form_of_lines_that_is_none_is_refused(tmp_path: Path) -> None:
    with loud(tmp_path / "log", LOG_FORMAT="xml") as running:
        code = running.wait(60)

    assert code == 1
    assert "LOG_FORMAT='xml'" in (tmp_path / "log").read_text()


def test_a_line_stays_short_enough_for_what_gathers_lines() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "é" * 100_000, (), None)
    record.exc_text = "frame\n" * 50_000 + "ValueError: the end"

    line = json.loads(JsonLines().format(record))

    assert len(line["message"]) <= MAX_MESSAGE_CHARACTERS + 3
    assert len(line["error"]) <= MAX_ERROR_CHARACTERS + 3
    assert line["error"].endswith("ValueError: the end")
