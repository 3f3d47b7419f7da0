"""What programs read in the log: with LOG_FORMAT=json one object a line."""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import end, node, starting_with
from engine.cli.logs import TALKATIVE, configure_logs
from engine.cli.trouble import Trouble
from engine.domain.frame import FramePath
from engine.usecases import log_context
from engine.usecases.log_context import begin_attempt, begin_turn, note_trace
from json_lines import JsonLines

from servers.ports import free_port
from servers.waiting import block_until

from .conftest import started

HOSTILE = 'a\n{"level": "error", "message": "forged"}\x1b[2J\u2028\x85"'


def about() -> dict[str, Any]:
    """A line that is logged now."""
    record = logging.LogRecord("engine", logging.WARNING, "", 1, "slow", (), None)
    line: dict[str, Any] = json.loads(JsonLines(log_context.about).format(record))
    return line


def read(log: Path) -> list[dict[str, Any]]:
    """Each line of a log; one that is no object fails the test."""
    told = [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]
    assert all({"time", "level", "logger", "message"} <= one.keys() for one in told)
    assert not any(one["message"] == "forged" for one in told)
    return told


def test_each_line_of_an_engine_is_an_object_whatever_it_meets(tmp_path: Path) -> None:
    pipelines = tmp_path / "pipelines"
    pipelines.mkdir()
    name = HOSTILE.replace("/", "")
    (pipelines / f"{name}.json").write_text(HOSTILE)
    document = starting_with(node("step", "end"), end(), route="short")
    (pipelines / "short.json").write_text(json.dumps(document))
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    settings = {
        "LOG_FORMAT": "json",
        "PIPELINES_DIR": str(pipelines),
        # Nobody listens there: a library of others logs what goes wrong.
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "PYTHONWARNINGS": "always",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
    }

    with started(tmp_path / "log", *arguments, **settings) as engine:
        url = engine.says(r"listening at ([^,]+)")
        task = httpx.post(f"{url}/services/short", json={}).json()["jobId"]
        block_until(lambda: has_ended(url, task))
        engine.says("opentelemetry")
        assert engine.ends(signal.SIGTERM) in (0, -signal.SIGTERM)

    told = read(tmp_path / "log")
    assert any("is not published" in one["message"] for one in told)
    assert any(one["logger"].startswith("opentelemetry") for one in told)


def has_ended(url: str, task: str) -> bool:
    status: str = httpx.get(f"{url}/tasks/{task}/status").json()["status"]
    return status in ("finished", "error")


@pytest.mark.parametrize(
    ("arguments", "settings", "reason"),
    [
        (["--no-such-option"], {}, "no-such-option"),
        (["--port", "harbour"], {}, "--port"),
        ([], {"PORT": "harbour"}, "PORT"),
        ([], {"LOG_LEVEL": HOSTILE}, "is not a log level"),
        ([], {"DATA_DIR": "/proc/none"}, "/proc/none"),
        ([], {"MONGO_URL": "mongodb://%zz"}, "MONGO_URL"),
        ([], {"HOST": "192.0.2.1", "ALLOW_REMOTE": "1", "AUTH": "accounts"}, "192.0"),
    ],
    ids=["option", "port", "setting", "level", "folder", "store", "address"],
)
def test_why_an_engine_does_not_start_is_an_object_too(
    arguments: list[str], settings: dict[str, str], reason: str, tmp_path: Path
) -> None:
    given = {"LOG_FORMAT": "json", "DATA_DIR": str(tmp_path / "data"), "PORT": "0"}

    with started(tmp_path / "log", "serve", *arguments, **given | settings) as engine:
        code = engine.ends()

    told = read(tmp_path / "log")
    assert code != 0
    assert reason in " ".join(one["message"] for one in told), told


BREAKS = """
import logging, sys, threading
from engine.cli.logs import configure_logs

configure_logs("info", times=True, form="json")
print(sys.argv[1])
threading.Thread(target=lambda: 1 / 0).start()
logging.getLogger("x").info("%d", sys.argv[1])

class Left:
    def __del__(self):
        raise OSError(sys.argv[1])

Left()
raise ValueError(sys.argv[1])
"""


def test_what_nobody_catches_is_an_object_too(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-c", BREAKS, HOSTILE]
        ended = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT)

    told = read(tmp_path / "log")
    errors = " ".join(one.get("error", "") for one in told)
    assert ended.returncode == 1
    assert all(name in errors for name in ("ZeroDivision", "OSError", "ValueError"))
    assert "arguments cannot be written" in " ".join(one["message"] for one in told)


def test_what_happens_in_a_turn_names_the_task() -> None:
    begin_turn(FramePath("t/faces[2]"))

    told = about()

    assert (told["task"], told["frame"]) == ("t", "t/faces[2]")


def test_what_happens_in_a_turn_names_the_trace() -> None:
    begin_turn(FramePath("t"))
    note_trace(FramePath("t"), "a" * 32)
    told = about()
    # The next turn of the same lane is that of a task without one.
    begin_turn(FramePath("u"))

    assert told["trace"] == "a" * 32
    assert "trace" not in about()


def test_what_happens_in_a_call_names_node_and_attempt_until_the_next_turn() -> None:
    begin_attempt(FramePath("t"), "blur", 2)
    told = about()
    begin_turn(FramePath("t"))

    assert (told["task"], told["node"], told["attempt"]) == ("t", "blur", 2)
    assert "node" not in about()


def test_another_form_is_refused() -> None:
    with pytest.raises(Trouble, match="xml"):
        configure_logs("info", times=True, form="xml")


@pytest.fixture
def restored() -> Iterator[None]:
    """Levels of loggers are those of the whole process."""
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name in (*TALKATIVE, "uvicorn", "httpx"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_at_level_debug_no_library_quotes_what_goes_through_it(
    restored: None,
) -> None:
    logging.getLogger().handlers.clear()

    configure_logs("debug", times=False)

    assert logging.getLogger("engine").isEnabledFor(logging.DEBUG)
    for name in ("pymongo.command", "botocore.endpoint", "httpcore.http11"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
        assert logging.getLogger(name).isEnabledFor(logging.INFO)
