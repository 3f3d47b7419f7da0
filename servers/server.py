"""A real server in a process of its own, which can be killed, frozen, started again."""

import os
import random
import signal
import socket
import subprocess  # nosec B404 # only what binaries.py names is started
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

BIN = Path(__file__).parent.parent / ".servers" / "bin"
HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds; only a machine in trouble needs them
# below those that the system gives to clients, which could take a dead server's
PORTS = range(20_000, 32_000)
# ends the server, and what it started, when this process is gone, however it ended:
# then `read` returns
WATCH = 'read -r _; kill -s KILL -- "-$0"'


class DidNotStart(Exception):
    """The server does not answer; the end of its log says why."""

    def __init__(self, program: str, log: Path) -> None:
        super().__init__(program, log)
        self.program, self.log = program, log

    def __str__(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-10:]
        return "\n".join([f"{self.program} did not start:", *lines])


class Missing(Exception):
    """The server's program was not fetched yet."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program

    def __str__(self) -> str:
        return (
            f"there is no {BIN / self.program}: python -m servers.binaries fetches it"
        )


class Control(ABC):
    """What can be done to a server, be it one process or several."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is, as the engine's settings want it."""

    @abstractmethod
    def start(self) -> None:
        """Returns when it can be used; nothing to do if it can be."""

    @abstractmethod
    def stop(self) -> None:
        """End it as an operator does; nothing to do if it has ended."""

    @abstractmethod
    def kill(self) -> None:
        """End it without a warning; nothing to do if it has ended."""

    @abstractmethod
    def freeze(self) -> None:
        """It does nothing from now on; its connections stay open."""

    @abstractmethod
    def thaw(self) -> None:
        """It goes on where it was frozen."""

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
        self.folder, self.port = folder, free_port()
        self.log = folder / f"{self.program}.log"
        self.log.touch()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def arguments(self) -> list[str]:
        """What stands behind the program's name."""

    @abstractmethod
    def ask(self) -> bool:
        """Whether it can be used now; may raise OSError if it cannot."""

    @property
    def pid(self) -> int:
        assert self._process, f"{self.program} was not started"  # nosec B101 # a test's
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process is there, frozen or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process if it is not there; `wait` returns when it can be used."""
        if self.alive:
            return
        self.kill()  # if it ended by itself, its watch is still there
        if not (BIN / self.program).exists():
            raise Missing(self.program)
        command = [str(BIN / self.program), *self.arguments()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,  # nosec B603 # no input of others
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for who started it
            )
        self._watch = subprocess.Popen(  # nosec B603 # no input of others
            ["/bin/sh", "-c", WATCH, str(self.pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Returns when it can be used; raises `DidNotStart` if it never can."""
        if not until(lambda: not self.alive or self.answers()) or not self.alive:
            self.kill()
            raise DidNotStart(self.program, self.log)

    def answers(self) -> bool:
        """Whether it can be used now."""
        try:
            return self.ask()
        except OSError:
            return False

    def stop(self) -> None:
        self.thaw()
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        if self.alive:
            self._signal(signal.SIGSTOP)
            # its threads stop one after the other
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(sign)  # nothing happens once it has ended

    def _end(self, sign: signal.Signals) -> None:
        if not self._process or not self._watch:
            return
        self._signal(sign)
        self._process.wait(PATIENCE)
        with suppress(ProcessLookupError):  # what it started and left behind
            os.killpg(self.pid, signal.SIGKILL)
        self._watch.kill()  # before anybody else can have that pid
        self._watch.communicate()


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it holds at last."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.02)
    return held


def free_port() -> int:
    """A port that nobody listens at, and that no client is ever given."""
    while True:
        port = random.choice(PORTS)  # nosec B311 # no secret
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return port
