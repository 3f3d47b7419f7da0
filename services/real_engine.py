"""A real engine in a process of its own, for tests of services and pipelines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
from fastapi import FastAPI
from service_sdk import File
from service_sdk.settings import Settings
from service_sdk.testing import Loopback, as_part

ROOT = Path(__file__).parent.parent
PATIENCE = 90.0  # seconds; only a machine with much to do needs them


@dataclass(frozen=True)
class Ended:
    """A task that has ended."""

    status: dict[str, Any]
    outputs: dict[str, Any]  # empty if it failed; of a file, its address
    files: Callable[[str], bytes]  # the content of the file of that name


class RealEngine:
    """Runs while the `with` block lasts, with the pipelines of this repository.

    with RealEngine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("face-analyze", image=PHOTO)
    """

    def __init__(self, folder: Path) -> None:
        self._log, self._data = folder / "engine.log", folder / "data"

    def __enter__(self) -> Self:
        serve = ("serve", "--port", "0", "--host", "127.0.0.1")
        with self._log.open("wb") as lines:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "engine.cli", *serve, "--data", self._data],
                cwd=ROOT,
                env=os.environ | {"PIPELINES_DIR": str(ROOT / "pipelines")},
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.STDOUT,
            )
        try:
            until(lambda: b" listening at http" in self._log.read_bytes(), self.said)
        except BaseException:
            self._stop()
            raise
        self.url = self.said().partition(" listening at ")[2].partition(",")[0]
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._stop()

    def said(self) -> str:
        """What it has logged."""
        return self._log.read_text("utf-8")

    @contextmanager
    def offering(self, *apps: FastAPI) -> Iterator[Self]:
        """Its operations can be called as long as the block lasts."""
        if not apps:
            yield self
            return
        first, *others = apps
        service = first.state.service
        server = Loopback(first)
        service.settings = Settings(engine_url=self.url, port=server.port)
        with server:
            for route in service.operations:
                until(lambda r=route: self._knows(r), self.said)
            service.settings = None  # it has read them
            with self.offering(*others):
                yield self

    def _knows(self, route: str) -> bool:
        answer = self.http.get(f"/services/{route}")
        return answer.is_success and answer.json()["alive"]

    def start(self, route: str, **inputs: object) -> str:
        """Begin a task; files are given as bytes, a Path or a File. Its id."""
        files = {
            name: as_part(value)
            for name, value in inputs.items()
            if isinstance(value, bytes | Path | File)
        }
        typed = {name: value for name, value in inputs.items() if name not in files}
        if files:
            more = {"data": (None, orjson.dumps(typed), "application/json")}
            answer = self.http.post(f"/services/{route}", files={**files, **more})
        else:
            answer = self.http.post(f"/services/{route}", json=typed)
        assert answer.is_success, answer.text
        return str(answer.json()["jobId"])

    def ended(self, task: str) -> Ended:
        """Wait for the end of a task; its events end with it."""
        self.http.get(f"/tasks/{task}/events").raise_for_status()
        status = self.http.get(f"/tasks/{task}/status").json()
        assert status["status"] != "running", status
        answer = self.http.get(f"/tasks/{task}")
        outputs = answer.json() if answer.is_success else {}
        return Ended(
            status,
            outputs,
            lambda name: self.http.get(f"/tasks/{task}/files/{name}").content,
        )

    def run(self, route: str, **inputs: object) -> Ended:
        """Start a task and wait for its end."""
        return self.ended(self.start(route, **inputs))

    def _stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)


def until(holds: Callable[[], bool], explain: Callable[[], str]) -> None:
    """Wait for a condition, but not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)
