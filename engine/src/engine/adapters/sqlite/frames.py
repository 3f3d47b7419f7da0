"""Frames in SQLite: one row each, its document as JSON, columns for the queries."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engine.adapters.shared import task_pages
from engine.adapters.shared.instants import to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.errors import StaleFrame, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.frame_json import decode, encode
from engine.ports import TaskCounts, TaskFilter

INSERT = """
INSERT INTO frames (status, saved_at, wake_at, erase_at, document, path, revision,
    task, parent, node, attempt, item, route, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING
"""
SAVE = """
UPDATE frames SET revision = revision + 1, status = ?, saved_at = ?, wake_at = ?,
    erase_at = ?, document = ?
WHERE path = ? AND revision = ?
"""
# every index with a column that is set is written anew, changed or not
SAVE_OPEN = """
UPDATE frames SET revision = revision + 1, saved_at = ?, wake_at = ?, document = ?
WHERE path = ? AND revision = ?
"""
FIND = "SELECT document FROM frames WHERE path = ?"
DUE = "SELECT path FROM frames WHERE wake_at <= ? ORDER BY wake_at LIMIT ?"
ACTIVE = """
SELECT path FROM frames INDEXED BY frames_active
WHERE wake_at IS NOT NULL AND path > ? ORDER BY path LIMIT ?
"""
CHILDREN = """
SELECT document FROM frames
WHERE parent = ? AND node = ? AND attempt = ? AND item >= ? ORDER BY item LIMIT ?
"""
OF_TASK = """
SELECT document FROM frames WHERE task = ? AND saved_at >= ? ORDER BY saved_at LIMIT ?
"""
TASKS = """
SELECT document, created_at, path FROM frames INDEXED BY tasks WHERE parent IS NULL
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""
TASKS_OF_ROUTE = """
SELECT document, created_at, path FROM frames INDEXED BY tasks_of_route
WHERE parent IS NULL AND route = ? AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""
TASKS_OF_STATUS = """
SELECT document, created_at, path FROM frames INDEXED BY tasks_of_status
WHERE parent IS NULL AND status = ? AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""
TASKS_OF_BOTH = """
SELECT document, created_at, path FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL AND route = ? AND status = ?
    AND created_at >= ? AND (created_at, path) < (?, ?)
ORDER BY created_at DESC, path DESC LIMIT ?
"""
COUNTS = """
SELECT route, status, count(*) FROM frames INDEXED BY tasks_of_both
WHERE parent IS NULL GROUP BY route, status
"""
EXPIRED = """
SELECT path FROM frames WHERE parent IS NULL AND erase_at <= ? AND status <> 'running'
ORDER BY erase_at LIMIT ?
"""
ERASE_SOME = """
DELETE FROM frames
WHERE rowid IN (SELECT rowid FROM frames WHERE task = ? AND path <> ? LIMIT ?)
"""
ERASE_ROOT = "DELETE FROM frames WHERE path = ?"
PROBE_READ = "SELECT path FROM frames LIMIT 1"
PROBE_WRITE = "PRAGMA application_id = 1"  # written even when nothing changes
AT_ONCE = 500  # rows erased in one operation, so that savers need not wait long


class SqliteFrameStore:
    """A `FrameStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, frame: Frame) -> Frame | None:
        saved = self._next(frame, 1)
        parent = saved.parent
        place = (
            (parent.path, parent.node, parent.attempt, parent.index)
            if parent
            else (None, None, None, None)
        )
        row = (*_changing(saved), saved.path, 1, saved.task, *place, saved.route)
        row += (to_micros(saved.created_at),)

        def insert(connection: sqlite3.Connection) -> Frame | None:
            return saved if connection.execute(INSERT, row).rowcount else None

        return await self._database.write(insert)

    async def save(self, frame: Frame) -> Frame:
        saved = self._next(frame, frame.revision + 1)
        status, saved_at, wake_at, erase_at, document = _changing(saved)
        where = (document, frame.path, frame.revision)
        row: tuple[Any, ...] = (status, saved_at, wake_at, erase_at, *where)
        statement = SAVE
        if frame.open:  # so it was before, and nothing erases it yet
            statement, row = SAVE_OPEN, (saved_at, wake_at, *where)

        def save(connection: sqlite3.Connection) -> Frame:
            if not connection.execute(statement, row).rowcount:
                raise StaleFrame(frame.path, frame.revision)
            return saved

        return await self._database.write(save)

    async def get(self, path: FramePath) -> Frame:
        if frame := await self.find(path):
            return frame
        raise Unknown("task", path)

    async def find(self, path: FramePath) -> Frame | None:
        frames = await self._frames(FIND, path)
        return frames[0] if frames else None

    async def due(self, now: datetime, limit: int) -> Sequence[FramePath]:
        return await self._paths(DUE, to_micros(now), limit)

    async def active(self, after: FramePath | None, limit: int) -> Sequence[FramePath]:
        return await self._paths(ACTIVE, after or "", limit)

    async def children(
        self, path: FramePath, node: str, attempt: int, first: int, limit: int
    ) -> Sequence[Frame]:
        return await self._frames(CHILDREN, path, node, attempt, first, limit)

    async def of_task(
        self, task: str, saved_since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        since = to_micros(saved_since) if saved_since else 0
        return await self._frames(OF_TASK, task, since, limit)

    async def tasks(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[Frame], str | None]:
        sql, chosen = _choice(which)
        span = task_pages.Span.of(which, cursor)

        def page(connection: sqlite3.Connection) -> tuple[list[Frame], str | None]:
            values = (*chosen, span.since, *span.before, limit + 1)
            rows = connection.execute(sql, values).fetchall()
            frames = [_frame(row) for row in rows[:limit]]
            last = rows[limit - 1][1:] if rows[limit:] else None
            return frames, last and task_pages.encode_cursor(last)

        return await self._database.read(page)

    async def counts(self) -> TaskCounts:
        rows = await self._database.read(lambda c: c.execute(COUNTS).fetchall())
        return TaskCounts.of(rows)

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        return await self._paths(EXPIRED, to_micros(now), limit)

    async def erase(self, task: str) -> None:
        """The root goes last: as long as it is there, the task is found again."""

        def erase_some(connection: sqlite3.Connection) -> int:
            return connection.execute(ERASE_SOME, (task, task, AT_ONCE)).rowcount

        while await self._database.write(erase_some) == AT_ONCE:
            pass
        await self._database.write(lambda c: c.execute(ERASE_ROOT, (task,)).rowcount)

    async def check(self) -> None:
        """Read and write, so that a full disk is noticed."""
        await self._paths(PROBE_READ)
        await self._database.write(lambda c: c.execute(PROBE_WRITE).rowcount)

    def _next(self, frame: Frame, revision: int) -> Frame:
        return replace(frame, revision=revision, saved_at=self._database.tick())

    async def _frames(self, sql: str, *values: Any) -> list[Frame]:
        return await self._database.read(
            lambda connection: [_frame(row) for row in connection.execute(sql, values)]
        )

    async def _paths(self, sql: str, *values: Any) -> list[FramePath]:
        return await self._database.read(
            lambda connection: [row[0] for row in connection.execute(sql, values)]
        )


def _changing(frame: Frame) -> tuple[Any, ...]:
    """The columns that a save may change, but for the revision."""
    instants = (frame.saved_at, frame.wake_at, frame.erase_at)
    micros = (to_micros(at) if at else None for at in instants)
    return (frame.status.value, *micros, encode(frame))


def _frame(row: Sequence[Any]) -> Frame:
    return decode(row[0])


def _choice(which: TaskFilter) -> tuple[str, tuple[str, ...]]:
    """The query that has the right index, and the values that it compares."""
    if which.route and which.status:
        return TASKS_OF_BOTH, (which.route, which.status.value)
    if which.route:
        return TASKS_OF_ROUTE, (which.route,)
    if which.status:
        return TASKS_OF_STATUS, (which.status.value,)
    return TASKS, ()
