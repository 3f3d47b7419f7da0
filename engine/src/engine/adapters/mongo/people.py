"""People in MongoDB: a document each, their JSON as text, a field for the name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.domain.access.errors import NameTaken
from engine.domain.access.people import LAST_CHARACTER, Person


class MongoPeopleStore:
    """A `PeopleStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def add(self, person: Person) -> None:
        async with self._database.answering() as mongo:
            try:
                await mongo.people.insert_one({"_id": person.id, **_row(person)})
            except DuplicateKeyError:
                raise NameTaken(person.name) from None

    async def save(self, person: Person) -> Person | None:
        saved = replace(person, revision=person.revision + 1)
        which = {"_id": person.id, "revision": person.revision}
        async with self._database.answering() as mongo:
            done = await mongo.people.replace_one(which, _row(saved))
        return saved if done.matched_count else None

    async def find(self, id: str) -> Person | None:
        return await self._one({"_id": id})

    async def named(self, key: str) -> Person | None:
        return await self._one({"key": key})

    async def remove(self, id: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.people.delete_one({"_id": id})
        return done.deleted_count > 0

    async def page(self, after: str, limit: int, begins: str = "") -> Sequence[Person]:
        first = {"$gte": begins} if begins > after else {"$gt": after}
        which = {"key": {**first, "$lt": begins + LAST_CHARACTER}}
        async with self._database.answering() as mongo:
            found = mongo.people.find(
                which, sort=[("key", 1)], hint="key", batch_size=ROWS_PER_ANSWER
            )
            rows = await found.limit(limit).to_list(None)
        return [_person(row) for row in rows]

    async def _one(self, which: Mapping[str, str]) -> Person | None:
        async with self._database.answering() as mongo:
            row = await mongo.people.find_one(which)
        return _person(row) if row else None


def _row(person: Person) -> dict[str, Any]:
    return {
        "key": person.key,
        "revision": person.revision,
        "document": orjson.dumps(person.to_json()).decode(),
    }


def _person(row: Mapping[str, Any]) -> Person:
    return Person.from_json(orjson.loads(row["document"]), row["revision"])
