"""Tables of routes, of tasks and of dead letters."""

import json
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from engine.cli.marks import instant, local, mark, span

UNBROKEN_COLUMNS = frozenset({"route", "task"})
"""Names that a person copies: they must not be broken over lines."""


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=head in UNBROKEN_COLUMNS)
    return table


def route_table(routes: Sequence[dict[str, Any]]) -> Table:
    """What can be called, and how."""
    table = _table("route", "made by", "alive", "takes", "summary")
    for route in routes:
        table.add_row(
            route["route"],
            route["type"],
            Text("yes", "green") if route["alive"] else Text("no", "bold red"),
            takes(route["body"]),
            Text(route["summary"]),
        )
    return table


def takes(body: Any) -> Text:
    """The body of a route, short: files by name, JSON by example."""
    if isinstance(body, dict):
        return Text(json.dumps(body, ensure_ascii=False))
    if isinstance(body, str):
        return Text(body)
    return Text(", ".join(body))


def task_table(tasks: Sequence[dict[str, Any]]) -> Table:
    """Tasks, in the order in which they come: newest first."""
    table = _table("task", "route", "status", "began", "took", "message")
    for task in tasks:
        # The protocol has one status for failed and cancelled tasks.
        status = "cancelled" if task.get("cancelled") else task["status"]
        table.add_row(
            task["id"],
            task["route"],
            mark(status),
            local(task["created_at"]),
            span(instant(task["created_at"]), instant(task["ended_at"])),
            Text(task["message"] or "", "red"),
        )
    return table


def letter_table(letters: Sequence[dict[str, Any]]) -> Table:
    """Dead letters, in the order in which they come: oldest first."""
    table = _table("id", "died", "frame", "reason", "event")
    for letter in letters:
        table.add_row(
            letter["id"],
            local(letter["died_at"]),
            Text(letter["path"]),
            Text(letter["reason"], "red"),
            Text(letter["event"]),
        )
    return table
