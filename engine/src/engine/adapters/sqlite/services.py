"""Services in SQLite: a row for each route and address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.pipeline import Api
from engine.domain.service import Instance

# An announcement that was held up on its way must not make the instance look older.
ANNOUNCE = """
INSERT INTO services (route, url, heard_at, api) VALUES (?, ?, ?, ?)
ON CONFLICT (route, url) DO UPDATE
SET heard_at = max(heard_at, excluded.heard_at), api = excluded.api
"""

FIND_SERVICE = "SELECT route, url, heard_at FROM services WHERE route = ? ORDER BY url"

ALL_SERVICES = "SELECT route, url, heard_at FROM services ORDER BY route, url"

REMOVE_SERVICE = "DELETE FROM services WHERE route = ?"

FORGET = "DELETE FROM services WHERE heard_at < ?"

FORGET_OF_ROUTE = "DELETE FROM services WHERE route = ? AND heard_at < ?"


class SqliteServiceStore:
    """A `ServiceStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api) -> None:
        await self._write(
            ANNOUNCE,
            instance.route,
            instance.url,
            to_micros(instance.heard_at),
            orjson.dumps(api.to_json()),
        )

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances(FIND_SERVICE, route)

    async def all(self) -> Sequence[Instance]:
        return await self._instances(ALL_SERVICES)

    async def remove(self, route: str) -> bool:
        removed = await self._write(REMOVE_SERVICE, route)
        return removed > 0

    async def forget(self, heard_before: datetime, route: str | None = None) -> None:
        long_ago = to_micros(heard_before)
        if route is None:
            await self._write(FORGET, long_ago)
        else:
            await self._write(FORGET_OF_ROUTE, route, long_ago)

    async def _write(self, statement: str, *values: Any) -> int:
        return await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )

    async def _instances(self, query: str, *values: Any) -> list[Instance]:
        return await self._database.read(
            lambda connection: [
                Instance(route, url, from_micros(heard_at))
                for route, url, heard_at in connection.execute(query, values)
            ]
        )
