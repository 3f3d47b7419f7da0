"""Frames on their way into MongoDB: written together, each with its own outcome."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pymongo
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.read_concern import ReadConcern

from engine.adapters.mongo.database import MongoDatabase, MotorDatabase, unavailable
from engine.adapters.mongo.schema import SCHEMA
from engine.adapters.shared.instants import to_micros
from engine.domain.errors import EngineError, StaleFrame, TooMuch, Unavailable
from engine.domain.frame import Frame
from engine.domain.frame_json import encode

Fields = dict[str, Any]
Outcome = Frame | EngineError | None

LARGEST = 15 << 20  # bytes of JSON: MongoDB takes documents of 16 MB
IMMUTABLE = 66  # MongoDB's code for what `OR_FAIL` asks
# An update that finds nothing is no error to MongoDB, and of many sent together it
# tells only how many found something. So each asks to insert what cannot be inserted,
# for an `_id` never changes: then MongoDB names those that found no such revision.
OR_FAIL = {"$setOnInsert": {"_id": None}}
MAY_GO = ("wake_at", "erase_at")


@dataclass(frozen=True, slots=True)
class Write:
    """A frame as it shall be. The token tells this write from any other."""

    frame: Frame
    new: bool
    document: str
    token: int

    @classmethod
    def of(cls, frame: Frame, new: bool) -> Self:
        """Raises `TooMuch`, before it can be a nuisance to those written with it."""
        document = encode(frame)
        if len(document) > LARGEST:
            raise TooMuch(f"the frame {frame.path}", LARGEST)
        return cls(frame, new, document.decode(), secrets.randbits(63))

    @property
    def before(self) -> int:
        return self.frame.revision - 1

    @property
    def refused(self) -> StaleFrame | None:
        """What its caller is told if someone else came first."""
        return None if self.new else StaleFrame(self.frame.path, self.before)

    def operation(self) -> InsertOne[Fields] | UpdateOne:
        """What does it, in one document, if nobody comes first."""
        fields = self._fields()
        if self.new:
            return InsertOne(_lasting(self.frame) | fields)
        known = {"_id": self.frame.path, "revision": self.before}
        gone = {name: "" for name in MAY_GO if name not in fields}
        return UpdateOne(known, {"$set": fields, "$unset": gone, **OR_FAIL}, True)

    def _fields(self) -> Fields:
        """What every write sets; an instant that is not there is in no index."""
        frame = self.frame
        instants = {"wake_at": frame.wake_at, "erase_at": frame.erase_at}
        return {
            "status": frame.status.value,
            "revision": frame.revision,
            **{name: to_micros(at) for name, at in instants.items() if at},
            "saved_at": to_micros(frame.saved_at or frame.created_at),
            "token": self.token,
            "document": self.document,
        }

    def verdict(self, found: Mapping[str, Any] | None, error: PyMongoError) -> Outcome:
        """What became of it, by what is there after it ended in an error."""
        if found and found["token"] == self.token:
            return self.frame
        untouched = found is None if self.new else found and self._precedes(found)
        return unavailable(error) if untouched else self.refused

    def _precedes(self, found: Mapping[str, Any]) -> bool:
        return bool(found["revision"] == self.before)


def _lasting(frame: Frame) -> Fields:
    """The fields that no save changes."""
    place: Fields = {"root": True}
    if parent := frame.parent:
        place = {"parent": parent.path, "node": parent.node}
        place |= {"attempt": parent.attempt, "item": parent.index}
    created_at = to_micros(frame.created_at)
    known = {"_id": frame.path, "schema": SCHEMA, "task": frame.task, **place}
    return {**known, "route": frame.route, "created_at": created_at}


async def write(database: MongoDatabase, writes: Sequence[Write]) -> Sequence[Outcome]:
    """Write them all; what ended in an error is unknown, and settled by reading."""
    async with database.answering() as mongo:
        try:
            operations = [write.operation() for write in writes]
            done = await mongo.frames.bulk_write(operations, ordered=False)
        except PyMongoError as error:
            known = _known(writes, error)
            unknown = {n: w for n, w in enumerate(writes) if n not in known}
            if unknown:
                with pymongo.timeout(database.settling):
                    known |= await _settled(mongo, unknown, error)
            return [known[n] for n in range(len(writes))]
        if done.matched_count + done.inserted_count < len(writes):
            raise Unavailable("MongoDB", "it hides which writes were refused")
        return [write.frame for write in writes]


async def _settled(
    mongo: MotorDatabase, unknown: Mapping[int, Write], error: PyMongoError
) -> dict[int, Outcome]:
    """By what is there once it is durable: a majority read might come too early."""
    paths = [write.frame.path for write in unknown.values()]
    frames = mongo.frames.with_options(read_concern=ReadConcern("linearizable"))
    found = frames.find({"_id": {"$in": paths}}, ("token", "revision"))
    rows = await found.batch_size(len(paths) + 1).to_list(None)
    there = {row["_id"]: row for row in rows}
    return {n: w.verdict(there.get(w.frame.path), error) for n, w in unknown.items()}


def _known(writes: Sequence[Write], error: PyMongoError) -> dict[int, Outcome]:
    """The outcomes that an error tells by itself."""
    if not isinstance(error, BulkWriteError):
        return {}
    codes = {fault["index"]: fault["code"] for fault in error.details["writeErrors"]}
    known: dict[int, Outcome]
    known = {n: writes[n].refused for n, code in codes.items() if code == IMMUTABLE}
    if not error.details["writeConcernErrors"]:
        known |= {n: w.frame for n, w in enumerate(writes) if n not in codes}
    return known
