"""Measures the memory of a service while more work waits than it can do at once."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from service_sdk import File
from service_sdk.testing import as_part

from servers.memory import PEAK, forget_peak, memory
from servers.waiting import WAIT_SECONDS, block_until

SERVICES = Path(__file__).parent
MEGA = 1_000_000

# uvicorn writes this when the service can be called. Its log may hold the codes of
# colours between the words.
RUNNING = re.compile(r"running on \D*127\.0\.0\.1\D+(\d+)")


def peak_megabytes(
    name: str,
    route: str,
    content: bytes | File | Mapping[str, Any],
    log: Path,
    times: int = 100,
    **settings: str,
) -> float:
    """The most memory that the service and its worker processes took for so many
    requests sent together. What they share is counted for each of them.

    The content is a picture, a file for the field that it names, or JSON. Each
    request must get a result. Linux only.
    """
    with _service_process(name, log, settings) as process:
        _send(
            url=f"http://127.0.0.1:{_port(log)}",
            route=route,
            body=_body(content),
            times=times,
        )
        processes = [process.pid, *_children(process.pid)]
        return sum(memory(one, PEAK) for one in processes) / MEGA


def _children(pid: int) -> list[int]:
    """The processes that it has started and that still run."""
    # Each is listed with the thread that started it.
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


@contextmanager
def _service_process(
    name: str, log: Path, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The service in a process of its own while the block lasts."""
    chosen = {"PORT": "0", "WORKERS": "2", "ENGINE_URL": "", **settings}
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "service_sdk", name.replace("-", "_")],
            cwd=SERVICES / name,
            env=os.environ | chosen,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
        )

    try:
        yield process
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _port(log: Path) -> int:
    """Where the service listens, once it can be called."""
    block_until(
        lambda: RUNNING.search(log.read_text()) is not None, explain=log.read_text
    )
    found = RUNNING.search(log.read_text())
    assert found
    return int(found[1])


def _body(content: bytes | File | Mapping[str, Any]) -> dict[str, Any]:
    match content:
        case bytes():
            return _body(File(content, "image/jpeg", "photo.jpg", "image"))
        case File():
            return {"files": {content.field: as_part(content)}}
        case _:
            return {"json": content}


@contextmanager
def grown_megabytes() -> Iterator[Callable[[], float]]:
    """Gives a function: how much memory this process had at most since the beginning
    of the block, beyond what it had then. Linux only.
    """
    me = os.getpid()
    forget_peak(me)
    before = memory(me, PEAK)
    yield lambda: (memory(me, PEAK) - before) / MEGA


def _send(*, url: str, route: str, body: Mapping[str, Any], times: int) -> None:
    """Send all requests first, then wait for all results."""
    with httpx.Client(base_url=url, timeout=WAIT_SECONDS, trust_env=False) as http:
        answers = [http.post(f"/{route}", **body) for _ in range(times)]
        tasks = [answer.json()["jobId"] for answer in answers]

        for task in tasks:
            block_until(partial(_has_ended, http, task))
            assert http.get(f"/tasks/{task}").status_code == 200


def _has_ended(http: httpx.Client, task: str) -> bool:
    return http.get(f"/tasks/{task}").status_code != 202
