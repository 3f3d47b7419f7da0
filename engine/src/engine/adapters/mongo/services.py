"""Services in MongoDB: a document for each route and address, named by both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.shared.instants import from_micros, to_micros
from engine.domain.pipeline import Api
from engine.domain.service import Instance


class MongoServiceStore:
    """A `ServiceStore` in a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api) -> None:
        change = {
            # An announcement that was held up must not make it look older.
            "$max": {"heard_at": to_micros(instance.heard_at)},
            "$set": {"api": orjson.dumps(api.to_json()).decode()},
        }

        name = f"{instance.route} {instance.url}"
        async with self._database.answering() as mongo:
            await mongo.services.update_one({"_id": name}, change, upsert=True)

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances({"_id": _names_of(route)})

    async def all(self) -> Sequence[Instance]:
        return await self._instances({})

    async def remove(self, route: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.services.delete_many({"_id": _names_of(route)})
        return done.deleted_count > 0

    async def forget(self, heard_before: datetime, route: str | None = None) -> None:
        long_ago: dict[str, Any] = {"heard_at": {"$lt": to_micros(heard_before)}}
        if route is not None:
            long_ago["_id"] = _names_of(route)
        async with self._database.answering() as mongo:
            await mongo.services.delete_many(long_ago)

    async def _instances(self, which: dict[str, Any]) -> list[Instance]:
        async with self._database.answering() as mongo:
            found = mongo.services.find(
                which,
                ("heard_at",),
                sort=[("_id", 1)],
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)

        return [_instance(row) for row in rows]


def _names_of(route: str) -> dict[str, str]:
    """The names of a route's instances, as a range of the index on `_id`.

    `!` is the character after the space, and no route has either of them.
    """
    return {"$gt": f"{route} ", "$lt": f"{route}!"}


def _instance(row: dict[str, Any]) -> Instance:
    route, _, url = row["_id"].partition(" ")
    return Instance(route, url, from_micros(row["heard_at"]))
