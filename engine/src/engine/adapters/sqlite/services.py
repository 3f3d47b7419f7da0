"""Services in SQLite: a row for each route and address."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.entry_api import Api
from engine.domain.service import Heard, Instance, Processes

# An announcement that was held up on its way must not make the instance look older.
ANNOUNCE = """
INSERT INTO services (route, url, heard_at, api, starts, left_by, workers)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (route, url) DO UPDATE
SET heard_at = max(heard_at, excluded.heard_at), api = excluded.api,
    starts = excluded.starts, left_by = excluded.left_by, workers = excluded.workers
"""

PROCESSES = "SELECT starts, left_by FROM services WHERE route = ? AND url = ?"

LEAVE = """
UPDATE services SET heard_at = max(heard_at, ?), left_by = ? WHERE route = ? AND url = ?
"""

RESTARTED = "UPDATE services SET restarted_at = ? WHERE route = ? AND url = ?"

FIND_SERVICE = """
SELECT route, url, heard_at, restarted_at, workers, left_by <> ''
FROM services WHERE route = ? ORDER BY url
"""

HEARD_SERVICES = """
SELECT route, sum(left_by = ''), max(heard_at)
FROM services WHERE heard_at > ? GROUP BY route
"""

ALL_SERVICES = """
SELECT route, url, heard_at, restarted_at, workers, left_by <> ''
FROM services ORDER BY route, url
"""

# An address may have several, of several routes: the last one comes last.
RESTARTS = """
SELECT url, restarted_at FROM services INDEXED BY services_restarted
WHERE restarted_at > ? ORDER BY restarted_at
"""

REMOVE_SERVICE = "DELETE FROM services WHERE route = ?"

FORGET = "DELETE FROM services WHERE heard_at < ?"

FORGET_OF_ROUTE = "DELETE FROM services WHERE route = ? AND heard_at < ?"


class SqliteServiceStore:
    """A `ServiceStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api, start: str = "") -> None:
        route = instance.route
        url = instance.url
        heard_at = to_micros(instance.heard_at)
        announced = orjson.dumps(api.to_json())

        def announce(connection: sqlite3.Connection) -> None:
            before = _processes(connection, route, url)
            starts, left_by = before.with_heard(start)

            told = orjson.dumps(starts).decode()
            values = (route, url, heard_at, announced, told, left_by, instance.workers)
            connection.execute(ANNOUNCE, values)
            if before.starts and start and start not in before.starts:
                connection.execute(RESTARTED, (heard_at, route, url))

        await self._database.write(announce)

    async def leave(self, route: str, url: str, start: str, at: datetime) -> bool:
        def leave(connection: sqlite3.Connection) -> bool:
            may_leave = _processes(connection, route, url).may_leave(start)
            if may_leave:
                connection.execute(LEAVE, (to_micros(at), start, route, url))
            return may_leave

        return await self._database.write(leave)

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances(FIND_SERVICE, route)

    async def all(self) -> Sequence[Instance]:
        return await self._instances(ALL_SERVICES)

    async def restarts(self, after: datetime) -> dict[str, datetime]:
        return await self._database.read(
            lambda connection: {
                url: from_micros(restarted_at)
                for url, restarted_at in connection.execute(
                    RESTARTS, (to_micros(after),)
                )
            }
        )

    async def heard(self, after: datetime | None = None) -> Mapping[str, Heard]:
        after_micros = to_micros(after) if after else 0
        return await self._database.read(
            lambda connection: {
                route: Heard(instances, from_micros(last_at))
                for route, instances, last_at in connection.execute(
                    HEARD_SERVICES, (after_micros,)
                )
            }
        )

    async def remove(self, route: str) -> bool:
        removed = await self._write(REMOVE_SERVICE, route)
        return removed > 0

    async def forget(self, heard_before: datetime, route: str | None = None) -> None:
        after_micros = to_micros(heard_before)
        if route is None:
            await self._write(FORGET, after_micros)
        else:
            await self._write(FORGET_OF_ROUTE, route, after_micros)

    async def _write(self, statement: str, *values: Any) -> int:
        return await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )

    async def _instances(self, query: str, *values: Any) -> list[Instance]:
        return await self._database.read(
            lambda connection: [
                _instance(*row) for row in connection.execute(query, values)
            ]
        )


def _processes(connection: sqlite3.Connection, route: str, url: str) -> Processes:
    row = connection.execute(PROCESSES, (route, url)).fetchone()
    return Processes(orjson.loads(row[0]), row[1]) if row else Processes()


def _instance(
    route: str,
    url: str,
    heard_at: int,
    restarted_at: int | None,
    workers: int,
    leaves: int,
) -> Instance:
    again = None if restarted_at is None else from_micros(restarted_at)
    return Instance(route, url, from_micros(heard_at), again, workers, bool(leaves))
