"""Completion: what a person sees who presses Tab in a real shell."""

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from engine.cli.commands import app
from engine.cli.completion import completions
from typer.testing import Result

NOBODY = "http://127.0.0.1:9"
SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
PATIENCE_SECONDS = 60.0
"""For one word: the command starts anew for it, perhaps on a busy machine."""
PROMPT = "ready> "
ESCAPE = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
"""What a terminal obeys, such as an order to mark pasted text."""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["descr"], ["describe"]),
        (["sched"], ["schedules"]),
        (["schedules", "pa"], ["pause"]),
        (["push", "--eng"], ["--engine"]),
        (["run", "--ou"], ["--output"]),
        (["tasks", ""], []),
        (["nothing", "x", "y"], []),
        (["complete-w"], []),
        # No engine answers, or its address is none.
        (["run", ""], []),
        (["run", "face-blur", "--ima"], []),
        (["--engine", "http://[", "describe", ""], []),
    ],
)
def test_commands_and_options_are_completed_without_an_engine(
    typed: list[str], expected: list[str]
) -> None:
    assert completions(typer.main.get_command(app), typed, NOBODY) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["run", "face-b"], ["face-blur"]),
        (["run", "-o", "out", "face-b"], ["face-blur"]),
        (["describe", "image-resi"], ["image-resize"]),
        (["versions", "face-blu"], ["face-blur"]),
        (["schedules", "add", "face-blu"], ["face-blur"]),
        (["run", "image-resize", "--wid"], ["--width"]),
        (["run", "image-resize", "--image", "a", "--wid"], ["--width"]),
        (["run", "image-resize", "--width", ""], []),
        (["describe", "image-resize", "--wi"], []),
        # Only a route is completed by routes.
        (["secrets", "delete", "face-b"], []),
        (["versions", "face-blur", "face-b"], []),
    ],
)
def test_routes_and_their_options_are_completed(
    marketplace: str, typed: list[str], expected: list[str]
) -> None:
    group = typer.main.get_command(app)

    assert completions(group, typed, marketplace) == expected
    # The engine that is named in the line is asked.
    command, *others = typed
    named = [command, "--engine", marketplace, *others]
    assert completions(group, named, NOBODY) == expected


@pytest.mark.parametrize("name", sorted(SHELLS))
def test_a_shell_gets_its_completion(give: Callable[..., Result], name: str) -> None:
    assert "complete-words" in give("completion", name).output
    assert give("completion", "fish").exit_code != 0


class Shell:
    """A shell in a terminal, at which somebody types."""

    def __init__(self, name: str, folder: Path, **environment: str) -> None:
        programs = Path(sys.executable).parent
        self._shown = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            kept = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}
            plain = {"TERM": "dumb", "PS1": PROMPT, "LANG": "C.UTF-8", "COLUMNS": "200"}
            os.execvpe(name, SHELLS[name], kept | plain | environment)

    def types(self, text: str) -> None:
        """Type it, as a person does: what was shown before counts no more."""
        self._shown = ""
        os.write(self._terminal, text.encode())

    def shows(self, pattern: str) -> None:
        """Wait until the terminal shows something like this."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not re.search(pattern, self._shown):
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._terminal], [], [], max(left, 0))
            assert ready, f"no {pattern!r} in: {self._shown!r}"
            self._shown += os.read(self._terminal, 4096).decode(errors="replace")
            self._shown = ESCAPE.sub("", self._shown)

    def close(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)


@pytest.fixture(params=sorted(SHELLS))
def shell(
    request: pytest.FixtureRequest, tmp_path: Path, marketplace: str
) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    (tmp_path / "a photo.jpg").touch()
    (tmp_path / "faces.jpg").touch()

    shell = Shell(request.param, tmp_path, ENGINE_URL=marketplace)
    shell.types(f'PS1="{PROMPT}"; eval "$(marketplace completion {request.param})"\n')
    shell.types("echo loaded $?\n")
    shell.shows(rf"(?s)loaded 0\s.*{PROMPT}")
    yield shell
    shell.close()


def test_tab_completes_in_a_real_shell(shell: Shell) -> None:
    shell.types("marketplace descr\t")
    shell.shows(r"marketplace describe $")

    shell.types("face-b\t")
    shell.shows(r"face-blur $")

    # Ctrl-U: another line.
    shell.types("\x15marketplace run image-resi\t")
    shell.shows(r"run image-resize $")
    shell.types("--wid\t")
    shell.shows(r"--width $")
    shell.types("160 --image fac\t")
    shell.shows(r"--image faces.jpg $")
    shell.types("\x15marketplace run face-blur image=@fac\t")
    shell.shows(r"image=@faces.jpg $")


def test_no_command_takes_the_name_of_another() -> None:
    # Groups without a name lay their commands beside those of `app`: the last one of a
    # name would silently replace the others.
    unnamed = [one.typer_instance for one in app.registered_groups if not one.name]

    names = [
        command.name or command.callback.__name__.replace("_", "-")
        for group in (app, *filter(None, unnamed))
        for command in group.registered_commands
        if command.callback
    ]

    assert [name for name in names if names.count(name) > 1] == []
