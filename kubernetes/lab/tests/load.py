"""Calls a route until its input ends, and says what became of it.

Runs within a node: python load.py URL FILE THREADS [closed]; with MARKETPLACE_TOKEN
where people have accounts. Each request has a connection of its own, as those of new
clients have. `closed`: each thread waits for the end of a task before the next one.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

import httpx

PAUSE_SECONDS = 0.2

# A replica on a node that is lost does not refuse: it does not answer at all.
TIMEOUT = httpx.Timeout(60.0, connect=5.0)

END_SECONDS = 330.0
"""For the next task to end: a call to an instance that is lost is made again when its
time is over. How long all of them take is the business of the machine."""


class Load:
    """What was started, and what went wrong."""

    def __init__(self, url: str, picture: bytes, *, closed: bool) -> None:
        self._route = url
        self._closed = closed
        self._engine = url.rpartition("/services/")[0]
        self._picture = picture
        token = os.environ.get("MARKETPLACE_TOKEN")
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self.tasks: list[str] = []
        self.faults: list[str] = []
        self.over = threading.Event()

    def start_tasks(self) -> None:
        """One after the other, until it is over."""
        while not self.over.wait(PAUSE_SECONDS):
            files = {"image": ("face.jpg", self._picture, "image/jpeg")}
            try:
                answer = httpx.post(
                    self._route,
                    files=files,
                    headers=self._headers,
                    timeout=TIMEOUT,
                )
            except httpx.HTTPError as fault:
                self.faults.append(repr(fault))
                continue
            if not answer.is_success:
                self.faults.append(f"{answer.status_code} {answer.text}")
                continue

            task = answer.json()["jobId"]
            self.tasks.append(task)
            if self._closed:
                self._end(task, time.monotonic() + END_SECONDS)

    def ends(self) -> dict[str, int]:
        """How many tasks ended how; one that does not end is told as it is."""
        counts: dict[str, int] = {}
        for task in self.tasks:
            status = self._end(task, time.monotonic() + END_SECONDS)
            counts[status] = counts.get(status, 0) + 1
        return counts

    def _end(self, task: str, deadline: float) -> str:
        status = self._status(task)
        while status == "running" and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
            status = self._status(task)
        return status

    def _status(self, task: str) -> str:
        path = f"{self._engine}/tasks/{task}/status"
        try:
            answer = httpx.get(path, headers=self._headers, timeout=TIMEOUT)
        except httpx.HTTPError:
            # Asked again.
            return "running"
        told = answer.json()
        if told.get("status") == "error":
            return f"error: {json.dumps(told.get('failed'))}"
        return str(told.get("status", answer.status_code))


def main(url: str, file: str, count: str, closed: str = "") -> None:
    load = Load(url, Path(file).read_bytes(), closed=bool(closed))
    threads = [threading.Thread(target=load.start_tasks) for _ in range(int(count))]
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
