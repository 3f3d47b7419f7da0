"""Secrets in SQLite: a row for each name, its value sealed."""

from collections.abc import Sequence

from engine.adapters.shared.instants import from_micros, to_micros
from engine.adapters.sqlite.database import Database
from engine.ports import SecretLine, StoredSecret

PUT_SEALED = """
INSERT INTO secrets (name, sealed, stored_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE
SET sealed = excluded.sealed, stored_at = excluded.stored_at
"""

RESEAL = "UPDATE secrets SET sealed = ? WHERE name = ? AND sealed = ?"

FIND_SEALED = "SELECT name, sealed, stored_at FROM secrets WHERE name = ?"

ALL_SEALED = "SELECT name, sealed, stored_at FROM secrets ORDER BY name"

COUNT_SECRETS = "SELECT count(*) FROM secrets"

# Without what is sealed: a thousand of them are megabytes.
ALL_LINES = "SELECT name, stored_at FROM secrets ORDER BY name"

REMOVE_SEALED = "DELETE FROM secrets WHERE name = ?"


class SqliteSecretStore:
    """A `SecretStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, secret: StoredSecret) -> None:
        values = (secret.name, secret.sealed, to_micros(secret.stored_at))
        await self._database.write(
            lambda connection: connection.execute(PUT_SEALED, values)
        )

    async def reseal(self, name: str, before: bytes, sealed: bytes) -> None:
        await self._database.write(
            lambda connection: connection.execute(RESEAL, (sealed, name, before))
        )

    async def find(self, name: str) -> StoredSecret | None:
        row = await self._database.read(
            lambda connection: connection.execute(FIND_SEALED, (name,)).fetchone()
        )
        return _secret(*row) if row else None

    async def all(self) -> Sequence[StoredSecret]:
        return await self._database.read(
            lambda connection: [_secret(*row) for row in connection.execute(ALL_SEALED)]
        )

    async def count(self) -> int:
        (count,) = await self._database.read(
            lambda connection: connection.execute(COUNT_SECRETS).fetchone()
        )
        return int(count)

    async def lines(self) -> Sequence[SecretLine]:
        rows = await self._database.read(
            lambda connection: connection.execute(ALL_LINES).fetchall()
        )
        return [
            SecretLine(name=name, stored_at=from_micros(stored_at))
            for name, stored_at in rows
        ]

    async def remove(self, name: str) -> bool:
        return await self._database.write(
            lambda connection: connection.execute(REMOVE_SEALED, (name,)).rowcount > 0
        )


def _secret(name: str, sealed: bytes, stored_at: int) -> StoredSecret:
    return StoredSecret(name=name, sealed=sealed, stored_at=from_micros(stored_at))
