"""Pipelines in SQLite: `versions` as they came, `pipelines` with the current ones."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.shared.versions import (
    UNKNOWN_INSTANT,
    after_cursor,
    expect_version,
    version_page,
)
from engine.adapters.sqlite.database import Database
from engine.domain.errors import NotReplaced, RouteTaken, Unknown
from engine.domain.pipeline import Pipeline
from engine.ports import (
    FROM_FOLDER,
    NO_VERSION,
    Current,
    Kept,
    KeptVersion,
    Published,
    Version,
)

CURRENT = "SELECT owner, version, origin FROM pipelines WHERE route = ?"

# A version is named by a hash of its content: the same name is the same document.
KEEP_VERSION = """
INSERT INTO versions (route, version, document, published_at, published_by)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (route, version) DO NOTHING
"""

PUBLISH_VERSION = """
INSERT INTO versions (route, version, document, published_at, published_by)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (route, version) DO UPDATE SET
    published_at = excluded.published_at,
    published_by = excluded.published_by
"""

PUBLISH = """
INSERT INTO pipelines (route, version, owner, published_at, origin)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (route) DO UPDATE SET
    version = excluded.version,
    published_at = excluded.published_at,
    origin = excluded.origin
"""

SET_ORIGIN = "UPDATE pipelines SET origin = ? WHERE route = ?"

FIND_PIPELINE = """
SELECT document, owner, pipelines.published_at, origin FROM pipelines
JOIN versions USING (route, version) WHERE route = ?
"""

CURRENT_VERSIONS = """
SELECT route, version, owner, published_at FROM pipelines ORDER BY route
"""

FIND_VERSION = """
SELECT document, published_at, published_by FROM versions
WHERE route = ? AND version = ?
"""

# A page begins after a position, so that one far back costs no more than the first.
VERSIONS = """
SELECT version, published_at, published_by FROM versions INDEXED BY versions_published
WHERE route = ? AND published_at IS NOT NULL AND (published_at, version) < (?, ?)
ORDER BY published_at DESC, version DESC LIMIT ?
"""

TRIED = """
SELECT count(*) FROM versions INDEXED BY versions_tried WHERE published_at IS NULL
"""

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

    async def publish(self, published: Published, expected: str | None = None) -> None:
        route = published.route
        version = published.pipeline.version
        document = orjson.dumps(published.pipeline.to_json())
        published_at = to_micros(published.published_at)

        # Read and written in one transaction of the only writer: no other version
        # can be published in between.
        def publish(connection: sqlite3.Connection) -> None:
            current = connection.execute(CURRENT, (route,)).fetchone()
            if current is None:
                expect_version(route, expected, None)
            else:
                owner, current_version, origin = current
                if owner != published.owner:
                    raise RouteTaken(route, owner)
                if current_version != version or expected == NO_VERSION:
                    expect_version(route, expected, current_version)
                # It keeps the time at which it was published first.
                if current_version == version:
                    connection.execute(SET_ORIGIN, (published.origin, route))
                    return
                if published.origin == FROM_FOLDER and origin != FROM_FOLDER:
                    raise NotReplaced(route)

            kept = (route, version, document, published_at, published.published_by)
            connection.execute(PUBLISH_VERSION, kept)
            row = (route, version, published.owner, published_at, published.origin)
            connection.execute(PUBLISH, row)

        await self._database.write(publish)

    async def find(self, route: str) -> Published | None:
        found = await self._published(FIND_PIPELINE, route)
        return found[0] if found else None

    async def version(self, route: str, version: str) -> Pipeline:
        return (await self.kept(Version(route, version))).pipeline

    async def keep(self, kept: Kept) -> None:
        at = None
        if kept.was_published:
            at = to_micros(kept.published_at) if kept.published_at else UNKNOWN_INSTANT
        document = orjson.dumps(kept.pipeline.to_json())
        row = (*kept.name, document, at, kept.published_by)

        await self._database.write(
            lambda connection: connection.execute(KEEP_VERSION, row).rowcount
        )

    async def kept(self, version: Version) -> Kept:
        def find(connection: sqlite3.Connection) -> Kept:
            row = connection.execute(FIND_VERSION, version).fetchone()
            if row is None:
                raise Unknown("pipeline version", " ".join(version))

            document, published_at, published_by = row
            return Kept(
                pipeline=Pipeline.from_json(orjson.loads(document)),
                was_published=published_at is not None,
                published_at=from_micros(published_at) if published_at else None,
                published_by=published_by,
            )

        return await self._database.read(find)

    async def versions(
        self, route: str, cursor: str | None, limit: int
    ) -> tuple[Sequence[KeptVersion], str | None]:
        # One row more than wanted tells whether there is another page.
        values = (route, *after_cursor(cursor), limit + 1)
        rows = await self._database.read(
            lambda connection: connection.execute(VERSIONS, values).fetchall()
        )
        return version_page(rows, limit)

    async def tried(self) -> int:
        (count,) = await self._database.read(
            lambda connection: connection.execute(TRIED).fetchone()
        )
        return int(count)

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
    document, owner, published_at, origin = row
    pipeline = Pipeline.from_json(orjson.loads(document))
    return Published(pipeline, owner, from_micros(published_at), origin)
