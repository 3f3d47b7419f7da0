"""Follows a task: by server-sent events, by asking again where those do not come."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.cli.client import EngineClient, Unreachable
from engine.cli.trouble import Trouble

PATIENCE = 30.0  # seconds without an engine before a person is told
PAUSE = 0.5  # between two tries to reach it, and between two polls


@dataclass(frozen=True)
class Change:
    """A run changed its status or, if `node` is empty, the task did."""

    path: str
    node: str
    status: str
    at: str = ""
    note: str = ""


def follow(client: EngineClient, task: str) -> Iterator[Change]:
    """Every change until the task has ended, across restarts of the engine."""
    last, heard = "", time.monotonic()
    while True:
        try:
            for id_, change in _events(client, task, last):
                last, heard = id_, time.monotonic()
                yield change
            if client.get(f"/tasks/{task}/status")["status"] != "running":
                return
        except Unreachable:
            if time.monotonic() - heard > PATIENCE:
                raise
        except Trouble:
            yield from _poll(client, task)
            return
        time.sleep(PAUSE)


def _events(client: EngineClient, task: str, last: str) -> Iterator[tuple[str, Change]]:
    after = {"last-event-id": last} if last else {}
    with client.stream(f"/tasks/{task}/events", **after) as answer:
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            key, _, value = line.partition(": ")
            if line:
                event[key] = value
            elif "data" in event:
                yield event.get("id", ""), _change(json.loads(event["data"]))
                event = {}


def _change(data: dict[str, Any]) -> Change:
    return Change(
        path=data.get("path", ""),
        node=data.get("node", ""),
        status=data["status"],
        at=data.get("at", ""),
        note=data.get("error") or data.get("note") or data.get("message") or "",
    )


def _poll(client: EngineClient, task: str) -> Iterator[Change]:
    seen: dict[str, str] = {}
    while True:
        raw = client.get(f"/tasks/{task}/raw")
        for node, run in raw["runs"].items():
            if run["status"] not in ("pending", seen.get(node)):
                seen[node] = run["status"]
                yield Change(task, node, run["status"], "", run["error"] or "")
        if raw["status"] != "running":
            yield Change(task, "", raw["status"], "", raw["message"] or "")
            return
        time.sleep(PAUSE)
