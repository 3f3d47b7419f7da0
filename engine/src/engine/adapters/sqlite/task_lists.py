"""Lists of tasks in SQLite, put together from what is kept in order.

These are the tasks of each space and status, of each route and status, and of each
person. An index for each list that can be asked for would cost every task that is
written.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.adapters.shared import task_pages
from engine.adapters.shared.instants import from_micros
from engine.adapters.sqlite import frame_statements as sql
from engine.domain.frame import FrameStatus
from engine.domain.task_lists import Seen, TaskFilter, TaskSummary

Choice: TypeAlias = tuple[str, tuple[str | None, ...]]
"""A query, and the values that it compares besides those of a span."""

Place: TypeAlias = tuple[str, str]
"""A space and a status."""


def tasks(
    connection: sqlite3.Connection,
    which: TaskFilter,
    span: task_pages.Span,
    limit: int,
) -> list[TaskSummary]:
    """So many of a span from each of the lists in which the tasks are."""
    bounds = (span.since, *span.before, limit)
    return [
        _summary(*row)
        for query, chosen in _choices(connection, which, span, limit)
        for row in connection.execute(query, (*chosen, *bounds))
    ]


def _choices(
    connection: sqlite3.Connection,
    which: TaskFilter,
    span: task_pages.Span,
    limit: int,
) -> list[Choice]:
    """The queries that have the right index, one for each list to look into."""
    if which.owner:
        return [(sql.TASKS_OF_PERSON, (which.owner,))]
    statuses = [status.value for status in which.statuses]
    if which.seen is not None:
        return _choices_seen(which, which.seen, statuses or list(FrameStatus))
    if which.route:
        found = statuses or _statuses(connection, which.route)
        return [(sql.TASKS_OF_BOTH, (which.route, status)) for status in found]

    places = [
        place for place in _places(connection) if not statuses or place[1] in statuses
    ]
    newest = _with_the_newest(connection, places, span, limit)
    return [(sql.TASKS_OF_SPACE, place) for place in newest]


def _choices_seen(
    which: TaskFilter, seen: Seen, statuses: Sequence[str]
) -> list[Choice]:
    """The same for somebody who does not see all: of each space by itself."""
    choices: list[Choice] = []
    for space in seen.all_in:
        for status in statuses:
            if which.route:
                values = (which.route, status, space)
                choices.append((sql.TASKS_OF_ROUTE_AND_SPACE, values))
            else:
                choices.append((sql.TASKS_OF_SPACE, (space, status)))
    if seen.owner and seen.own_in:
        # One text each, since their number varies: |running|error|.
        own = (seen.owner, _joined(seen.own_in), which.route, _joined(statuses))
        choices.append((sql.TASKS_OF_OWNER, own))
    return choices


def _joined(names: Sequence[str]) -> str:
    return f"|{'|'.join(names)}|"


def _statuses(connection: sqlite3.Connection, route: str) -> Iterator[str]:
    """Those that tasks of a route have: each is found by one look into the index."""
    status = ""
    while True:
        row = connection.execute(sql.NEXT_STATUS_OF_ROUTE, (route, status)).fetchone()
        if row is None:
            return
        (status,) = row
        yield status


def _places(connection: sqlite3.Connection) -> Iterator[Place]:
    """Where tasks are; without accounts all are in the space without a name."""
    space = status = ""
    while True:
        row = connection.execute(sql.NEXT_STATUS_IN_SPACE, (space, status)).fetchone()
        if row is None:
            row = connection.execute(sql.NEXT_SPACE, (space,)).fetchone()
        if row is None:
            return
        space, status = row
        yield space, status


def _with_the_newest(
    connection: sqlite3.Connection,
    places: Sequence[Place],
    span: task_pages.Span,
    limit: int,
) -> list[Place]:
    """Those whose newest tasks are among so many: the others have none of a page."""
    newest: list[tuple[task_pages.Position, Place]] = []
    for place in places:
        values = (*place, span.since, *span.before)
        row = connection.execute(sql.NEWEST_IN_PLACE, values).fetchone()
        if row is not None:
            newest.append((row, place))
    newest.sort(reverse=True)
    return [place for _, place in newest[:limit]]


def _summary(
    path: str,
    route: str,
    version: str,
    status: str,
    error: str | None,
    failed_node: str | None,
    code: str | None,
    continues: str,
    trial: int,
    created_at: int,
    ended_at: int | None,
) -> TaskSummary:
    return TaskSummary(
        id=path,
        route=route,
        version=version,
        status=task_pages.status_of(status),
        error=error,
        failed_node=failed_node,
        code=code,
        continues=continues,
        trial=bool(trial),
        created_at=from_micros(created_at),
        ended_at=None if ended_at is None else from_micros(ended_at),
    )
