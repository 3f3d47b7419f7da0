"""How long the engine takes from the start of its process until it is ready."""

import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.processes import ENGINE, Process, engine
from servers.waiting import block_until

ROUNDS = 7

# Python keeps what it has compiled, unless it is told not to, as in some containers:
# then each start compiles a thousand modules, which takes longer than all the rest.
COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
LOOK_SECONDS = 0.005
MAX_SECONDS = 60.0

READYZ = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
READY = b"HTTP/1.1 200"


def measure_start(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Rows of the table: the first start of all, and those that follow it.

    Each has a new folder for its data. The first compiles all that it imports.
    """
    with TemporaryDirectory(prefix="bench-") as compiled:
        environment = ENGINE | COMPILED_ONCE | {"PYTHONPYCACHEPREFIX": compiled}
        first, *others = (_start(environment) for _ in range(rounds + 1))

    return [
        _row("first start of the engine, nothing compiled", [first]),
        _row("start of the engine, until it is ready", others),
    ]


class _Start(NamedTuple):
    seconds: float
    cpu_seconds: float


def _start(environment: Mapping[str, str]) -> _Start:
    """Start an engine, and stop it when it is ready."""
    with TemporaryDirectory(prefix="bench-") as folder:
        began = time.perf_counter()
        process = Process(engine(Path(folder) / "data"), environment=environment)
        try:
            _wait_until_ready(process.port)
            return _Start(time.perf_counter() - began, process.cpu())
        finally:
            process.stop()


def _row(title: str, starts: Sequence[_Start]) -> dict[str, Any]:
    return {
        "title": title,
        "seconds": median(start.seconds for start in starts),
        "cpu_seconds": median(start.cpu_seconds for start in starts),
        "by_round": [start.seconds for start in starts],
    }


def _wait_until_ready(port: int) -> None:
    block_until(
        lambda: _answer(port).startswith(READY),
        seconds=MAX_SECONDS,
        look_seconds=LOOK_SECONDS,
        explain=lambda: "the engine to be ready",
    )


def _answer(port: int) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(READYZ)
            return connection.recv(len(READY), socket.MSG_WAITALL)
    except OSError:
        return b""
