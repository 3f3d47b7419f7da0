"""What programs read in the log: with LOG_FORMAT=json one object a line."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine.cli.logs import TALKATIVE, JsonLines, configure_logs
from engine.cli.trouble import Trouble
from engine.domain.frame import FramePath
from engine.usecases.log_context import begin_turn, note_trace

from .conftest import started


def record(message: str, *, failed: bool = False) -> logging.LogRecord:
    reason = None
    if failed:
        try:
            raise ValueError("no paper")
        except ValueError:
            reason = sys.exc_info()
    return logging.LogRecord("engine", logging.WARNING, "", 1, message, (), reason)


def test_each_line_is_an_object(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    options = ("--log-format", "json")

    with started(tmp_path / "log", *arguments, *options) as engine:
        engine.says(r"listening at ([^,]+)")

    lines = (tmp_path / "log").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert {"time", "level", "logger", "message"} <= told[0].keys()


def test_a_line_break_in_a_message_makes_no_second_line() -> None:
    line = JsonLines().format(record('a\n{"level": "error"}'))

    assert "\n" not in line
    assert json.loads(line)["message"] == 'a\n{"level": "error"}'


def test_what_happens_in_a_turn_names_the_task() -> None:
    begin_turn(FramePath("t/faces[2]"))

    told = json.loads(JsonLines().format(record("slow")))

    assert (told["task"], told["frame"]) == ("t", "t/faces[2]")


def test_what_happens_in_a_turn_names_the_trace() -> None:
    begin_turn(FramePath("t"))
    note_trace(FramePath("t"), "a" * 32)
    told = json.loads(JsonLines().format(record("slow")))
    # The next turn of the same lane is that of a task without one.
    begin_turn(FramePath("u"))
    other = json.loads(JsonLines().format(record("slow")))

    assert told["trace"] == "a" * 32
    assert "trace" not in other


def test_an_error_comes_with_its_traceback() -> None:
    told = json.loads(JsonLines().format(record("failed", failed=True)))

    assert "ValueError: no paper" in told["error"]


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
