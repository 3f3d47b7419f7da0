"""How long the engine takes from the start of its process until it is ready."""

import socket
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.processes import ENGINE, Process, engine
from servers.waiting import block_until

ROUNDS = 7
LOOK_SECONDS = 0.005
MAX_SECONDS = 60.0

READYZ = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
READY = b"HTTP/1.1 200"


def measure_start(rounds: int = ROUNDS) -> dict[str, Any]:
    """A row of the table; each start has a new folder."""
    seconds = []
    cpu = []
    for _ in range(rounds):
        with TemporaryDirectory(prefix="bench-") as folder:
            began = time.perf_counter()
            process = Process(engine(Path(folder) / "data"), environment=ENGINE)
            try:
                _wait_until_ready(process.port)
                seconds.append(time.perf_counter() - began)
                cpu.append(process.cpu())
            finally:
                process.stop()

    return {
        "title": "start of the engine, until it is ready",
        "seconds": median(seconds),
        "cpu_seconds": median(cpu),
        "by_round": seconds,
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
