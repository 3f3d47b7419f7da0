"""What other people wrote is shown as text: no markup, nothing a terminal obeys."""

import io
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from engine.cli.follow import Change
from engine.cli.listing import letter_table, route_table, task_table
from engine.cli.logs import PlainLines
from engine.cli.progress import Progress
from engine.cli.screen import Screen
from engine.cli.show import task_tree
from engine.cli.trouble import Trouble, fault_table
from marketplace_client.saving import file_name

# An end of a style that never began, the clipboard of the person, another title for
# the window, the one-byte form of an escape, a text that reads backwards, and half a
# character.
HOSTILE = "[/tag] :smile: \x1b]52;c;eA==\x07\x1b]0;x\x1b\\\x9b2J\u202eabc\ud800"
SHOWN = "[/tag] :smile: ]52;c;eA==]0;x\\2Jabc"
AT = "2026-01-01T12:00:00+00:00"

RUN: dict[str, Any] = {
    "status": HOSTILE,
    "started_at": AT,
    "ended_at": AT,
    "error": HOSTILE,
    "waits_for": None,
    "items": None,
    "attempts": 1,
    "round": 0,
}
TASK: dict[str, Any] = {
    "path": HOSTILE,
    "status": "error",
    "runs": {HOSTILE: RUN},
    "id": HOSTILE,
    "route": HOSTILE,
    "message": HOSTILE,
    "created_at": AT,
    "ended_at": AT,
    "frames": [],
}
ROUTE: dict[str, Any] = {
    "route": HOSTILE,
    "type": HOSTILE,
    "alive": True,
    "body": {HOSTILE: HOSTILE},
    "summary": HOSTILE,
}
LETTER = {
    "id": HOSTILE,
    "path": HOSTILE,
    "event": HOSTILE,
    "reason": HOSTILE,
    "died_at": AT,
}


def is_obeyed(text: str) -> bool:
    """Whether a terminal would do something else than show it."""
    return any(not letter.isprintable() and letter != "\n" for letter in text)


def progress_of(screen: Screen) -> Progress:
    progress = Progress([HOSTILE], screen)
    change = Change(
        path="t", node=HOSTILE, status="failed", at=AT, note=HOSTILE + HOSTILE
    )
    progress.take("t", change)
    return progress


@pytest.mark.parametrize(
    "make",
    [
        lambda: HOSTILE,
        lambda: route_table([ROUTE]),
        lambda: task_table([TASK]),
        lambda: letter_table([LETTER]),
        lambda: fault_table([{"node": HOSTILE, "message": HOSTILE}]),
        lambda: task_tree(TASK),
        lambda: progress_of(Screen(file=io.StringIO())).table(),
    ],
)
def test_a_hostile_text_is_shown_and_not_obeyed(make: Callable[[], Any]) -> None:
    said = io.StringIO()

    Screen(file=said, width=1000).print(make())

    assert SHOWN in said.getvalue()
    assert not is_obeyed(said.getvalue())


def test_the_lines_of_a_run_are_text() -> None:
    said = io.StringIO()

    progress_of(Screen(file=said, width=1000))

    assert SHOWN in said.getvalue()
    assert not is_obeyed(said.getvalue())


def test_on_a_terminal_only_the_styles_of_the_command_itself_remain() -> None:
    screen = Screen(force_terminal=True, width=1000)

    with screen.capture() as captured:
        screen.confirm(HOSTILE)

    assert SHOWN in captured.get()
    assert "\x1b[32m✓" in captured.get()
    for attack in ("\x1b]", "\x07", "\x9b", "\u202e"):
        assert attack not in captured.get()


def test_a_trouble_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    Trouble(HOSTILE, HOSTILE, [{"node": HOSTILE}]).show()

    said = capsys.readouterr().err
    assert said.count(SHOWN) == 3
    assert not is_obeyed(said)


def test_a_line_of_the_log_is_text() -> None:
    record = logging.makeLogRecord({"msg": "came: %s", "args": (HOSTILE,)})

    assert PlainLines().format(record) == f"came: {SHOWN}"


def test_the_name_of_a_file_is_text() -> None:
    headers = {
        "content-disposition": "attachment; filename*=UTF-8''a%C2%9B%7Fb%E2%80%AE.png"
    }

    assert file_name(httpx.Response(200, headers=headers)) == "ab.png"
