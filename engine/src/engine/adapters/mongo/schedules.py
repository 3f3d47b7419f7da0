"""Schedules in MongoDB: a document each, its JSON as text, fields for the queries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.mongo.schema import SCHEDULED
from engine.adapters.shared.instants import to_micros
from engine.domain.errors import Unknown
from engine.domain.schedule import Schedule


class MongoScheduleStore:
    """A `ScheduleStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def add(self, schedule: Schedule) -> None:
        async with self._database.answering() as mongo:
            await mongo.schedules.insert_one({"_id": schedule.id, **_row(schedule)})

    async def save(self, schedule: Schedule) -> Schedule | None:
        saved = replace(schedule, revision=schedule.revision + 1)
        which = {"_id": schedule.id, "revision": schedule.revision}
        async with self._database.answering() as mongo:
            done = await mongo.schedules.replace_one(which, _row(saved))
        return saved if done.matched_count else None

    async def get(self, id: str) -> Schedule:
        async with self._database.answering() as mongo:
            row = await mongo.schedules.find_one({"_id": id})
        if row is None:
            raise Unknown("schedule", id)
        return _schedule(row)

    async def all(self) -> Sequence[Schedule]:
        async with self._database.answering() as mongo:
            found = mongo.schedules.find(
                {}, sort=[("_id", 1)], hint="_id_", batch_size=ROWS_PER_ANSWER
            )
            rows = await found.to_list(None)
        return [_schedule(row) for row in rows]

    async def due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        which = {"next_at": {**SCHEDULED["next_at"], "$lte": to_micros(now)}}
        async with self._database.answering() as mongo:
            found = mongo.schedules.find(
                which, sort=[("next_at", 1), ("_id", 1)], limit=limit
            )
            rows = await found.to_list(None)
        return [_schedule(row) for row in rows]

    async def remove(self, id: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.schedules.delete_one({"_id": id})
        return done.deleted_count > 0


def _row(schedule: Schedule) -> dict[str, Any]:
    row = {
        "revision": schedule.revision,
        "document": orjson.dumps(schedule.to_json()).decode(),
    }
    # Without a next time it is not in the index of those that are due.
    if schedule.next_at:
        row["next_at"] = to_micros(schedule.next_at)
    return row


def _schedule(row: dict[str, Any]) -> Schedule:
    return Schedule.from_json(orjson.loads(row["document"]), row["revision"])
