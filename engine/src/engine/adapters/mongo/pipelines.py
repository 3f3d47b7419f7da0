"""Pipelines in MongoDB: `versions` as they came, `pipelines` with the current ones."""

from collections.abc import Sequence
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase, MotorDatabase
from engine.adapters.shared.instants import from_micros, to_micros
from engine.domain.errors import RouteTaken, Unknown
from engine.domain.pipeline import Pipeline
from engine.ports import Current, Published, Version


class MongoPipelineStore:
    """A `PipelineStore` in a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def publish(self, published: Published) -> None:
        version = published.pipeline.version
        document = orjson.dumps(published.pipeline.to_json()).decode()

        version_named = {"_id": f"{published.route} {version}"}
        kept_once = {"$setOnInsert": {"document": document}}

        # The owner is part of the question. While the route has another owner nothing
        # is found, and MongoDB cannot insert a second document with this `_id`.
        mine = {"_id": published.route, "owner": published.owner}
        row = {
            "version": version,
            "published_at": to_micros(published.published_at),
            "document": document,
        }

        async with self._database.answering() as mongo:
            while not await _is_current(mongo, published):
                try:
                    # The version first: what is current can always be read.
                    await mongo.versions.update_one(
                        version_named, kept_once, upsert=True
                    )
                    await mongo.pipelines.update_one(mine, {"$set": row}, upsert=True)
                    # Once more: between these two writes it was not current, and may
                    # have been discarded.
                    await mongo.versions.update_one(
                        version_named, kept_once, upsert=True
                    )
                    return
                except DuplicateKeyError:
                    # Another replica published between our reading and our writing:
                    # look again who has the route now.
                    continue

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

    async def current(self) -> Sequence[Current]:
        wanted = ("version", "owner", "published_at")
        async with self._database.answering() as mongo:
            found = mongo.pipelines.find(
                {}, wanted, sort=[("_id", 1)], batch_size=ROWS_PER_ANSWER
            )
            rows = await found.to_list(None)

        return [
            Current(
                route=row["_id"],
                version=row["version"],
                owner=row["owner"],
                published_at=from_micros(row["published_at"]),
            )
            for row in rows
        ]

    async def remove(self, route: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.pipelines.delete_one({"_id": route})
        return done.deleted_count > 0

    async def replaced(self, after: Version | None, limit: int) -> Sequence[Version]:
        following = {"_id": {"$gt": " ".join(after)}} if after else {}
        async with self._database.answering() as mongo:
            while True:
                found = mongo.versions.find(
                    following, {"_id": True}, sort=[("_id", 1)], limit=limit
                )
                rows = await found.to_list(None)
                names = [row["_id"] for row in rows]
                current = await _current_names(mongo, names)

                replaced = [name for name in names if name not in current]
                # A page of current versions alone is not the end.
                if replaced or len(names) < limit:
                    return [Version(*name.split(" ")) for name in replaced]
                following = {"_id": {"$gt": names[-1]}}

    async def discard(self, version: Version) -> None:
        name = " ".join(version)
        async with self._database.answering() as mongo:
            if await _current_names(mongo, [name]):
                return
            await mongo.versions.delete_one({"_id": name})

            # Another replica may have made it the current one meanwhile.
            row = await mongo.pipelines.find_one({"_id": version.route})
            if row is not None and row["version"] == version.version:
                kept = {"$setOnInsert": {"document": row["document"]}}
                await mongo.versions.update_one({"_id": name}, kept, upsert=True)


async def _current_names(mongo: MotorDatabase, names: Sequence[str]) -> set[str]:
    """Of these names of versions those that are current."""
    routes = [name.partition(" ")[0] for name in names]
    found = mongo.pipelines.find({"_id": {"$in": routes}}, ("version",))
    return {f"{row['_id']} {row['version']}" async for row in found} & set(names)


async def _is_current(mongo: MotorDatabase, published: Published) -> bool:
    """Whether it was published before; raises `RouteTaken`."""
    row = await mongo.pipelines.find_one({"_id": published.route}, ("owner", "version"))
    if row is None:
        return False

    if row["owner"] != published.owner:
        raise RouteTaken(published.route, row["owner"])
    return bool(row["version"] == published.pipeline.version)


def _published(row: dict[str, Any]) -> Published:
    pipeline = Pipeline.from_json(orjson.loads(row["document"]))
    return Published(pipeline, row["owner"], from_micros(row["published_at"]))
