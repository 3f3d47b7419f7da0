"""Follows a task: by server-sent events, or by polling where those do not come."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.cli.client import EngineClient, Unreachable
from engine.cli.trouble import Trouble

UNREACHABLE_SECONDS = 30.0
"""Without an engine before the command gives up: enough for a restart of the engine."""
PAUSE_SECONDS = 0.5
"""Between two tries to reach the engine, and between two polls."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A run changed its status or, if `node` is empty, the task did."""

    path: str
    node: str
    status: str
    at: str = ""
    note: str = ""


def follow(client: EngineClient, task: str) -> Iterator[Change]:
    """Every change until the task has ended, across restarts of the engine."""
    last_id = ""
    heard_at = time.monotonic()
    while True:
        try:
            for event in client.events(task, last_id):
                last_id = event.id
                heard_at = time.monotonic()
                yield _change(event.data)

            # A stream also ends when the engine stops: only the status says whether
            # the task has ended.
            if client.get(f"/tasks/{task}/status")["status"] != "running":
                return
        except Unreachable:
            if time.monotonic() - heard_at > UNREACHABLE_SECONDS:
                raise
        except Trouble:
            # Some proxies do not let streams of events through.
            yield from _poll(client, task)
            return
        time.sleep(PAUSE_SECONDS)


def _change(data: Mapping[str, Any]) -> Change:
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
            if run["status"] in ("pending", seen.get(node)):
                continue
            seen[node] = run["status"]
            yield Change(
                path=task, node=node, status=run["status"], note=run["error"] or ""
            )

        if raw["status"] != "running":
            message = raw["message"] or ""
            yield Change(path=task, node="", status=raw["status"], note=message)
            return
        time.sleep(PAUSE_SECONDS)
