"""Records in MongoDB: a document each, their JSON as text; one collection."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.ports.access import R


class MongoRecordStore(Generic[R]):
    """A `RecordStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase, record: type[R]) -> None:
        self._database = database
        self._record = record
        self._kind = record.KIND

    async def add(self, record: R) -> bool:
        async with self._database.answering() as mongo:
            try:
                row = {"_id": self._name(record.id), **self._row(record)}
                await mongo.records.insert_one(row)
            except DuplicateKeyError:
                return False
        return True

    async def save(self, record: R) -> R | None:
        # Every record is a frozen dataclass, which a protocol cannot say.
        changeable: Any = record
        saved: R = replace(changeable, revision=record.revision + 1)
        which = {"_id": self._name(record.id), "revision": record.revision}
        async with self._database.answering() as mongo:
            done = await mongo.records.replace_one(which, self._row(saved))
        return saved if done.matched_count else None

    async def find(self, id: str) -> R | None:
        async with self._database.answering() as mongo:
            row = await mongo.records.find_one({"_id": self._name(id)})
        return self._of(row) if row else None

    async def all(self) -> Sequence[R]:
        async with self._database.answering() as mongo:
            found = mongo.records.find(
                {"kind": self._kind},
                sort=[("kind", 1), ("_id", 1)],
                hint="of_kind",
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)
        return [self._of(row) for row in rows]

    async def remove(self, id: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.records.delete_one({"_id": self._name(id)})
        return done.deleted_count > 0

    def _name(self, id: str) -> str:
        return f"{self._kind} {id}"

    def _row(self, record: R) -> dict[str, Any]:
        return {
            "kind": self._kind,
            "revision": record.revision,
            "document": orjson.dumps(record.to_json()).decode(),
        }

    def _of(self, row: Mapping[str, Any]) -> R:
        return self._record.from_json(orjson.loads(row["document"]), row["revision"])
