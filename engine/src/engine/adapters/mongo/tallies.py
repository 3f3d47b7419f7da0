"""Tallies in MongoDB: a document for each kind, subject and day, named by all three."""

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne

from engine.adapters.mongo.database import ROWS_PER_ANSWER, Document, MongoDatabase
from engine.domain.tallies import Tally


class MongoTallyStore:
    """A `TallyStore` in a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def add(self, tallies: Sequence[Tally]) -> None:
        if not tallies:
            return
        # Counters are added up by MongoDB itself: several replicas do so at once.
        changes = [
            UpdateOne(
                {"_id": _name(tally.kind, tally.subject, tally.day)},
                {
                    "$inc": {f"counts.{name}": n for name, n in tally.counts.items()},
                    "$set": {"day": tally.day},
                },
                upsert=True,
            )
            for tally in tallies
        ]
        async with self._database.answering() as mongo:
            await mongo.tallies.bulk_write(changes, ordered=False)

    async def of_kind(self, kind: str, since: int) -> Sequence[Tally]:
        # `!` is the character after the space, and no subject has either of them.
        names = {"$gt": f"{kind} ", "$lt": f"{kind}!"}
        return await self._tallies({"_id": names, "day": {"$gte": since}})

    async def of_subject(self, kind: str, subject: str, since: int) -> Sequence[Tally]:
        names = {"$gte": _name(kind, subject, since), "$lt": f"{kind} {subject}!"}
        return await self._tallies({"_id": names})

    async def forget(self, before: int) -> None:
        async with self._database.answering() as mongo:
            await mongo.tallies.delete_many({"day": {"$lt": before}})

    async def _tallies(self, which: Document) -> list[Tally]:
        async with self._database.answering() as mongo:
            found = mongo.tallies.find(which, hint="_id_")
            rows = await found.batch_size(ROWS_PER_ANSWER).to_list(None)
        return [_tally(row) for row in rows]


def _name(kind: str, subject: str, day: int) -> str:
    """With leading zeros, so that names are in the order of their days."""
    return f"{kind} {subject} {day:06d}"


def _tally(row: dict[str, Any]) -> Tally:
    kind, subject, day = row["_id"].split(" ")
    return Tally(kind, subject, int(day), row["counts"])
