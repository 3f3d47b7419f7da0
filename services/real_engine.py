"""A real engine in a process of its own, for tests of services and pipelines."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
from service_sdk.app import ServiceApp
from service_sdk.testing import data_part, separated, service_on_loopback

from servers.waiting import WAIT_SECONDS, block_until

ROOT = Path(__file__).parent.parent

LISTENING = " listening at "
"""The engine writes its address behind these words when it can be called."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A task that has ended."""

    status: dict[str, Any]

    outputs: dict[str, Any]
    """Empty if the task failed. A file is given by its address."""

    files: Callable[[str], bytes]
    """The content of the file of that name."""


class RealEngine:
    """An engine that runs, with the pipelines of this repository.

    with started_engine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("face-analyze", image=PHOTO)
    """

    def __init__(self, *, url: str, http: httpx.Client, log: Path) -> None:
        self.url = url
        self.http = http
        self._log = log

    def said(self) -> str:
        """What it has logged."""
        return self._log.read_text("utf-8")

    @contextmanager
    def offering(self, *apps: ServiceApp, **settings: Any) -> Iterator[Self]:
        """The operations of these services can be called while the block lasts."""
        with ExitStack() as running:
            for app in apps:
                loopback = service_on_loopback(app, engine_url=self.url, **settings)
                running.enter_context(loopback)
                for route in app.operations:
                    block_until(partial(self._knows, route), explain=self.said)
            yield self

    def _knows(self, route: str) -> bool:
        answer = self.http.get(f"/services/{route}")
        # One that left a moment ago is still alive.
        return answer.is_success and any(
            one["alive"] and not one["leaves"] for one in answer.json()["instances"]
        )

    def start(self, route: str, **inputs: object) -> str:
        """Start a task; files are given as bytes, a Path or a File. Its id."""
        files, typed = separated(inputs)
        if files:
            parts = {**files, **data_part(typed)}
            answer = self.http.post(f"/services/{route}", files=parts)
        else:
            answer = self.http.post(f"/services/{route}", json=typed)

        assert answer.is_success, answer.text
        return str(answer.json()["jobId"])

    def ended(self, task: str) -> Ended:
        """Wait for the end of a task."""
        # The stream of events ends with the task.
        self.http.get(f"/tasks/{task}/events").raise_for_status()

        status = self.http.get(f"/tasks/{task}/status").json()
        assert status["status"] != "running", status

        answer = self.http.get(f"/tasks/{task}")
        return Ended(
            status=status,
            outputs=answer.json() if answer.is_success else {},
            files=lambda name: self.http.get(f"/tasks/{task}/files/{name}").content,
        )

    def run(self, route: str, **inputs: object) -> Ended:
        """Start a task and wait for its end."""
        return self.ended(self.start(route, **inputs))


@contextmanager
def started_engine(folder: Path, **environment: str) -> Iterator[RealEngine]:
    """An engine that keeps its data and its log in the folder, and can be called."""
    log = folder / "engine.log"
    with _engine_process(log, folder / "data", environment) as process:
        try:
            block_until(
                lambda: LISTENING.encode() in log.read_bytes(), explain=log.read_text
            )
            url = log.read_text("utf-8").partition(LISTENING)[2].partition(",")[0]
            with httpx.Client(
                base_url=url, timeout=WAIT_SECONDS, trust_env=False
            ) as http:
                yield RealEngine(url=url, http=http, log=log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT_SECONDS)


def _engine_process(
    log: Path, data: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    serve = ("serve", "--port", "0", "--host", "127.0.0.1", "--data", data)
    with log.open("wb") as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "engine.cli", *serve],
            cwd=ROOT,
            env={**os.environ, "PIPELINES_DIR": str(ROOT / "pipelines"), **environment},
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
