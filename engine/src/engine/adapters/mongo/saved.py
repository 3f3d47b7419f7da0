"""Documents that were saved and not published, in MongoDB: one for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.mongo.schema import OF_PEOPLE
from engine.adapters.shared.instants import from_micros, to_micros
from engine.ports.saved import Saved, SavedLine

NEWEST_FIRST = [("saved_at", -1), ("_id", -1)]

# A list reads no document.
LINE = {"saved_at": 1, "faults": 1, "id": 1}


class MongoSavedStore:
    """A `SavedStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def save(self, saved: Saved, keep: int) -> None:
        line = saved.line
        row = {
            "route": saved.route,
            "id": line.id,
            "saved_at": to_micros(line.saved_at),
            "faults": line.faults,
            "document": saved.document,
            "saved_by": saved.saved_by,
        }
        async with self._database.answering() as mongo:
            named = {"_id": _name(saved.route, line.id)}
            await mongo.saved.replace_one(named, row, upsert=True)

            older = mongo.saved.find(
                {"route": saved.route},
                {"_id": 1},
                sort=NEWEST_FIRST,
                skip=keep,
                hint="of_route",
            )
            names = [found["_id"] for found in await older.to_list(None)]
            if names:
                await mongo.saved.delete_many({"_id": {"$in": names}})

    async def find(self, route: str, id: str) -> Saved | None:
        async with self._database.answering() as mongo:
            row = await mongo.saved.find_one({"_id": _name(route, id)})
        if not row:
            return None
        # Engines that knew no people stored none.
        saved_by = row.get("saved_by", "")
        return Saved(route, _line(row), bytes(row["document"]), saved_by)

    async def of_route(self, route: str) -> Sequence[SavedLine]:
        async with self._database.answering() as mongo:
            found = mongo.saved.find(
                {"route": route},
                LINE,
                sort=NEWEST_FIRST,
                hint="of_route",
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)
        return [_line(row) for row in rows]

    async def of_person(self, person: str) -> Sequence[tuple[str, SavedLine]]:
        async with self._database.answering() as mongo:
            found = mongo.saved.find(
                {"saved_by": {**OF_PEOPLE["saved_by"], "$eq": person}},
                LINE | {"route": 1},
                sort=[("route", 1), ("_id", 1)],
                hint="of_person",
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)
        return [(row["route"], _line(row)) for row in rows]

    async def count(self) -> int:
        async with self._database.answering() as mongo:
            count: int = await mongo.saved.count_documents({}, hint="_id_")
        return count

    async def remove(self, route: str, id: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.saved.delete_one({"_id": _name(route, id)})
        return done.deleted_count > 0


def _name(route: str, id: str) -> str:
    return f"{route} {id}"


def _line(row: Mapping[str, Any]) -> SavedLine:
    return SavedLine(
        id=row["id"], saved_at=from_micros(row["saved_at"]), faults=row["faults"]
    )
