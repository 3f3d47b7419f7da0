"""Secrets in MongoDB: a document for each name, its value sealed."""

from collections.abc import Sequence
from typing import Any

from engine.adapters.mongo.database import ROWS_PER_ANSWER, MongoDatabase
from engine.adapters.shared.instants import from_micros, to_micros
from engine.ports import SecretLine, StoredSecret


class MongoSecretStore:
    """A `SecretStore` in the database of all replicas."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def put(self, secret: StoredSecret) -> None:
        change = {"sealed": secret.sealed, "stored_at": to_micros(secret.stored_at)}
        async with self._database.answering() as mongo:
            await mongo.secrets.update_one(
                {"_id": secret.name}, {"$set": change}, upsert=True
            )

    async def reseal(self, name: str, before: bytes, sealed: bytes) -> None:
        async with self._database.answering() as mongo:
            await mongo.secrets.update_one(
                {"_id": name, "sealed": before}, {"$set": {"sealed": sealed}}
            )

    async def find(self, name: str) -> StoredSecret | None:
        async with self._database.answering() as mongo:
            row = await mongo.secrets.find_one({"_id": name})
        return _secret(row) if row else None

    async def all(self) -> Sequence[StoredSecret]:
        async with self._database.answering() as mongo:
            found = mongo.secrets.find(
                {}, sort=[("_id", 1)], hint="_id_", batch_size=ROWS_PER_ANSWER
            )
            rows = await found.to_list(None)
        return [_secret(row) for row in rows]

    async def count(self) -> int:
        async with self._database.answering() as mongo:
            # By their names alone: none of them is read.
            return int(await mongo.secrets.count_documents({}, hint="_id_"))

    async def lines(self) -> Sequence[SecretLine]:
        async with self._database.answering() as mongo:
            found = mongo.secrets.find(
                {},
                # Without what is sealed: a thousand of them are megabytes.
                projection={"stored_at": True},
                sort=[("_id", 1)],
                hint="_id_",
                batch_size=ROWS_PER_ANSWER,
            )
            rows = await found.to_list(None)
        return [
            SecretLine(name=row["_id"], stored_at=from_micros(row["stored_at"]))
            for row in rows
        ]

    async def remove(self, name: str) -> bool:
        async with self._database.answering() as mongo:
            done = await mongo.secrets.delete_one({"_id": name})
        return done.deleted_count > 0


def _secret(row: dict[str, Any]) -> StoredSecret:
    return StoredSecret(
        name=row["_id"],
        sealed=bytes(row["sealed"]),
        stored_at=from_micros(row["stored_at"]),
    )
