"""Pipelines and services in SQLite; with `sqlite_frames` the whole embedded store."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.pipeline import Api, Pipeline
from engine.domain.service import Instance
from engine.ports import Published

__all__ = ["Database", "SqliteFrameStore", "SqlitePipelineStore", "SqliteServiceStore"]

CURRENT = "SELECT owner, version FROM pipelines WHERE route = ?"
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
ALL_PIPELINES = """
SELECT document, owner, published_at FROM pipelines
JOIN versions USING (route, version) ORDER BY route
"""
FIND_VERSION = "SELECT document FROM versions WHERE route = ? AND version = ?"
REMOVE_PIPELINE = "DELETE FROM pipelines WHERE route = ?"

ANNOUNCE = """
INSERT INTO services (route, url, heard_at, api) VALUES (?, ?, ?, ?)
ON CONFLICT (route, url) DO UPDATE
SET heard_at = max(heard_at, excluded.heard_at), api = excluded.api
"""
FIND_SERVICE = "SELECT route, url, heard_at FROM services WHERE route = ? ORDER BY url"
ALL_SERVICES = "SELECT route, url, heard_at FROM services ORDER BY route, url"
REMOVE_SERVICE = "DELETE FROM services WHERE route = ?"
FORGET = "DELETE FROM services WHERE heard_at < ?"


class SqlitePipelineStore:
    """A `PipelineStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(self, published: Published) -> None:
        route, version = published.route, published.pipeline.version
        document = orjson.dumps(published.pipeline.to_json())
        published_at = to_micros(published.published_at)

        def publish(connection: sqlite3.Connection) -> None:
            match connection.execute(CURRENT, (route,)).fetchone():
                case (owner, _) if owner != published.owner:
                    raise RouteTaken(route, owner)
                case (_, current) if current == version:
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
            return Pipeline.from_json(orjson.loads(row[0]))

        return await self._database.read(find)

    async def all(self) -> Sequence[Published]:
        return await self._published(ALL_PIPELINES)

    async def remove(self, route: str) -> bool:
        return await self._database.write(
            lambda connection: (
                connection.execute(REMOVE_PIPELINE, (route,)).rowcount > 0
            )
        )

    async def _published(self, sql: str, *values: Any) -> list[Published]:
        return await self._database.read(
            lambda connection: list(map(_published, connection.execute(sql, values)))
        )


class SqliteServiceStore:
    """A `ServiceStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api) -> None:
        described = api.model_dump(mode="json", by_alias=True, exclude_unset=True)
        row = (instance.route, instance.url, to_micros(instance.heard_at))
        await self._write(ANNOUNCE, *row, orjson.dumps(described))

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances(FIND_SERVICE, route)

    async def all(self) -> Sequence[Instance]:
        return await self._instances(ALL_SERVICES)

    async def remove(self, route: str) -> bool:
        return await self._write(REMOVE_SERVICE, route) > 0

    async def forget(self, heard_before: datetime) -> None:
        await self._write(FORGET, to_micros(heard_before))

    async def _write(self, sql: str, *values: Any) -> int:
        return await self._database.write(
            lambda connection: connection.execute(sql, values).rowcount
        )

    async def _instances(self, sql: str, *values: Any) -> list[Instance]:
        return await self._database.read(
            lambda connection: [
                Instance(route, url, from_micros(heard_at))
                for route, url, heard_at in connection.execute(sql, values)
            ]
        )


def _published(row: Sequence[Any]) -> Published:
    document, owner, published_at = row
    pipeline = Pipeline.from_json(orjson.loads(document))
    return Published(pipeline, owner, from_micros(published_at))
