"""Credentials in MongoDB: a document each, found by the digest of their secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.shared.instants import to_micros
from engine.domain.access.credentials import Credential, Kind


class MongoCredentialStore:
    """A `CredentialStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def add(self, credential: Credential) -> bool:
        async with self._database.answering() as mongo:
            try:
                await mongo.credentials.insert_one(_row(credential))
            except DuplicateKeyError:
                return False
        return True

    async def used(self, credential: Credential) -> None:
        change = {"document": _document(credential)}
        async with self._database.answering() as mongo:
            await mongo.credentials.update_one(
                {"_id": credential.digest}, {"$set": change}
            )

    async def find(self, digest: str) -> Credential | None:
        async with self._database.answering() as mongo:
            row = await mongo.credentials.find_one({"_id": digest})
        return _credential(row) if row else None

    async def of_person(self, person: str, kind: Kind) -> Sequence[Credential]:
        which = {"person": person, "kind": str(kind)}
        async with self._database.answering() as mongo:
            found = mongo.credentials.find(
                which,
                sort=[("created_at", 1), ("_id", 1)],
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)
        return [_credential(row) for row in rows]

    async def remove(self, digest: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.credentials.delete_one({"_id": digest})
        return done.deleted_count > 0

    async def forget(self, expired_before: datetime) -> None:
        which = {"expires_at": {"$lt": to_micros(expired_before)}}
        async with self._database.answering() as mongo:
            await mongo.credentials.delete_many(which)


def _row(credential: Credential) -> dict[str, Any]:
    return {
        "_id": credential.digest,
        "person": credential.person,
        "kind": str(credential.kind),
        "created_at": to_micros(credential.created_at),
        "expires_at": to_micros(credential.expires_at),
        "document": _document(credential),
    }


def _document(credential: Credential) -> str:
    return orjson.dumps(credential.to_json()).decode()


def _credential(row: Mapping[str, Any]) -> Credential:
    return Credential.from_json(orjson.loads(row["document"]))
