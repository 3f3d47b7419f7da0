"""Real replicas of the engine, each a process of its own, on stores that they share."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from servers.ports import free_port
from servers.waiting import block_until

TESTS = Path(__file__).parent


@contextmanager
def replica(folder: Path, cluster: dict[str, str], killed: str = "") -> Iterator[Any]:
    """A replica in a process of its own, which kills itself at a point; its client."""
    port = free_port()
    environment = {name.upper(): value for name, value in cluster.items()}
    environment |= {
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "PIPELINES_DIR": str(folder / "none"),
        "FAILPOINTS": killed,
        "FAILPOINT_LOG": str(folder / f"points{port}"),
        "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parents[1]}",
    }
    with (folder / f"log{port}").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "chaos.replica"],
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        try:
            block_until(lambda: is_ready(client))
            client.process = process  # type: ignore[attr-defined] # for the test
            yield client
        finally:
            process.kill()
            process.wait()


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False
