"""Pipelines and services in MongoDB; with `mongo_frames` the cluster's database."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import MongoDatabase, MotorDatabase
from engine.adapters.mongo.frames import MongoFrameStore
from engine.adapters.shared.instants import from_micros, to_micros
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.pipeline import Api, Pipeline
from engine.domain.service import Instance
from engine.ports import Published

__all__ = [
    "MongoDatabase",
    "MongoFrameStore",
    "MongoPipelineStore",
    "MongoServiceStore",
]

AT_ONCE = 10_000  # rows in one answer


class MongoPipelineStore:
    """A `PipelineStore`: `versions` as they came, `pipelines` with the current ones."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def publish(self, published: Published) -> None:
        route, name = published.route, published.pipeline.version
        document = orjson.dumps(published.pipeline.to_json()).decode()
        published_at = to_micros(published.published_at)
        row = {"version": name, "published_at": published_at, "document": document}
        once = {"$setOnInsert": {"document": document}}
        version = {"_id": f"{route} {name}"}, once
        async with self._database.answering() as mongo:
            # with another owner it is not found, and has no room to be made
            mine = {"_id": route, "owner": published.owner}
            while not await _is_current(mongo, published):
                with suppress(DuplicateKeyError):  # someone came first: look again
                    await mongo.versions.update_one(*version, upsert=True)
                    await mongo.pipelines.update_one(mine, {"$set": row}, upsert=True)
                    return

    async def find(self, route: str) -> Published | None:
        async with self._database.answering() as mongo:
            row = await mongo.pipelines.find_one({"_id": route})
        return _published(row) if row else None

    async def version(self, route: str, version: str) -> Pipeline:
        name = f"{route} {version}"
        async with self._database.answering() as mongo:
            row = await mongo.versions.find_one({"_id": name})
        if row is None:
            raise Unknown("pipeline version", name)
        return Pipeline.from_json(orjson.loads(row["document"]))

    async def all(self) -> Sequence[Published]:
        async with self._database.answering() as mongo:
            found = mongo.pipelines.find(sort=[("_id", 1)], batch_size=AT_ONCE)
            return [_published(row) for row in await found.to_list(None)]

    async def remove(self, route: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.pipelines.delete_one({"_id": route})
        return done.deleted_count > 0


class MongoServiceStore:
    """A `ServiceStore`: a document for each route and address, named by both."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api) -> None:
        described = api.model_dump(mode="json", by_alias=True, exclude_unset=True)
        change = {
            "$max": {"heard_at": to_micros(instance.heard_at)},
            "$set": {"api": orjson.dumps(described).decode()},
        }
        name = f"{instance.route} {instance.url}"
        async with self._database.answering() as mongo:
            await mongo.services.update_one({"_id": name}, change, upsert=True)

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances({"_id": _named_after(route)})

    async def all(self) -> Sequence[Instance]:
        return await self._instances({})

    async def remove(self, route: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.services.delete_many({"_id": _named_after(route)})
        return done.deleted_count > 0

    async def forget(self, heard_before: datetime) -> None:
        long_ago = {"heard_at": {"$lt": to_micros(heard_before)}}
        async with self._database.answering() as mongo:
            await mongo.services.delete_many(long_ago)

    async def _instances(self, which: dict[str, Any]) -> list[Instance]:
        async with self._database.answering() as mongo:
            found = mongo.services.find(
                which, ("heard_at",), sort=[("_id", 1)], batch_size=AT_ONCE
            )
            return [_instance(row) for row in await found.to_list(None)]


async def _is_current(mongo: MotorDatabase, published: Published) -> bool:
    """Whether it was published before; raises `RouteTaken`."""
    row = await mongo.pipelines.find_one({"_id": published.route}, ("owner", "version"))
    if row and row["owner"] != published.owner:
        raise RouteTaken(published.route, row["owner"])
    return row is not None and row["version"] == published.pipeline.version


def _published(row: dict[str, Any]) -> Published:
    pipeline = Pipeline.from_json(orjson.loads(row["document"]))
    return Published(pipeline, row["owner"], from_micros(row["published_at"]))


def _named_after(route: str) -> dict[str, str]:
    """The names of a route's instances: no route has a character below `!`."""
    return {"$gt": f"{route} ", "$lt": f"{route}!"}


def _instance(row: dict[str, Any]) -> Instance:
    route, _, url = row["_id"].partition(" ")
    return Instance(route, url, from_micros(row["heard_at"]))
