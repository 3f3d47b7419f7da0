"""Tables of routes and of tasks."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from engine.cli.marks import instant, local, mark, span


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in ("route", "task"))
    return table


def route_table(routes: Sequence[dict[str, Any]]) -> Table:
    """What can be called, and how."""
    table = _table("route", "made by", "alive", "takes", "summary")
    for one in routes:
        alive = Text("yes", "green") if one["alive"] else Text("no", "bold red")
        summary = Text(one["summary"])
        table.add_row(one["route"], one["type"], alive, takes(one["body"]), summary)
    return table


def takes(body: Any) -> Text:
    """The body of a route, short: files by name, JSON by example."""
    if isinstance(body, dict):
        return Text(json.dumps(body, ensure_ascii=False))
    return Text(body if isinstance(body, str) else ", ".join(body))


def task_table(tasks: Sequence[dict[str, Any]]) -> Table:
    """Tasks, newest first as they come."""
    table = _table("task", "route", "status", "began", "took", "message")
    for one in tasks:
        status = "cancelled" if one.get("cancelled") else one["status"]
        table.add_row(
            one["id"],
            one["route"],
            mark(status),
            local(one["created_at"]),
            span(instant(one["created_at"]), instant(one["ended_at"])),
            Text(one["message"] or "", "red"),
        )
    return table


def letter_table(letters: Sequence[dict[str, Any]]) -> Table:
    """Dead letters, oldest first as they come."""
    table = _table("id", "died", "frame", "reason", "event")
    for one in letters:
        died, path = local(one["died_at"]), Text(one["path"])
        reason, event = Text(one["reason"], "red"), Text(one["event"])
        table.add_row(one["id"], died, path, reason, event)
    return table
