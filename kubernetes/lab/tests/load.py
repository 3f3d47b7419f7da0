"""Calls a route without a pause until its input ends, and says what became of it.

Runs within a node: python load.py URL FILE. Each request has a connection of its own,
as those of new clients have.
"""

import json
import sys
import threading
import time
from pathlib import Path

import httpx

PARALLEL = 3
END_SECONDS = 120.0
PAUSE_SECONDS = 0.2


class Load:
    """What was started, and what went wrong."""

    def __init__(self, url: str, picture: bytes) -> None:
        self._url = url
        self._picture = picture
        self.tasks: list[str] = []
        self.faults: list[str] = []
        self.over = threading.Event()

    def start_tasks(self) -> None:
        """One after the other, until it is over."""
        while not self.over.wait(PAUSE_SECONDS):
            files = {"image": ("face.jpg", self._picture, "image/jpeg")}
            try:
                answer = httpx.post(
                    f"{self._url}/services/face-blur", files=files, timeout=60
                )
            except httpx.HTTPError as fault:
                self.faults.append(repr(fault))
                continue
            if answer.is_success:
                self.tasks.append(answer.json()["jobId"])
            else:
                self.faults.append(f"{answer.status_code} {answer.text}")

    def ends(self) -> dict[str, int]:
        """How many tasks ended how; one that does not end is told as it is."""
        counts: dict[str, int] = {}
        deadline = time.monotonic() + END_SECONDS
        for task in self.tasks:
            status = self._status(task)
            while status == "running" and time.monotonic() < deadline:
                time.sleep(PAUSE_SECONDS)
                status = self._status(task)
            counts[status] = counts.get(status, 0) + 1
        return counts

    def _status(self, task: str) -> str:
        answer = httpx.get(f"{self._url}/tasks/{task}/status", timeout=60)
        return str(answer.json().get("status", answer.status_code))


def main(url: str, file: str) -> None:
    load = Load(url, Path(file).read_bytes())
    threads = [threading.Thread(target=load.start_tasks) for _ in range(PARALLEL)]
    for thread in threads:
        thread.start()

    # Whoever started it closes it.
    sys.stdin.read()
    load.over.set()
    for thread in threads:
        thread.join()

    ends = load.ends()
    print(json.dumps({"started": len(load.tasks), "faults": load.faults, "ends": ends}))


if __name__ == "__main__":
    main(*sys.argv[1:])
