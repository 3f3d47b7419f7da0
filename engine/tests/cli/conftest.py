"""A marketplace in processes of its own, and commands that are given to it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from engine.cli.commands import app
from typer.testing import CliRunner, Result

from servers.waiting import block_until

from ..api.serving import serving

ROOT = Path(__file__).parents[3]
PASSWORD = "fish under blue stairs"
PHOTO = ROOT / "docs/pictures/astronaut.jpg"

# The marketplace starts in it. Only a machine with much to do needs so many.
PATIENCE_SECONDS = 150.0


class Started:
    """A command in a process of its own; what it says goes to a file."""

    def __init__(self, log: Path, *arguments: str, **environment: str) -> None:
        self.log = log
        with log.open("wb") as lines:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "engine.cli", *arguments],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.STDOUT,
                # A shell that runs the tests in the background lets them ignore
                # SIGINT, which its child processes would inherit.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")

    def says(self, pattern: str) -> str:
        """Wait until it says something like this; the first group, or all of it."""

        def look() -> bool:
            # Asked first: what it said at its end is there when it has ended.
            has_ended = self.process.poll() is not None
            has_said = re.search(pattern, self.said) is not None
            assert has_said or not has_ended, self.said
            return has_said

        block_until(
            look,
            seconds=PATIENCE_SECONDS,
            explain=lambda: f"no {pattern!r} in: {self.said}",
        )
        found = re.search(pattern, self.said)
        assert found
        return found[1] if found.re.groups else found[0]

    def ends(self, with_signal: signal.Signals | None = None) -> int:
        """Wait for its end, after this signal if one is given; the exit code."""
        if with_signal is not None:
            self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE_SECONDS)


def family(pid: int) -> set[int]:
    """The processes that a process started, and those that they did."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return set()

    children = {int(child) for child in listed.split()}
    return children.union(*map(family, children))


def lives(pid: int) -> bool:
    """Whether a process still runs; one that has ended and was not waited for (a
    zombie) does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False

    # The name of the program, in brackets, may hold spaces and brackets itself.
    state = stat.rpartition(")")[2].split()[0]
    return state != "Z"


@contextmanager
def started(log: Path, *arguments: str, **environment: str) -> Iterator[Started]:
    """A command that ends with the test, and all processes that it started."""
    command = Started(log, *arguments, **environment)
    try:
        yield command
    finally:
        # Asked before its end, when the processes that it started are still its own.
        left = family(command.process.pid)
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait()
        block_until(lambda: not any(map(lives, left)))


@pytest.fixture(scope="package")
def marketplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an engine with all services of this repository."""
    folder = tmp_path_factory.mktemp("marketplace")
    arguments = ("up", "--port", "0", "--data", str(folder / "data"))
    with started(folder / "log", *arguments) as command:
        yield command.says(r"is ready at (\S+)")
        assert command.ends(signal.SIGTERM) == 0, command.said


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Gives a command here, without a terminal."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object, **environment: str) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)), env=environment)

    return run


@contextmanager
def serving_accounts(folder: Path) -> Iterator[str]:
    """The address of an engine with accounts; its administrator `root`, with PASSWORD,
    was made before it started."""
    made = CliRunner().invoke(
        app,
        ["people", "add", "root", "--administrator", "--here"],
        env={"DATA_DIR": str(folder), "AUTH": "accounts"},
        input=PASSWORD,
    )
    assert made.exit_code == 0, made.output
    with serving(folder, auth="accounts") as server:
        yield server.url
