"""The audit log in SQLite: one row for each entry, by number."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from engine.adapters.shared.instants import to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.access.audit import Entry

ADD_ENTRY = """
INSERT INTO audit (number, at, document) VALUES (?, ?, ?)
ON CONFLICT (number) DO NOTHING
"""

LAST_ENTRY = """
SELECT document FROM audit WHERE number = (SELECT max(number) FROM audit)
"""

ENTRIES = "SELECT document FROM audit WHERE number > ? ORDER BY number LIMIT ?"

REPLACE_ENTRY = "UPDATE audit SET document = ? WHERE number = ?"

FORGET_ENTRIES = """
DELETE FROM audit INDEXED BY audit_at
WHERE at < ? AND number < (SELECT max(number) FROM audit)
"""


class SqliteAuditStore:
    """An `AuditStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, entry: Entry) -> bool:
        values = (entry.number, to_micros(entry.at), orjson.dumps(entry.to_json()))
        return await self._database.write(
            lambda connection: connection.execute(ADD_ENTRY, values).rowcount > 0
        )

    async def last(self) -> Entry | None:
        row = await self._database.read(
            lambda connection: connection.execute(LAST_ENTRY).fetchone()
        )
        return _entry(*row) if row else None

    async def page(self, after: int, limit: int) -> Sequence[Entry]:
        return await self._database.read(
            lambda connection: [
                _entry(*row) for row in connection.execute(ENTRIES, (after, limit))
            ]
        )

    async def replace(self, entries: Sequence[Entry]) -> None:
        rows = [(orjson.dumps(one.to_json()), one.number) for one in entries]
        await self._database.write(
            lambda connection: connection.executemany(REPLACE_ENTRY, rows)
        )

    async def forget(self, before: datetime) -> None:
        values = (to_micros(before),)
        await self._database.write(
            lambda connection: connection.execute(FORGET_ENTRIES, values)
        )


def _entry(document: bytes) -> Entry:
    return Entry.from_json(orjson.loads(document))
