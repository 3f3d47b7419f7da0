"""Sends a service more work than it can do at once, and weighs it meanwhile."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
from real_engine import PATIENCE, until

SERVICES = Path(__file__).parent


def peak_megabytes(
    name: str, route: str, content: bytes, log: Path, times: int = 100, **settings: str
) -> float:
    """The most memory that the service took for so many pictures sent together.

    Linux only. Every picture must get a result.
    """
    command = [sys.executable, "-m", "service_sdk", name.replace("-", "_")]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command,
            cwd=SERVICES / name,
            env=os.environ | {"PORT": "0", "WORKERS": "2", "ENGINE_URL": ""} | settings,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
    try:
        _send(f"http://127.0.0.1:{_port(log)}", route, content, times)
        status = Path(f"/proc/{process.pid}/status").read_text()
    finally:
        process.terminate()
        process.wait(PATIENCE)
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000


def _port(log: Path) -> int:
    """Where the service listens; it says so when it can be called."""
    running = re.compile(r"running on \D*127\.0\.0\.1\D+(\d+)")
    until(lambda: running.search(log.read_text()) is not None, log.read_text)
    found = running.search(log.read_text())
    assert found
    return int(found[1])


def _send(url: str, route: str, content: bytes, times: int) -> None:
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as http:
        files = {"image": ("photo.jpg", content, "image/jpeg")}
        answers = [http.post(f"/{route}", files=files) for _ in range(times)]
        for task in [answer.json()["jobId"] for answer in answers]:
            until(lambda t=task: http.get(f"/tasks/{t}").status_code != 202, str)
            assert http.get(f"/tasks/{task}").status_code == 200
