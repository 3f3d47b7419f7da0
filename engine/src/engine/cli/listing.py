"""Tables of what an engine has: routes, tasks, schedules, secrets, dead letters."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from engine.cli.marks import instant, local, mark, span

UNBROKEN_COLUMNS = frozenset({"route", "task", "id"})
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
            _alive(route),
            takes(route),
            Text(route["summary"]),
        )
    return table


def _alive(route: dict[str, Any]) -> Text:
    """Whether it can be called, and the services that its tasks would wait for."""
    # Of a service that is gone its own route is missing.
    missing = [name for name in route.get("missing", ()) if name != route["route"]]
    if missing:
        return Text(f"waits for {', '.join(missing)}", "yellow")
    return Text("yes", "green") if route["alive"] else Text("no", "bold red")


def takes(route: dict[str, Any]) -> Text:
    """The keys that a route takes; those with “?” may be left out."""
    # Of a route that is long, lists show neither of the two.
    schema = route.get("inputSchema") or {}
    required = schema.get("required") or ()
    keys = schema.get("properties") or {}
    return Text(", ".join(key if key in required else f"{key}?" for key in keys))


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


def schedule_table(schedules: Sequence[dict[str, Any]]) -> Table:
    """What is started when, and what became of the last time."""
    table = _table("schedule", "route", "cron", "next", "last", "task or error")
    for one in schedules:
        last = local(one["last_at"]) if one["last_at"] else ""
        error = one["last_error"]
        table.add_row(
            one["id"],
            one["route"],
            Text(f"{one['cron']} {one['timezone']}"),
            "paused" if one["paused"] else local(one["next_at"]),
            last,
            Text(error, "red") if error else Text(one["last_task"] or ""),
        )
    return table


def secret_table(secrets: Sequence[dict[str, Any]]) -> Table:
    """The names of secrets, and when each was stored."""
    table = _table("secret", "stored")
    for secret in secrets:
        table.add_row(secret["name"], local(secret["stored_at"]))
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


def version_table(items: Sequence[dict[str, Any]], current: str) -> Table:
    """Versions, in the order in which they come: the last published first."""
    table = _table("version", "published", "by", "")
    for item in items:
        published_at = item["published_at"]
        table.add_row(
            item["version"],
            local(published_at) if published_at else "long ago",
            item["published_by"] or "",
            Text("current", "green") if item["version"] == current else "",
        )
    return table


def token_table(tokens: Sequence[dict[str, Any]]) -> Table:
    """A token in each row; none has its secret."""
    table = _table("id", "for", "scopes", "announces", "used", "valid until")
    for token in tokens:
        table.add_row(
            token["id"],
            Text(token["label"]),
            ", ".join(token["scopes"]),
            Text(", ".join(token["announces"])),
            local(token["used_at"]),
            local(token["expires_at"]),
        )
    return table


def people_table(people: Sequence[dict[str, Any]]) -> Table:
    """A person in each row."""
    table = _table("name", "role", "in", "id")
    for person in people:
        roles = person["roles"]
        role = "administrator" if person["administrator"] else ", ".join(roles.values())
        table.add_row(
            Text(person["name"]),
            role if person["active"] else "locked out",
            ", ".join(roles),
            person["id"],
        )
    return table


def space_table(spaces: Sequence[dict[str, Any]]) -> Table:
    """A space in each row."""
    table = _table("space", "name", "you are")
    for space in spaces:
        table.add_row(space["id"], Text(space["name"]), space["role"] or "no member")
    return table


def member_table(members: Sequence[dict[str, Any]]) -> Table:
    """A person or a group in each row."""
    table = _table("name", "kind", "role", "id")
    for member in members:
        role = member["role"] if member["active"] else "locked out"
        table.add_row(Text(member["name"]), member["kind"], role, member["id"])
    return table


def group_table(groups: Sequence[dict[str, Any]]) -> Table:
    """A group in each row."""
    table = _table("group", "name", "group of the provider", "roles")
    for group in groups:
        roles = ", ".join(
            f"{role} of {space}" for space, role in group["roles"].items()
        )
        table.add_row(
            group["id"], Text(group["name"]), Text(group["provider_group"]), roles
        )
    return table
