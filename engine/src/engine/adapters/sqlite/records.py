"""Records in SQLite: a row each, its document as JSON; all kinds in one table."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic

import orjson

from engine.adapters.sqlite.database import Database
from engine.ports.access import R

ADD_RECORD = """
INSERT INTO records (kind, id, revision, document) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, id) DO NOTHING
"""

SAVE_RECORD = """
UPDATE records SET revision = ?, document = ? WHERE kind = ? AND id = ? AND revision = ?
"""

FIND_RECORD = "SELECT document, revision FROM records WHERE kind = ? AND id = ?"

ALL_RECORDS = "SELECT document, revision FROM records WHERE kind = ? ORDER BY id"

REMOVE_RECORD = "DELETE FROM records WHERE kind = ? AND id = ?"


class SqliteRecordStore(Generic[R]):
    """A `RecordStore` in the engine's file."""

    def __init__(self, database: Database, record: type[R]) -> None:
        self._database = database
        self._record = record
        self._kind = record.KIND

    async def add(self, record: R) -> bool:
        values = (self._kind, record.id, record.revision, _document(record))
        return await self._database.write(
            lambda connection: connection.execute(ADD_RECORD, values).rowcount > 0
        )

    async def save(self, record: R) -> R | None:
        saved = _next(record)
        values = (
            saved.revision,
            _document(saved),
            self._kind,
            saved.id,
            record.revision,
        )
        changed = await self._database.write(
            lambda connection: connection.execute(SAVE_RECORD, values).rowcount
        )
        return saved if changed else None

    async def find(self, id: str) -> R | None:
        values = (self._kind, id)
        row = await self._database.read(
            lambda connection: connection.execute(FIND_RECORD, values).fetchone()
        )
        return self._of(*row) if row else None

    async def all(self) -> Sequence[R]:
        return await self._database.read(
            lambda connection: [
                self._of(*row) for row in connection.execute(ALL_RECORDS, (self._kind,))
            ]
        )

    async def remove(self, id: str) -> bool:
        values = (self._kind, id)
        return await self._database.write(
            lambda connection: connection.execute(REMOVE_RECORD, values).rowcount > 0
        )

    def _of(self, document: bytes, revision: int) -> R:
        return self._record.from_json(orjson.loads(document), revision)


def _document(record: R) -> bytes:
    return orjson.dumps(record.to_json())


def _next(record: R) -> R:
    # Every record is a frozen dataclass, which a protocol cannot say.
    changeable: Any = record
    saved: R = replace(changeable, revision=record.revision + 1)
    return saved
