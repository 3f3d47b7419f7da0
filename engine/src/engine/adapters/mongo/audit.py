"""The audit log in MongoDB: one document for each entry, by number."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.shared.instants import to_micros
from engine.domain.access.audit import Entry


class MongoAuditStore:
    """An `AuditStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def add(self, entry: Entry) -> bool:
        row = {
            "_id": entry.number,
            "at": to_micros(entry.at),
            "document": _document(entry),
        }
        async with self._database.answering() as mongo:
            try:
                await mongo.audit.insert_one(row)
            except DuplicateKeyError:
                return False
        return True

    async def last(self) -> Entry | None:
        async with self._database.answering() as mongo:
            row = await mongo.audit.find_one({}, sort=[("_id", -1)], hint="_id_")
        return _entry(row) if row else None

    async def page(self, after: int, limit: int) -> Sequence[Entry]:
        async with self._database.answering() as mongo:
            found = mongo.audit.find({"_id": {"$gt": after}}, sort=[("_id", 1)])
            rows = await found.limit(limit).to_list(None)
        return [_entry(row) for row in rows]

    async def replace(self, entries: Sequence[Entry]) -> None:
        changes = [
            UpdateOne({"_id": one.number}, {"$set": {"document": _document(one)}})
            for one in entries
        ]
        async with self._database.answering() as mongo:
            await mongo.audit.bulk_write(changes, ordered=False)

    async def forget(self, before: datetime) -> None:
        last = await self.last()
        if last is None:
            return
        # The last one stays: the next entry follows it.
        which = {"at": {"$lt": to_micros(before)}, "_id": {"$lt": last.number}}
        async with self._database.answering() as mongo:
            await mongo.audit.delete_many(which)


def _document(entry: Entry) -> str:
    return orjson.dumps(entry.to_json()).decode()


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry.from_json(orjson.loads(row["document"]))
