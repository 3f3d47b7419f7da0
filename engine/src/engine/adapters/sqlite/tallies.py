"""Tallies in SQLite: a row for each kind, subject and day, its counters as JSON."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson

from engine.adapters.sqlite.database import Database
from engine.domain.tallies import Tally

COUNTS_OF = """
SELECT counts FROM tallies WHERE kind = ? AND subject = ? AND day = ?
"""

PUT_COUNTS = """
INSERT INTO tallies (kind, subject, day, counts) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, subject, day) DO UPDATE SET counts = excluded.counts
"""

TALLIES_OF_KIND = """
SELECT kind, subject, day, counts FROM tallies WHERE kind = ? AND day >= ?
"""

TALLIES_OF_SUBJECT = """
SELECT kind, subject, day, counts FROM tallies
WHERE kind = ? AND subject = ? AND day >= ?
"""

FORGET_TALLIES = "DELETE FROM tallies WHERE day < ?"


class SqliteTallyStore:
    """A `TallyStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, tallies: Sequence[Tally]) -> None:
        def add(connection: sqlite3.Connection) -> None:
            for tally in tallies:
                _add(connection, tally)

        await self._database.write(add)

    async def of_kind(self, kind: str, since: int) -> Sequence[Tally]:
        return await self._tallies(TALLIES_OF_KIND, kind, since)

    async def of_subject(self, kind: str, subject: str, since: int) -> Sequence[Tally]:
        return await self._tallies(TALLIES_OF_SUBJECT, kind, subject, since)

    async def forget(self, before: int) -> None:
        await self._database.write(
            lambda connection: connection.execute(FORGET_TALLIES, (before,)).rowcount
        )

    async def _tallies(self, query: str, *values: Any) -> list[Tally]:
        return await self._database.read(
            lambda connection: [
                Tally(kind, subject, day, orjson.loads(counts))
                for kind, subject, day, counts in connection.execute(query, values)
            ]
        )


def _add(connection: sqlite3.Connection, tally: Tally) -> None:
    # There is one writer: nobody else changes the row between these two.
    place = (tally.kind, tally.subject, tally.day)
    row = connection.execute(COUNTS_OF, place).fetchone()

    counts = Counter[str](orjson.loads(row[0]) if row else {})
    counts.update(tally.counts)
    connection.execute(PUT_COUNTS, (*place, orjson.dumps(counts)))
