"""A real server in a process of its own, which can be killed, frozen, started again."""

import os
import signal
import subprocess  # nosec B404 # only what binaries.py names is started
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from servers.ports import free_port
from servers.waiting import WAIT_SECONDS, GaveUp, block_until

PROGRAMS_FOLDER = Path(__file__).parent.parent / ".servers" / "bin"

# One question to a server on this machine. A frozen one accepts the connection, and
# never answers.
ANSWER_SECONDS = 1.0

LOG_LINES_IN_ERRORS = 10

# A shell that waits for the end of its input, which comes when this process ends, in
# whatever way. Then it kills the server and what the server started ($0 is its pid).
KILL_WHEN_INPUT_ENDS = 'read -r _; kill -s KILL -- "-$0"'


class DidNotStart(Exception):
    """The server does not answer; the end of its log says why."""

    def __init__(self, program: str, log: Path) -> None:
        super().__init__(program, log)
        self.program = program
        self.log = log

    def __str__(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        end = lines[-LOG_LINES_IN_ERRORS:]
        return "\n".join([f"{self.program} did not start. The end of its log:", *end])


class Missing(Exception):
    """The server's program was not fetched yet."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program

    def __str__(self) -> str:
        path = PROGRAMS_FOLDER / self.program
        command = f"python -m servers.binaries {self.program}"
        return f"there is no {path}. To fetch it: {command}"


class Control(ABC):
    """What can be done to a server, whether it is one process or several."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is, in the form that the engine's settings expect."""

    @abstractmethod
    def start(self) -> None:
        """Returns when it can be used. Does nothing if it can be used already."""

    @abstractmethod
    def stop(self) -> None:
        """End it as an operator does. Does nothing if it has ended."""

    @abstractmethod
    def kill(self) -> None:
        """End it without a warning. Does nothing if it has ended."""

    @abstractmethod
    def freeze(self) -> None:
        """From now on it does nothing; its connections stay open."""

    @abstractmethod
    def thaw(self) -> None:
        """It continues where it was frozen."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


class Server(Control):
    """One process that keeps its port, its data and its log in a folder."""

    program: str
    environment: dict[str, str] = {}

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()

        self.log = folder / f"{self.program}.log"
        self.log.touch()

        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def arguments(self) -> list[str]:
        """What stands behind the program's name."""

    @abstractmethod
    def is_usable(self) -> bool:
        """Whether it can be used now; may raise OSError if it cannot."""

    @property
    def executable(self) -> Path:
        """The file that is started."""
        return PROGRAMS_FOLDER / self.program

    @property
    def pid(self) -> int:
        assert self._process, f"{self.program} was not started"  # nosec B101 # a test's
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process exists, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process if it is not there; `wait` returns when it can be used."""
        if self.alive:
            return

        # If the process ended by itself, its guard is still there.
        self.kill()

        if not self.executable.exists():
            raise Missing(self.program)

        command = [str(self.executable), *self.arguments()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,  # nosec B603 # no input of others
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A session of its own: Ctrl-C goes to the process that started it,
                # and its group can be killed as a whole.
                start_new_session=True,
            )

        self._guard = subprocess.Popen(  # nosec B603 # no input of others
            ["/bin/sh", "-c", KILL_WHEN_INPUT_ENDS, str(self.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Returns when it can be used; raises `DidNotStart` if it never can."""

        def started() -> bool:
            if not self.alive:
                raise DidNotStart(self.program, self.log)
            return self.answers()

        try:
            block_until_started(started, self.program, self.log)
        except DidNotStart:
            self.kill()
            raise

    def answers(self) -> bool:
        """Whether it can be used now."""
        try:
            return self.is_usable()
        except OSError:
            return False

    def stop(self) -> None:
        # A frozen process does not see the signal that ends it.
        self.thaw()
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        if not self.alive:
            return

        self._signal(signal.SIGSTOP)

        # Its threads stop one after the other. Until the last one has, it may answer.
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        # `send_signal` does nothing for a process that has ended.
        if self._process:
            self._process.send_signal(sign)

    def _end(self, sign: signal.Signals) -> None:
        if not self._process or not self._guard:
            return

        self._signal(sign)
        self._process.wait(WAIT_SECONDS)

        # What it started and left behind.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

        # Before another process can have that pid, which the guard would kill.
        self._guard.kill()
        self._guard.communicate()


def block_until_started(
    holds: Callable[[], bool], program: str, log: Path, seconds: float = WAIT_SECONDS
) -> None:
    """Returns when the condition holds; raises `DidNotStart` if it does not in time."""
    try:
        block_until(holds, seconds=seconds)
    except GaveUp as error:
        raise DidNotStart(program, log) from error
