"""Documents that were saved and not published, in SQLite: a row for each."""

import sqlite3
from collections.abc import Sequence

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.ports.saved import Saved, SavedLine

SAVE_DOCUMENT = """
INSERT INTO saved (route, id, saved_at, faults, document, saved_by)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (route, id) DO UPDATE
SET saved_at = excluded.saved_at, faults = excluded.faults, saved_by = excluded.saved_by
"""

DISCARD_OLDER = """
DELETE FROM saved WHERE route = ? AND id NOT IN (
    SELECT id FROM saved INDEXED BY saved_of_route
    WHERE route = ? ORDER BY saved_at DESC, id DESC LIMIT ?
)
"""

FIND_SAVED = """
SELECT id, saved_at, faults, document, saved_by
FROM saved WHERE route = ? AND id = ?
"""

SAVED_OF_ROUTE = """
SELECT id, saved_at, faults FROM saved INDEXED BY saved_of_route
WHERE route = ? ORDER BY saved_at DESC, id DESC
"""

SAVED_OF_PERSON = """
SELECT route, id, saved_at, faults FROM saved INDEXED BY saved_of_person
WHERE saved_by <> '' AND saved_by = ? ORDER BY route, id
"""

COUNT_SAVED = "SELECT count(*) FROM saved"

REMOVE_SAVED = "DELETE FROM saved WHERE route = ? AND id = ?"


class SqliteSavedStore:
    """A `SavedStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, saved: Saved, keep: int) -> None:
        line = saved.line
        saved_at = to_micros(line.saved_at)
        row = (
            saved.route,
            line.id,
            saved_at,
            line.faults,
            saved.document,
            saved.saved_by,
        )

        def save(connection: sqlite3.Connection) -> None:
            connection.execute(SAVE_DOCUMENT, row)
            connection.execute(DISCARD_OLDER, (saved.route, saved.route, keep))

        await self._database.write(save)

    async def find(self, route: str, id: str) -> Saved | None:
        row = await self._database.read(
            lambda connection: connection.execute(FIND_SAVED, (route, id)).fetchone()
        )
        return Saved(route, _line(*row[:3]), *row[3:]) if row else None

    async def of_route(self, route: str) -> Sequence[SavedLine]:
        return await self._database.read(
            lambda connection: [
                _line(*row) for row in connection.execute(SAVED_OF_ROUTE, (route,))
            ]
        )

    async def of_person(self, person: str) -> Sequence[tuple[str, SavedLine]]:
        return await self._database.read(
            lambda connection: [
                (route, _line(*row))
                for route, *row in connection.execute(SAVED_OF_PERSON, (person,))
            ]
        )

    async def count(self) -> int:
        (count,) = await self._database.read(
            lambda connection: connection.execute(COUNT_SAVED).fetchone()
        )
        return int(count)

    async def remove(self, route: str, id: str) -> bool:
        values = (route, id)
        return await self._database.write(
            lambda connection: connection.execute(REMOVE_SAVED, values).rowcount > 0
        )


def _line(id: str, saved_at: int, faults: int) -> SavedLine:
    return SavedLine(id=id, saved_at=from_micros(saved_at), faults=faults)
