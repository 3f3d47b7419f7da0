"""Credentials in SQLite: one row each, found by the digest of their secret."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from engine.adapters.shared.instants import to_micros
from engine.adapters.sqlite.database import Database
from engine.domain.access.credentials import Credential, Kind

ADD_CREDENTIAL = """
INSERT INTO credentials (digest, person, kind, created_at, expires_at, document)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
"""

USE_CREDENTIAL = "UPDATE credentials SET document = ? WHERE digest = ?"

FIND_CREDENTIAL = "SELECT document FROM credentials WHERE digest = ?"

CREDENTIALS_OF_PERSON = """
SELECT document FROM credentials INDEXED BY credentials_of_person
WHERE person = ? AND kind = ? ORDER BY created_at, digest
"""

REMOVE_CREDENTIAL = "DELETE FROM credentials WHERE digest = ?"

FORGET_CREDENTIALS = """
DELETE FROM credentials INDEXED BY credentials_expired WHERE expires_at < ?
"""


class SqliteCredentialStore:
    """A `CredentialStore` in the engine's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, credential: Credential) -> bool:
        values = _row(credential)
        return await self._database.write(
            lambda connection: connection.execute(ADD_CREDENTIAL, values).rowcount > 0
        )

    async def used(self, credential: Credential) -> None:
        values = (orjson.dumps(credential.to_json()), credential.digest)
        await self._database.write(
            lambda connection: connection.execute(USE_CREDENTIAL, values)
        )

    async def find(self, digest: str) -> Credential | None:
        row = await self._database.read(
            lambda connection: connection.execute(FIND_CREDENTIAL, (digest,)).fetchone()
        )
        return _credential(*row) if row else None

    async def of_person(self, person: str, kind: Kind) -> Sequence[Credential]:
        values = (person, str(kind))
        return await self._database.read(
            lambda connection: [
                _credential(*row)
                for row in connection.execute(CREDENTIALS_OF_PERSON, values)
            ]
        )

    async def remove(self, digest: str) -> bool:
        return await self._database.write(
            lambda connection: (
                connection.execute(REMOVE_CREDENTIAL, (digest,)).rowcount > 0
            )
        )

    async def forget(self, expired_before: datetime) -> None:
        values = (to_micros(expired_before),)
        await self._database.write(
            lambda connection: connection.execute(FORGET_CREDENTIALS, values)
        )


def _row(credential: Credential) -> tuple[str | int | bytes, ...]:
    return (
        credential.digest,
        credential.person,
        str(credential.kind),
        to_micros(credential.created_at),
        to_micros(credential.expires_at),
        orjson.dumps(credential.to_json()),
    )


def _credential(document: bytes) -> Credential:
    return Credential.from_json(orjson.loads(document))
