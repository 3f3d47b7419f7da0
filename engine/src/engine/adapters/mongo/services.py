"""Services in MongoDB: a document for each route and address, named by both."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.shared.instants import from_micros, to_micros
from engine.domain.entry_api import Api
from engine.domain.service import MAX_STARTS, Heard, Instance

LAST = {"$last": {"$ifNull": ["$starts", []]}}
"""The process that began last at an address."""

# Compared, since an engine that knows of no leaving does not take it back when another
# process follows.
LEAVES = {"$and": [{"$gt": ["$left_by", ""]}, {"$eq": ["$left_by", LAST]}]}

SHOWN = {
    "heard_at": True,
    "restarted_at": True,
    "workers": True,
    "leaves": LEAVES,
}


class MongoServiceStore:
    """A `ServiceStore` in a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def announce(self, instance: Instance, api: Api, start: str = "") -> None:
        heard_at = to_micros(instance.heard_at)
        announced = orjson.dumps(api.to_json()).decode()
        # An update in stages, so that it is one write that sees what is there: several
        # replicas may hear of an instance at once.
        change = [
            {
                "$set": {
                    # An announcement that was held up must not make it look older.
                    "heard_at": {"$max": ["$heard_at", heard_at]},
                    "api": _text(announced),
                    "workers": instance.workers,
                    **_started(start, heard_at),
                }
            }
        ]

        name = f"{instance.route} {instance.url}"
        async with self._database.answering() as mongo:
            await mongo.services.update_one({"_id": name}, change, upsert=True)

    async def leave(self, route: str, url: str, start: str, at: datetime) -> bool:
        if not start:
            return False
        spoken_for = {"_id": f"{route} {url}", "$expr": {"$eq": [LAST, _text(start)]}}
        heard_at = {"$max": ["$heard_at", to_micros(at)]}
        change = [{"$set": {"heard_at": heard_at, "left_by": _text(start)}}]

        async with self._database.answering() as mongo:
            done = await mongo.services.update_one(spoken_for, change)
        return done.matched_count > 0

    async def find(self, route: str) -> Sequence[Instance]:
        return await self._instances({"_id": _names_of(route)})

    async def all(self) -> Sequence[Instance]:
        return await self._instances({})

    async def restarts(self, after: datetime) -> dict[str, datetime]:
        lately = {"restarted_at": {"$gt": max(to_micros(after), 0)}}
        async with self._database.answering() as mongo:
            found = mongo.services.find(
                lately, ("restarted_at",), batch_size=ROWS_PER_ANSWER
            )
            rows = await found.to_list(None)

        restarts: dict[str, datetime] = {}
        for row in rows:
            url = row["_id"].partition(" ")[2]
            restarted_at = from_micros(row["restarted_at"])
            restarts[url] = max(restarts.get(url, restarted_at), restarted_at)
        return restarts

    async def heard(self, after: datetime | None = None) -> Mapping[str, Heard]:
        route = {"$arrayElemAt": [{"$split": ["$_id", " "]}, 0]}
        steps: list[dict[str, Any]] = [
            {"$match": {"heard_at": {"$gt": to_micros(after) if after else 0}}},
            {
                "$group": {
                    "_id": route,
                    "instances": {"$sum": {"$cond": [LEAVES, 0, 1]}},
                    "last_at": {"$max": "$heard_at"},
                }
            },
        ]
        async with self._database.answering() as mongo:
            rows = await mongo.services.aggregate(steps).to_list(None)
        return {
            row["_id"]: Heard(row["instances"], from_micros(row["last_at"]))
            for row in rows
        }

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
                SHOWN,
                sort=[("_id", 1)],
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)

        return [_instance(row) for row in rows]


def _started(start: str, heard_at: int) -> dict[str, Any]:
    """The fields that `Processes.with_heard` and a restart change, as expressions."""
    name = _text(start)
    # Engines that knew of no leaving stored none.
    left_by = {"$ifNull": ["$left_by", ""]}
    stays = {"$in": [left_by, ["", name]]}
    if not start:
        return {"left_by": ""}

    known = {"$ifNull": ["$starts", []]}
    is_known = {"$in": [name, known]}
    is_other = {"$and": [{"$not": [is_known]}, {"$gt": [{"$size": known}, 0]}]}
    more = {"$slice": [{"$concatArrays": [known, [name]]}, -MAX_STARTS]}
    others = {"$filter": {"input": known, "cond": {"$ne": ["$$this", name]}}}
    as_last = {"$concatArrays": [others, [name]]}
    return {
        "starts": {"$cond": [is_known, {"$cond": [stays, known, as_last]}, more]},
        "left_by": {"$cond": [stays, left_by, ""]},
        "restarted_at": {"$cond": [is_other, heard_at, "$restarted_at"]},
    }


def _text(text: str) -> dict[str, str]:
    """One that begins with “$” would be read as the name of a field."""
    return {"$literal": text}


def _names_of(route: str) -> dict[str, str]:
    """The names of a route's instances, as a range of the index on `_id`.

    `!` is the character after the space, and no route has either of them.
    """
    return {"$gt": f"{route} ", "$lt": f"{route}!"}


def _instance(row: dict[str, Any]) -> Instance:
    route, _, url = row["_id"].partition(" ")
    restarted_at = row.get("restarted_at")
    again = None if restarted_at is None else from_micros(restarted_at)
    # Engines that did not ask for it stored none.
    workers = row.get("workers", 0)
    heard_at = from_micros(row["heard_at"])
    return Instance(route, url, heard_at, again, workers, row["leaves"])
