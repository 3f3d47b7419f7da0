"""Frames in SQLite: one row each, its document as JSON, columns for the queries."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engine.adapters.shared import task_pages
from engine.adapters.shared.frame_pages import PageBytes
from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite import frame_statements as sql
from engine.adapters.sqlite import task_lists
from engine.adapters.sqlite.database import Database
from engine.domain.errors import StaleFrame, Unknown, UnreadableDocument
from engine.domain.frame import Frame, FramePath, Parent
from engine.domain.frame_json import decode, encode
from engine.domain.stand_in import Known, stand_in
from engine.domain.task_lists import (
    TaskCounts,
    TaskFilter,
    TaskSummary,
    TaskUsage,
)
from engine.ports import Version

ERASED_PER_COMMIT = 500
"""Rows: saves that come while a large task is erased do not wait for all of it."""
ADOPTED_PER_COMMIT = 500
"""The same, of rows that get a space."""


class SqliteFrameStore:
    """A `FrameStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.batches = database.batches

    async def insert(self, frame: Frame) -> Frame | None:
        saved = self._next(frame, revision=1)
        row = (
            *_changing(saved),
            saved.path,
            saved.revision,
            saved.task,
            *_place(saved),
            saved.route,
            saved.version,
            saved.continues,
            int(saved.trial),
            to_micros(saved.created_at),
            saved.owner,
            saved.space if saved.parent is None else "",
            saved.kept_bytes,
        )

        def insert(connection: sqlite3.Connection) -> Frame | None:
            inserted = connection.execute(sql.INSERT, row).rowcount
            return saved if inserted else None

        return await self._database.write(insert)

    async def save(self, frame: Frame) -> Frame:
        saved = self._next(frame, revision=frame.revision + 1)
        updates = _updates(saved)

        def save(connection: sqlite3.Connection) -> Frame:
            for statement, values in updates:
                row = (*values, frame.path, frame.revision)
                if connection.execute(statement, row).rowcount:
                    return saved
            raise StaleFrame(frame.path, frame.revision)

        return await self._database.write(save)

    async def get(self, path: FramePath) -> Frame:
        frame = await self.find(path)
        if frame is None:
            raise Unknown("task", path)
        return frame

    async def find(self, path: FramePath) -> Frame | None:
        frames = await self._frames(sql.FIND, path)
        return frames[0] if frames else None

    async def due(self, now: datetime, limit: int) -> Sequence[FramePath]:
        return await self._paths(sql.DUE, to_micros(now), limit)

    async def postpone(self, path: FramePath, now: datetime, until: datetime) -> None:
        values = (to_micros(until), path, to_micros(now))
        await self._database.write(
            lambda connection: connection.execute(sql.POSTPONE, values).rowcount
        )

    async def active(self, after: FramePath | None, limit: int) -> Sequence[FramePath]:
        position = after or ""
        return await self._paths(sql.ACTIVE, position, position, limit)

    async def children(
        self, path: FramePath, node: str, attempt: int, first: int, limit: int
    ) -> Sequence[Frame]:
        return await self._frames(sql.CHILDREN, path, node, attempt, first, limit)

    async def of_task(
        self, task: str, saved_since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        since = to_micros(saved_since) if saved_since else 0
        return await self._frames(sql.OF_TASK, task, since, task, since, limit)

    async def tasks(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[TaskSummary], str | None]:
        span = task_pages.Span.of(which, cursor)

        # One task more than wanted tells whether there is another page.
        def answers(connection: sqlite3.Connection) -> list[TaskSummary]:
            return task_lists.tasks(connection, which, span, limit + 1)

        return task_pages.cut(await self._database.read(answers), limit)

    async def counts(self) -> TaskCounts:
        return await self._database.read(
            lambda connection: TaskCounts.of(
                connection.execute(sql.COUNTS).fetchall(),
                connection.execute(sql.TRIAL_COUNTS).fetchall(),
            )
        )

    async def usage_of(self, owner: str) -> TaskUsage:
        return await self._usage(sql.USAGE_OF_OWNER, owner)

    async def usage_in(self, space: str) -> TaskUsage:
        return await self._usage(sql.USAGE_IN_SPACE, space)

    async def _usage(self, query: str, value: str) -> TaskUsage:
        return await self._database.read(
            lambda connection: TaskUsage(
                *connection.execute(query, (value,)).fetchone()
            )
        )

    async def adopt(self, space: str) -> None:
        """In steps: saves that come meanwhile do not wait for all of it."""
        (last,) = await self._database.read(
            lambda connection: connection.execute(sql.LAST_ROW).fetchone()
        )
        for first in range(0, last or 0, ADOPTED_PER_COMMIT):
            values = (space, first, first + ADOPTED_PER_COMMIT)
            await self._adopt_some(values)

    async def _adopt_some(self, values: tuple[str, int, int]) -> None:
        await self._database.write(
            lambda connection: connection.execute(sql.ADOPT_SOME, values).rowcount
        )

    async def has_tasks(self, version: Version) -> bool:
        found = await self._database.read(
            lambda connection: connection.execute(sql.HAS_TASKS, version).fetchone()
        )
        return found is not None

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        return await self._paths(sql.EXPIRED, to_micros(now), limit)

    async def erase(self, task: str) -> None:
        """The root goes last: as long as it is there, the task is found again."""

        def erase_some(connection: sqlite3.Connection) -> int:
            values = (task, ERASED_PER_COMMIT)
            return connection.execute(sql.ERASE_SOME, values).rowcount

        while await self._database.write(erase_some) == ERASED_PER_COMMIT:
            pass

        await self._database.write(
            lambda connection: connection.execute(sql.ERASE_ROOT, (task,)).rowcount
        )

    async def scrub(self) -> None:
        """What is deleted is overwritten; what is left of it is in the log."""
        await self._database.scrub()

    async def check(self) -> None:
        """Read and write: a full disk can still be read."""
        await self._paths(sql.PROBE_READ)
        await self._database.write(
            lambda connection: connection.execute(sql.PROBE_WRITE).rowcount
        )

    def _next(self, frame: Frame, revision: int) -> Frame:
        saved_at = self._database.tick(frame.saved_at)
        return replace(frame, revision=revision, saved_at=saved_at)

    async def _frames(self, query: str, *values: Any) -> list[Frame]:
        def page(connection: sqlite3.Connection) -> list[Frame]:
            # Closed: what is not read to its end would keep the log from being cut.
            with closing(connection.execute(query, values)) as rows:
                return _read(connection, _first_page(rows))

        return await self._database.read(page)

    async def _paths(self, query: str, *values: Any) -> list[FramePath]:
        return await self._database.read(
            lambda connection: [row[0] for row in connection.execute(query, values)]
        )


def _changing(frame: Frame) -> tuple[Any, ...]:
    """The columns that a save may change, but for the revision."""
    instants = (frame.saved_at, frame.ended_at, frame.wake_at, frame.erase_at)
    micros = (to_micros(at) if at else None for at in instants)
    failure = (frame.error, frame.failed_node, frame.failure_code)
    return (frame.status.value, *failure, *micros, encode(frame))


def _updates(frame: Frame) -> list[tuple[str, tuple[Any, ...]]]:
    """Statements that save it, and their values; the first one that fits is enough."""
    changing = _changing(frame)
    *_, saved_at, _, wake_at, _, document = changing
    few = (saved_at, wake_at, document)
    # What is open now was open before, since an ended frame is never opened again.
    if frame.open:
        return [(sql.SAVE_OPEN, few)]

    whole = (sql.SAVE, (*changing, frame.kept_bytes))
    push = frame.push
    # A push begins when the end has been saved, so that save need not be repeated. It
    # must be if nobody wants the result of what was cancelled: then both come at once.
    if push is not None and (push.done or push.tries):
        return [(sql.SAVE_PUSHED, few), whole]
    return [whole]


def _place(frame: Frame) -> tuple[str | int | None, ...]:
    """The columns that say where in its parent a frame belongs; a root has none."""
    parent = frame.parent
    if parent is None:
        return (None, None, None, None)
    return (parent.path, parent.node, parent.attempt, parent.index)


def _first_page(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows up to the one whose document makes the page full."""
    page = PageBytes()
    for row in rows:
        yield row
        if page.is_full_with(row[0]):
            return


def _read(connection: sqlite3.Connection, rows: Iterable[Sequence[Any]]) -> list[Frame]:
    """The frames of rows that begin with document and path."""
    frames = []
    for document, path, *_ in rows:
        try:
            frames.append(decode(document))
        except UnreadableDocument:
            frames += _read_again(connection, path)
    return frames


def _read_again(connection: sqlite3.Connection, path: FramePath) -> list[Frame]:
    """A frame, or its stand-in; none if it has been erased meanwhile.

    The document is read once more, together with the rest: it may have been saved
    since, and a stand-in must have the revision of the document it stands for.
    """
    frames = []
    for row in connection.execute(sql.KNOWN, (path,)):
        document, *known = row
        try:
            frames.append(decode(document))
        except UnreadableDocument as error:
            frames.append(stand_in(_known(known), error))
    return frames


def _known(row: Sequence[Any]) -> Known:
    path, route, parent, node, attempt, item, *changing = row
    status, revision, created_at, saved_at, erase_at = changing

    around = None
    if parent is not None:
        around = Parent(path=parent, node=node, attempt=attempt, index=item, item=None)

    return Known(
        path=path,
        route=route,
        parent=around,
        status=status,
        revision=revision,
        created_at=from_micros(created_at),
        saved_at=from_micros(saved_at),
        erase_at=from_micros(erase_at) if erase_at is not None else None,
    )
