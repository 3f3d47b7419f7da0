"""The processes that are measured: started, read in /proc, ended."""

import os
import signal
import socket
import subprocess  # nosec B404: only programs that are named here are started
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from servers.memory import PROC, RESIDENT, forget_peak, memory
from servers.ports import HOST, free_port
from servers.waiting import block_until

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Process:
    """A program that listens at a port; the word PORT in its command stands for it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port or free_port()
        words = [word.replace("PORT", str(self.port)) for word in command]
        self._popen = subprocess.Popen(  # nosec B603: no input of others
            words, env={**os.environ, **(environment or {})}
        )
        self.pid = self._popen.pid
        self.url = f"http://127.0.0.1:{self.port}"

    def wait_until_it_listens(self, seconds: float = START_SECONDS) -> None:
        def listens() -> bool:
            if self._popen.poll() is not None:
                raise RuntimeError(f"{self._popen.args!r} did not start")

            with socket.socket() as probe:
                return probe.connect_ex((HOST, self.port)) == 0

        block_until(
            listens, seconds=seconds, explain=lambda: f"{self._popen.args!r} to listen"
        )

    def stop(self) -> None:
        self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()

    def cpu(self) -> float:
        """Seconds of user and system time, of the process and its descendants."""
        return sum(_seconds(pid) for pid in _family(self.pid))

    def memory(self, which: str = RESIDENT) -> int:
        """Bytes of the process alone."""
        return memory(self.pid, which)

    def forget_peak(self) -> None:
        forget_peak(self.pid)


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this repository."""
    return [sys.executable, "-m", module, *arguments]


def engine(folder: Path | str) -> list[str]:
    """The command that serves the engine, embedded, with its data in a folder."""
    return python("engine.cli", "serve", "--port", "PORT", "--data", str(folder))


ENGINE = {"LOG_LEVEL": "warning", "HTTP_ADDRESSES": "127.0.0.1"}
"""Settings of the engine: http nodes may reach this machine."""


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold spaces."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _seconds(pid: int) -> float:
    """CPU time of a process and of those of its children that have ended."""
    # Of the process by its clock (its number is that of clock_getcpuclockid(3)), which
    # has nanoseconds. /proc tells hundredths of a second: so long take four tasks.
    own = time.clock_gettime((~pid << 3) | 2)
    of_ended_children = sum(map(int, _stat(pid)[13:15]))
    return own + of_ended_children / TICKS_A_SECOND


def _family(pid: int) -> list[int]:
    parents: dict[int, int] = {}
    for name in filter(str.isdecimal, os.listdir(PROC)):
        try:
            parents[int(name)] = int(_stat(int(name))[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile

    # The list grows while it is read: children of children come, too.
    family = [pid]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family


@contextmanager
def stopping(*processes: Process) -> Iterator[None]:
    """Wait until they listen; whatever happens, end them."""
    try:
        for process in processes:
            process.wait_until_it_listens()
        yield
    finally:
        for process in processes:
            process.stop()
