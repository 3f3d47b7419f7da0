"""Sends a service more work than it can do at once, and weighs it meanwhile."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from real_engine import PATIENCE, until
from service_sdk import File
from service_sdk.testing import as_part

SERVICES = Path(__file__).parent


def peak_megabytes(
    name: str,
    route: str,
    content: bytes | File | Mapping[str, Any],
    log: Path,
    times: int = 100,
    **settings: str,
) -> float:
    """The most memory that the service took for so much work sent together.

    Linux only. A picture, a file for the field that it names, or JSON; each must get
    a result.
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
        _send(f"http://127.0.0.1:{_port(log)}", route, _body(content), times)
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


def _body(content: bytes | File | Mapping[str, Any]) -> dict[str, Any]:
    match content:
        case bytes():
            return _body(File(content, "image/jpeg", "photo.jpg", "image"))
        case File():
            return {"files": {content.field: as_part(content)}}
        case _:
            return {"json": content}


def _send(url: str, route: str, body: Mapping[str, Any], times: int) -> None:
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as http:
        answers = [http.post(f"/{route}", **body) for _ in range(times)]
        for task in [answer.json()["jobId"] for answer in answers]:
            until(lambda t=task: http.get(f"/tasks/{t}").status_code != 202, str)
            assert http.get(f"/tasks/{task}").status_code == 200
