"""Lists of tasks in MongoDB: which indexes they read, and what the rows say."""

from collections.abc import Sequence
from typing import Any

from engine.adapters.mongo.database import Document
from engine.adapters.mongo.schema import IN_SPACES, OWNED
from engine.adapters.shared import task_pages
from engine.adapters.shared.instants import from_micros
from engine.domain.frame import FrameStatus
from engine.domain.task_lists import Seen, TaskFilter, TaskSummary

SHOWN = (
    "route",
    "version",
    "status",
    "error",
    "failed_node",
    "code",
    "continues",
    "trial",
    "created_at",
    "ended_at",
)
"""The fields of a row."""


def bounds(span: task_pages.Span) -> Document:
    """What the rows of a page have in common, whichever index they are read from.

    MongoDB compares no pairs. The first condition alone bounds what is read of the
    index, the second leaves out what came on the page before.
    """
    created_at, path = span.before
    return {
        "created_at": {"$gte": span.since, "$lte": created_at},
        "$or": [
            {"created_at": {"$lt": created_at}},
            {"_id": {"$lt": path}},
        ],
    }


def is_complete(row: Document) -> bool:
    """Whether it says all: an engine that did not know these fields may have stored
    it, or saved its end."""
    has_ended = task_pages.status_of(row["status"]) is not FrameStatus.RUNNING
    return "version" in row and (not has_ended or "ended_at" in row)


def summary(row: Document) -> TaskSummary:
    """What a row says of its task."""
    ended_at = row.get("ended_at")
    return TaskSummary(
        id=row["_id"],
        route=row["route"],
        version=row.get("version", ""),
        status=task_pages.status_of(row["status"]),
        error=row.get("error"),
        failed_node=row.get("failed_node"),
        code=row.get("code"),
        continues=row.get("continues", ""),
        trial=row.get("trial", False),
        created_at=from_micros(row["created_at"]),
        ended_at=None if ended_at is None else from_micros(ended_at),
    )


def choices(which: TaskFilter) -> list[tuple[str, dict[str, Any]]]:
    """The right indexes, and what they compare: of several statuses each by itself."""
    if which.owner:
        return [("tasks_of_owner", {"owner": {**OWNED["owner"], "$eq": which.owner}})]
    statuses = [status.value for status in which.statuses]
    if which.seen is not None:
        return _choices_seen(which, which.seen, statuses or list(FrameStatus))
    if which.route and statuses:
        route = which.route
        return [("tasks_of_both", {"route": route, "status": one}) for one in statuses]
    if which.route:
        return [("tasks_of_route", {"route": which.route})]
    if statuses:
        return [("tasks_of_status", {"status": status}) for status in statuses]
    return [("tasks", {})]


def _choices_seen(
    which: TaskFilter, seen: Seen, statuses: Sequence[str]
) -> list[tuple[str, dict[str, Any]]]:
    """The same for somebody who does not see all: of each space by itself."""
    choices: list[tuple[str, dict[str, Any]]] = []
    for space in seen.all_in:
        for status in statuses:
            chosen: dict[str, Any] = {"space": space, "status": status}
            if which.route:
                choices.append(("tasks_of_both", {"route": which.route, **chosen}))
            else:
                chosen["space"] = {**IN_SPACES["space"], "$eq": space}
                choices.append(("tasks_of_space", chosen))
    if seen.owner and seen.own_in:
        choices.append(("tasks_of_owner", _of_owner(which, seen, statuses)))
    return choices


def _of_owner(which: TaskFilter, seen: Seen, statuses: Sequence[str]) -> dict[str, Any]:
    """Of one person there are few: route and status need no index of their own."""
    chosen: dict[str, Any] = {
        "owner": {**OWNED["owner"], "$eq": seen.owner},
        "space": {"$in": list(seen.own_in)},
        "status": {"$in": list(statuses)},
    }
    if which.route:
        chosen["route"] = which.route
    return chosen
