"""Schedules in SQLite: one row each, its document as JSON, columns for the queries."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from engine.adapters.shared.instants import to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.errors import Unknown
from engine.domain.schedule import Schedule

ADD_SCHEDULE = """
INSERT INTO schedules (id, created_at, next_at, revision, document)
VALUES (?, ?, ?, ?, ?)
"""

SAVE_SCHEDULE = """
UPDATE schedules SET next_at = ?, revision = ?, document = ?
WHERE id = ? AND revision = ?
"""

GET_SCHEDULE = "SELECT document, revision FROM schedules WHERE id = ?"

ALL_SCHEDULES = "SELECT document, revision FROM schedules ORDER BY id"

DUE_SCHEDULES = """
SELECT document, revision FROM schedules INDEXED BY schedules_due
WHERE next_at <= ? ORDER BY next_at, id LIMIT ?
"""

REMOVE_SCHEDULE = "DELETE FROM schedules WHERE id = ?"


class SqliteScheduleStore:
    """A `ScheduleStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, schedule: Schedule) -> None:
        values = (
            schedule.id,
            to_micros(schedule.created_at),
            _micros(schedule.next_at),
            schedule.revision,
            orjson.dumps(schedule.to_json()),
        )
        await self._database.write(
            lambda connection: connection.execute(ADD_SCHEDULE, values)
        )

    async def save(self, schedule: Schedule) -> Schedule | None:
        saved = replace(schedule, revision=schedule.revision + 1)
        values = (
            _micros(saved.next_at),
            saved.revision,
            orjson.dumps(saved.to_json()),
            saved.id,
            schedule.revision,
        )
        changed = await self._database.write(
            lambda connection: connection.execute(SAVE_SCHEDULE, values).rowcount
        )
        return saved if changed else None

    async def get(self, id: str) -> Schedule:
        row = await self._database.read(
            lambda connection: connection.execute(GET_SCHEDULE, (id,)).fetchone()
        )
        if row is None:
            raise Unknown("schedule", id)
        return _schedule(*row)

    async def all(self) -> Sequence[Schedule]:
        return await self._database.read(
            lambda connection: _schedules(connection.execute(ALL_SCHEDULES))
        )

    async def due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        values = (to_micros(now), limit)
        return await self._database.read(
            lambda connection: _schedules(connection.execute(DUE_SCHEDULES, values))
        )

    async def remove(self, id: str) -> bool:
        return await self._database.write(
            lambda connection: connection.execute(REMOVE_SCHEDULE, (id,)).rowcount > 0
        )


def _schedules(rows: sqlite3.Cursor) -> list[Schedule]:
    return [_schedule(*row) for row in rows]


def _schedule(document: bytes, revision: int) -> Schedule:
    return Schedule.from_json(orjson.loads(document), revision)


def _micros(at: datetime | None) -> int | None:
    return to_micros(at) if at else None
