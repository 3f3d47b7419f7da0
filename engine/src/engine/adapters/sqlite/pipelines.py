"""Pipelines in SQLite: `versions` as they came, `pipelines` with the current ones."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.pipeline import Pipeline
from engine.ports import Current, Published, Version

CURRENT = "SELECT owner, version FROM pipelines WHERE route = ?"

# A version is named by a hash of its content: the same name is the same document.
ADD_VERSION = """
INSERT INTO versions (route, version, document) VALUES (?, ?, ?)
ON CONFLICT (route, version) DO NOTHING
"""

PUBLISH = """
INSERT INTO pipelines (route, version, owner, published_at) VALUES (?, ?, ?, ?)
ON CONFLICT (route) DO UPDATE
SET version = excluded.version, published_at = excluded.published_at
"""

FIND_PIPELINE = """
SELECT document, owner, published_at FROM pipelines
JOIN versions USING (route, version) WHERE route = ?
"""

CURRENT_VERSIONS = """
SELECT route, version, owner, published_at FROM pipelines ORDER BY route
"""

FIND_VERSION = "SELECT document FROM versions WHERE route = ? AND version = ?"

REPLACED = """
SELECT route, version FROM versions
WHERE (route, version) > (?, ?) AND NOT EXISTS (
    SELECT 1 FROM pipelines AS current
    WHERE current.route = versions.route AND current.version = versions.version
) ORDER BY route, version LIMIT ?
"""

DISCARD = """
DELETE FROM versions WHERE route = ? AND version = ? AND NOT EXISTS (
    SELECT 1 FROM pipelines AS current
    WHERE current.route = versions.route AND current.version = versions.version
)
"""

REMOVE_PIPELINE = "DELETE FROM pipelines WHERE route = ?"


class SqlitePipelineStore:
    """A `PipelineStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(self, published: Published) -> None:
        route = published.route
        version = published.pipeline.version
        document = orjson.dumps(published.pipeline.to_json())
        published_at = to_micros(published.published_at)

        # Read and written in one transaction of the only writer: no other version
        # can be published in between.
        def publish(connection: sqlite3.Connection) -> None:
            current = connection.execute(CURRENT, (route,)).fetchone()
            if current is not None:
                owner, current_version = current
                if owner != published.owner:
                    raise RouteTaken(route, owner)
                # It keeps the time at which it was published first.
                if current_version == version:
                    return

            connection.execute(ADD_VERSION, (route, version, document))
            row = (route, version, published.owner, published_at)
            connection.execute(PUBLISH, row)

        await self._database.write(publish)

    async def find(self, route: str) -> Published | None:
        found = await self._published(FIND_PIPELINE, route)
        return found[0] if found else None

    async def version(self, route: str, version: str) -> Pipeline:
        def find(connection: sqlite3.Connection) -> Pipeline:
            row = connection.execute(FIND_VERSION, (route, version)).fetchone()
            if row is None:
                raise Unknown("pipeline version", f"{route} {version}")

            (document,) = row
            return Pipeline.from_json(orjson.loads(document))

        return await self._database.read(find)

    async def current(self) -> Sequence[Current]:
        rows = await self._database.read(
            lambda connection: connection.execute(CURRENT_VERSIONS).fetchall()
        )
        return [
            Current(route, version, owner, from_micros(published_at))
            for route, version, owner, published_at in rows
        ]

    async def remove(self, route: str) -> bool:
        removed = await self._database.write(
            lambda connection: connection.execute(REMOVE_PIPELINE, (route,)).rowcount
        )
        return removed > 0

    async def replaced(self, after: Version | None, limit: int) -> Sequence[Version]:
        values = (*(after or Version("", "")), limit)
        rows = await self._database.read(
            lambda connection: connection.execute(REPLACED, values).fetchall()
        )
        return [Version(*row) for row in rows]

    async def discard(self, version: Version) -> None:
        await self._database.write(
            lambda connection: connection.execute(DISCARD, version).rowcount
        )

    async def _published(self, query: str, *values: Any) -> list[Published]:
        return await self._database.read(
            lambda connection: [
                _published(row) for row in connection.execute(query, values)
            ]
        )


def _published(row: Sequence[Any]) -> Published:
    document, owner, published_at = row
    pipeline = Pipeline.from_json(orjson.loads(document))
    return Published(pipeline, owner, from_micros(published_at))
