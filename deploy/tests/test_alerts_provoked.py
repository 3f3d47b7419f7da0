"""Each alert that a state of a real engine can cause fires in a real Prometheus.

promtool tries the times of the rules (`rules.test.yaml`); here they are none, so that
nobody waits. Those that need more than an engine are in test_alerts_beside.py.
"""

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from deploy.tests.test_watch import END, entry, running_engine
from deploy.tests.watched import PATIENCE_SECONDS, firing, rules_at_once
from servers.prometheus import Prometheus
from servers.waiting import block_until

FILLER_BYTES = 64 << 10
SMALL_DISK = "64m"

FAILING = {
    "type": "pipeline",
    "nodes": [
        entry("failing", "breaks"),
        {
            "id": "breaks",
            "type": "node",
            "after": "node.out['x'] = 1 / 0",
            "next": ["result"],
        },
        END,
    ],
}

Provoke = Callable[["Watched"], None]


class Watched:
    """An engine in a process of its own, and what a Prometheus makes of it."""

    def __init__(self, address: str, folder: Path, process: Any, url: str) -> None:
        self.address = address
        self.folder = folder
        self.process = process
        self._prometheus = url

    def start(self, route: str) -> None:
        """Start a task; that it cannot be started is a part of some states."""
        try:
            httpx.post(f"http://{self.address}/services/{route}", json={}, timeout=10)
        except httpx.TransportError:
            return

    def firing(self) -> set[str]:
        return firing(self._prometheus)


def fail_often(watched: Watched) -> None:
    for _ in range(3):
        watched.start("failing")


def ask_for_nobody(watched: Watched) -> None:
    watched.start("asks")


def freeze(watched: Watched) -> None:
    """The process gets no CPU for a second, as on a machine with far too much to do."""
    watched.process.send_signal(signal.SIGSTOP)
    time.sleep(1)
    watched.process.send_signal(signal.SIGCONT)


def hold_up_saves(watched: Watched) -> None:
    """Another program has the lock of the file for longer than a second."""
    file = watched.folder / "engine.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        starting = Thread(target=watched.start, args=("alert",))
        starting.start()
        time.sleep(2)
        other.execute("ROLLBACK")
        starting.join()


def fill_the_disk(watched: Watched) -> None:
    with (watched.folder / "ballast").open("ab", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(FILLER_BYTES))
        except OSError:
            watched.start("asks")


def end_it(watched: Watched) -> None:
    watched.process.kill()


STATES: dict[str, tuple[Provoke, set[str]]] = {
    "tasks that fail": (fail_often, {"TasksFail"}),
    "a service that nobody announces": (ask_for_nobody, {"NobodyServes", "WaitsLong"}),
    "a process without CPU": (freeze, {"LoopLate"}),
    "a store that is slow": (hold_up_saves, {"SavesSlow"}),
    "a disk that is full": (fill_the_disk, {"DiskFull", "StoreAway"}),
    "an engine that has ended": (end_it, {"EngineAway", "NoEngine"}),
}


@pytest.fixture
def at_once(tmp_path: Path) -> Path:
    """The rules, without their patience."""
    return rules_at_once(tmp_path)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be had here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("state", STATES)
def test_a_state_that_an_operator_must_know_of_fires(
    state: str, at_once: Path, tmp_path: Path
) -> None:
    provoke, wanted = STATES[state]
    with (
        small_disk(tmp_path / "engine") as folder,
        running_engine(folder) as (address, process),
        Prometheus.of(tmp_path / "watch", engine=address, rules=[at_once]) as watch,
    ):
        httpx.post(f"http://{address}/services", json=FAILING).raise_for_status()
        watched = Watched(address, folder, process, watch.url)
        block_until(lambda: not watched.firing())
        seen: set[str] = set()

        def fires() -> bool:
            provoke(watched)
            seen.update(watched.firing())
            return wanted <= seen

        block_until(
            fires,
            seconds=PATIENCE_SECONDS,
            look_seconds=0.5,
            explain=lambda: f"{wanted - seen} did not fire, {seen} did",
        )
