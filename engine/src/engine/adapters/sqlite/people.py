"""People in SQLite: one row each, their document as JSON, a column for the name."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import orjson

from engine.adapters.sqlite.database import Database
from engine.domain.access.errors import NameTaken
from engine.domain.access.people import LAST_CHARACTER, Person

ADD_PERSON = """
INSERT INTO people (id, key, revision, document) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO NOTHING
"""

SAVE_PERSON = """
UPDATE people SET revision = ?, document = ? WHERE id = ? AND revision = ?
"""

FIND_PERSON = "SELECT document, revision FROM people WHERE id = ?"

NAMED_PERSON = "SELECT document, revision FROM people WHERE key = ?"

REMOVE_PERSON = "DELETE FROM people WHERE id = ?"

# The index of the keys, which are unique.
PEOPLE = """
SELECT document, revision FROM people
WHERE key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?
"""


class SqlitePeopleStore:
    """A `PeopleStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person: Person) -> None:
        values = (person.id, person.key, person.revision, _document(person))
        added = await self._database.write(
            lambda connection: connection.execute(ADD_PERSON, values).rowcount
        )
        if not added:
            raise NameTaken(person.name)

    async def save(self, person: Person) -> Person | None:
        saved = replace(person, revision=person.revision + 1)
        values = (saved.revision, _document(saved), saved.id, person.revision)
        changed = await self._database.write(
            lambda connection: connection.execute(SAVE_PERSON, values).rowcount
        )
        return saved if changed else None

    async def find(self, id: str) -> Person | None:
        return await self._one(FIND_PERSON, id)

    async def named(self, key: str) -> Person | None:
        return await self._one(NAMED_PERSON, key)

    async def remove(self, id: str) -> bool:
        return await self._database.write(
            lambda connection: connection.execute(REMOVE_PERSON, (id,)).rowcount > 0
        )

    async def page(self, after: str, limit: int, begins: str = "") -> Sequence[Person]:
        values = (after, begins, begins + LAST_CHARACTER, limit)
        return await self._database.read(
            lambda connection: [
                _person(*row) for row in connection.execute(PEOPLE, values)
            ]
        )

    async def _one(self, query: str, value: str) -> Person | None:
        def ask(connection: sqlite3.Connection) -> tuple[bytes, int] | None:
            row: tuple[bytes, int] | None = connection.execute(
                query, (value,)
            ).fetchone()
            return row

        row = await self._database.read(ask)
        return _person(*row) if row else None


def _document(person: Person) -> bytes:
    return orjson.dumps(person.to_json())


def _person(document: bytes, revision: int) -> Person:
    return Person.from_json(orjson.loads(document), revision)
