"""Frames in MongoDB: one document each, its JSON as text, fields for the queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engine.adapters.mongo import task_lists
from engine.adapters.mongo.database import ROWS_PER_ANSWER, Document, MongoDatabase
from engine.adapters.mongo.schema import IN_SPACES, OWNED, ROOTS, TRIALS, WAKING
from engine.adapters.mongo.writes import Outcome, Write, write
from engine.adapters.shared import task_pages
from engine.adapters.shared.batching import Batcher
from engine.adapters.shared.frame_pages import PageBytes
from engine.adapters.shared.instants import (
    MICROSECOND,
    from_micros,
    to_micros,
    utc_now,
)
from engine.domain.batches import Batches
from engine.domain.errors import Unknown, UnreadableDocument
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent
from engine.domain.frame_json import decode
from engine.domain.stand_in import Known, stand_in
from engine.domain.task_lists import TaskCounts, TaskFilter, TaskSummary, TaskUsage
from engine.ports import Clock, Version

# One save costs the engine as much CPU as the rest of a hop, one of 64 in a command a
# tenth of that (docs/decisions/0008): so what waits while two commands are on their way
# leaves as one. A save that finds room leaves at once.
MAX_BATCH = 100
MAX_CONCURRENT_BATCHES = 2

ERASED_PER_COMMAND = 500
"""Frames: saves that come while a large task is erased do not wait for all of it."""

NO_PATH = ""
"""The path of no frame, and before every path."""

COUNT_BY_ROUTE_AND_STATUS = {
    "$group": {"_id": ["$route", "$status"], "count": {"$sum": 1}}
}

USAGE_BY_STATUS = {
    "$group": {"_id": "$status", "count": {"$sum": 1}, "bytes": {"$sum": "$bytes"}}
}


class MongoFrameStore:
    """A `FrameStore` in a MongoDB database.

    Every list names its index (`hint`): the planner's choice among partial indexes
    depends on what is in the collection today.
    """

    def __init__(self, database: MongoDatabase, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self.batches = Batches()
        self._writes = Batcher(
            self._write,
            max_batch=MAX_BATCH,
            max_concurrent=MAX_CONCURRENT_BATCHES,
        )
        self._reads = Batcher(
            self._read,
            max_batch=MAX_BATCH,
            max_concurrent=MAX_CONCURRENT_BATCHES,
        )

    async def insert(self, frame: Frame) -> Frame | None:
        saved = replace(frame, revision=1, saved_at=self._clock())

        # Bounds the wait for the batches before this one, too.
        async with self._database.answering():
            return await self._writes.ask(Write.of(saved, new=True))

    async def save(self, frame: Frame) -> Frame:
        saved_at = self._clock()

        # The replica that saved it before may have a clock that is ahead.
        if frame.saved_at:
            saved_at = max(saved_at, frame.saved_at + MICROSECOND)

        saved = replace(frame, revision=frame.revision + 1, saved_at=saved_at)
        async with self._database.answering():
            await self._writes.ask(Write.of(saved, new=False))
        return saved

    async def get(self, path: FramePath) -> Frame:
        frame = await self.find(path)
        if frame is None:
            raise Unknown("task", path)
        return frame

    async def find(self, path: FramePath) -> Frame | None:
        async with self._database.answering():
            return await self._reads.ask(path)

    async def due(self, now: datetime, limit: int) -> Sequence[FramePath]:
        which = {"wake_at": {"$lte": to_micros(now)}}
        return await self._paths(which, index="due", order="wake_at", limit=limit)

    async def postpone(self, path: FramePath, now: datetime, until: datetime) -> None:
        due = {"_id": path, "wake_at": {"$lte": to_micros(now)}}
        async with self._database.answering() as mongo:
            await mongo.frames.update_one(due, {"$set": {"wake_at": to_micros(until)}})

    async def active(self, after: FramePath | None, limit: int) -> Sequence[FramePath]:
        which = {**WAKING, "_id": {"$gt": after or NO_PATH}}
        return await self._paths(which, index="active", order="_id", limit=limit)

    async def children(
        self, path: FramePath, node: str, attempt: int, first: int, limit: int
    ) -> Sequence[Frame]:
        which = {
            "parent": path,
            "node": node,
            "attempt": attempt,
            "item": {"$gte": first},
        }
        return await self._frames(which, index="of_loop", order="item", limit=limit)

    async def of_task(
        self, task: str, saved_since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        since = to_micros(saved_since) if saved_since else 0
        which = {"task": task, "saved_at": {"$gte": since}}
        return await self._frames(which, index="of_task", order="saved_at", limit=limit)

    async def tasks(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[TaskSummary], str | None]:
        bounds = task_lists.bounds(task_pages.Span.of(which, cursor))

        found = []
        for index, chosen in task_lists.choices(which):
            # One row more than wanted tells whether there is another page.
            rows = await self._rows(
                {**ROOTS, **chosen, **bounds},
                wanted=task_lists.SHOWN,
                index=index,
                order=[("created_at", -1), ("_id", -1)],
                limit=limit + 1,
            )
            found += [await self._summary(row) for row in rows]
        return task_pages.cut(found, limit)

    async def _summary(self, row: Document) -> TaskSummary:
        if not task_lists.is_complete(row):
            frame = await self.find(row["_id"])
            if frame is not None:
                return TaskSummary.of(frame)
        return task_lists.summary(row)

    async def counts(self) -> TaskCounts:
        return TaskCounts.of(
            await self._counted(ROOTS, "tasks_of_both"),
            await self._counted(TRIALS, "tasks_on_trial"),
        )

    async def _counted(
        self, which: Document, index: str
    ) -> Sequence[tuple[str, str, int]]:
        async with self._database.answering() as mongo:
            groups = mongo.frames.aggregate(
                [{"$match": which}, COUNT_BY_ROUTE_AND_STATUS],
                hint=index,
                batchSize=ROWS_PER_ANSWER,
            )
            rows = await groups.to_list(None)
        return [(*row["_id"], row["count"]) for row in rows]

    async def usage_of(self, owner: str) -> TaskUsage:
        which = {"owner": {**OWNED["owner"], "$eq": owner}}
        return await self._usage(which, "usage_of_owner")

    async def usage_in(self, space: str) -> TaskUsage:
        which = {"space": {**IN_SPACES["space"], "$eq": space}}
        return await self._usage(which, "usage_in_space")

    async def _usage(self, which: Document, index: str) -> TaskUsage:
        async with self._database.answering() as mongo:
            groups = mongo.frames.aggregate(
                [{"$match": {**ROOTS, **which}}, USAGE_BY_STATUS],
                hint=index,
                batchSize=ROWS_PER_ANSWER,
            )
            rows = {row["_id"]: row for row in await groups.to_list(None)}
        running = rows.get(FrameStatus.RUNNING.value, {}).get("count", 0)
        return TaskUsage(running, sum(row["bytes"] for row in rows.values()))

    async def adopt(self, space: str) -> None:
        unplaced = {**ROOTS, "space": {"$exists": False}}
        async with self._database.answering() as mongo:
            placed = {"$set": {"space": space}}
            await mongo.frames.update_many(unplaced, placed, hint="tasks")

    async def has_tasks(self, version: Version) -> bool:
        # Engines before schema 2 did not keep the version: null finds those as well.
        which = {
            **ROOTS,
            "route": version.route,
            "version": {"$in": [version.version, None]},
        }
        async with self._database.answering() as mongo:
            found = await mongo.frames.find_one(
                which, {"_id": True}, hint="tasks_of_route"
            )
        return found is not None

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        which = {
            **ROOTS,
            "erase_at": {"$lte": to_micros(now)},
            "status": {"$ne": FrameStatus.RUNNING.value},
        }
        return await self._paths(which, index="expired", order="erase_at", limit=limit)

    async def erase(self, task: str) -> None:
        """The root goes last: as long as it is there, the task is found again."""
        others = {"task": task, "_id": {"$ne": task}}

        while True:
            paths = await self._paths(
                others, index="of_task", order="saved_at", limit=ERASED_PER_COMMAND
            )
            if not paths:
                break
            await self._delete(paths)

        await self._delete([task])

    async def scrub(self) -> None:
        """Nothing: files and the log of operations are the server's own matter."""

    async def check(self) -> None:
        """Only a primary answers this, with what a majority of the nodes has."""
        await self._read([FramePath(NO_PATH)])

    async def _delete(self, paths: Sequence[str]) -> None:
        async with self._database.answering() as mongo:
            await mongo.frames.delete_many({"_id": {"$in": paths}})

    async def _write(self, writes: Sequence[Write]) -> Sequence[Outcome]:
        self.batches.add(len(writes))
        return await write(self._database, writes)

    async def _read(self, paths: Sequence[FramePath]) -> Sequence[Frame | None]:
        async with self._database.answering() as mongo:
            found = mongo.frames.find({"_id": {"$in": paths}}, ("document",))

            # A batch larger than what can be found ends the cursor with the first
            # answer, where an exact one would need a second question.
            rows = await found.batch_size(len(paths) + 1).to_list(None)

        frames = {frame.path: frame for frame in await self._decoded(rows)}
        return [frames.get(path) for path in paths]

    async def _paths(
        self, which: Document, *, index: str, order: str, limit: int
    ) -> list[FramePath]:
        rows = await self._rows(
            which,
            wanted=("_id",),
            index=index,
            order=[(order, 1)],
            limit=limit,
        )
        return [row["_id"] for row in rows]

    async def _frames(
        self, which: Document, *, index: str, order: str, limit: int
    ) -> list[Frame]:
        rows: list[Document] = []
        page = PageBytes()
        async with self._database.answering() as mongo:
            found = mongo.frames.find(
                which, ("document",), sort=[(order, 1)], hint=index
            )
            # MongoDB sends 16 MB at once at most, whatever the number.
            async for row in found.limit(limit).batch_size(limit):
                rows.append(row)
                if page.is_full_with(row.get("document", "")):
                    break
            await found.close()
        return await self._decoded(rows)

    async def _decoded(self, rows: Iterable[Document]) -> list[Frame]:
        frames = []
        for row in rows:
            try:
                frames.append(decode(row.get("document", "")))
            except UnreadableDocument:
                frames += await self._read_again(row["_id"])
        return frames

    async def _read_again(self, path: FramePath) -> list[Frame]:
        """A frame, or its stand-in; none if it has been erased meanwhile.

        The document is read once more, together with the rest: it may have been saved
        since, and a stand-in must have the revision of the document it stands for.
        """
        async with self._database.answering() as mongo:
            row = await mongo.frames.find_one({"_id": path})
        if row is None:
            return []

        try:
            return [decode(row.get("document", ""))]
        except UnreadableDocument as error:
            return [stand_in(_known(row), error)]

    async def _rows(
        self,
        which: Document,
        *,
        wanted: Sequence[str],
        index: str,
        order: Sequence[tuple[str, int]],
        limit: int,
    ) -> list[dict[str, Any]]:
        async with self._database.answering() as mongo:
            found = mongo.frames.find(which, wanted, sort=order, hint=index)
            return await found.limit(limit).batch_size(limit).to_list(None)


def _known(row: Document) -> Known:
    parent = None
    if "parent" in row:
        parent = Parent(
            path=row["parent"],
            node=row["node"],
            attempt=row["attempt"],
            index=row["item"],
            item=None,
        )

    return Known(
        path=row["_id"],
        route=row["route"],
        parent=parent,
        status=row["status"],
        revision=row["revision"],
        created_at=from_micros(row["created_at"]),
        saved_at=from_micros(row["saved_at"]),
        erase_at=from_micros(row["erase_at"]) if "erase_at" in row else None,
    )
