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

MAX_FRAME_BYTES = 15 << 20
"""Of a frame's JSON: with the other fields a document of MongoDB may have 16 MB."""

# Compare-and-set is an update that names the revision it expects. Finding nothing is
# no error to MongoDB, and of many updates sent together it tells only how many found
# something. So each of them asks to insert what cannot be inserted, for an `_id` never
# changes: then MongoDB names those that found no such revision.
REFUSE_TO_INSERT = {"$setOnInsert": {"_id": None}}

IMMUTABLE_FIELD = 66
"""MongoDB's error code for it."""

TOKEN_BITS = 63
"""The most that an integer of MongoDB holds without its sign."""


@dataclass(frozen=True, slots=True)
class Write:
    """A frame as it shall be. The token tells this write from any other."""

    frame: Frame
    new: bool
    document: str
    token: int

    @classmethod
    def of(cls, frame: Frame, *, new: bool) -> Self:
        """Raises `TooMuch`: in a batch it would make the other writes fail as well."""
        document = encode(frame)
        if len(document) > MAX_FRAME_BYTES:
            raise TooMuch(f"the frame {frame.path}", MAX_FRAME_BYTES)

        return cls(
            frame=frame,
            new=new,
            document=document.decode(),
            token=secrets.randbits(TOKEN_BITS),
        )

    @property
    def read_revision(self) -> int:
        """The revision that the caller has read, and that must still be there."""
        return self.frame.revision - 1

    @property
    def refused(self) -> StaleFrame | None:
        """What its caller is told if someone else came first."""
        if self.new:
            return None
        return StaleFrame(self.frame.path, self.read_revision)

    def operation(self) -> InsertOne[Fields] | UpdateOne:
        """The command for it: it changes one document, if no other write came first."""
        fields = self._fields()
        if self.new:
            return InsertOne({**_first_fields(self.frame), **fields})

        # An instant that the frame does not have any more must leave the document, or
        # it would be found by it.
        absent = {name: "" for name in ("wake_at", "erase_at") if name not in fields}

        return UpdateOne(
            {"_id": self.frame.path, "revision": self.read_revision},
            {"$set": fields, "$unset": absent, **REFUSE_TO_INSERT},
            upsert=True,
        )

    def _fields(self) -> Fields:
        """What every write sets; an instant that is not there is in no index."""
        frame = self.frame
        fields: Fields = {
            "status": frame.status.value,
            "revision": frame.revision,
            "saved_at": to_micros(frame.saved_at or frame.created_at),
            "token": self.token,
            "document": self.document,
        }

        # Computed by the frame: asked once.
        wake_at = frame.wake_at
        if wake_at:
            fields["wake_at"] = to_micros(wake_at)
        if frame.erase_at:
            fields["erase_at"] = to_micros(frame.erase_at)

        # An open frame has neither, and never loses them.
        if frame.ended_at:
            fields["ended_at"] = to_micros(frame.ended_at)
            fields["error"] = frame.error
            fields["failed_node"] = frame.failed_node
            fields["code"] = frame.failure_code
            if frame.owner and frame.parent is None:
                fields["bytes"] = frame.kept_bytes

        return fields

    def verdict(self, found: Mapping[str, Any] | None, error: PyMongoError) -> Outcome:
        """What became of it, by what is there after it ended in an error."""
        # An error does not say whether the write was applied, but its token does.
        if found and found["token"] == self.token:
            return self.frame

        if self.new:
            untouched = found is None
        else:
            untouched = found is not None and found["revision"] == self.read_revision

        # As it was before: it can be tried again. Otherwise someone else came first.
        return unavailable(error) if untouched else self.refused


def _first_fields(frame: Frame) -> Fields:
    """The fields that no save changes, or that of its end alone."""
    fields: Fields = {
        "_id": frame.path,
        "schema": SCHEMA,
        "task": frame.task,
        "route": frame.route,
        "version": frame.version,
        "created_at": to_micros(frame.created_at),
    }

    parent = frame.parent
    if parent is None:
        fields["root"] = True
        if frame.continues:
            fields["continues"] = frame.continues
        if frame.trial:
            fields["trial"] = True
        if frame.owner:
            fields["owner"] = frame.owner
            fields["bytes"] = frame.kept_bytes
        if frame.space:
            fields["space"] = frame.space
    else:
        fields["parent"] = parent.path
        fields["node"] = parent.node
        fields["attempt"] = parent.attempt
        fields["item"] = parent.index

    return fields


async def write(database: MongoDatabase, writes: Sequence[Write]) -> Sequence[Outcome]:
    """Write them all; read again what became of those that ended in an error."""
    operations = [one.operation() for one in writes]

    async with database.answering() as mongo:
        try:
            # Unordered: one that is refused does not stop those behind it.
            done = await mongo.frames.bulk_write(operations, ordered=False)
        except PyMongoError as error:
            return await _outcomes(database, mongo, writes, error)

    # Some found no such revision, and this server did not refuse to insert them. It
    # does not tell which saves were stale, so none of them may count as saved.
    if done.matched_count + done.inserted_count < len(writes):
        raise Unavailable("MongoDB", "it does not say which writes it refused")

    return [one.frame for one in writes]


async def _outcomes(
    database: MongoDatabase,
    mongo: MotorDatabase,
    writes: Sequence[Write],
    error: PyMongoError,
) -> Sequence[Outcome]:
    """The outcome of each: what the error tells, and what is read where it does not."""
    known = _known_outcomes(writes, error)
    unknown = {n: one for n, one in enumerate(writes) if n not in known}

    if unknown:
        with pymongo.timeout(database.recheck_seconds):
            known |= await _read_outcomes(mongo, unknown, error)

    return [known[n] for n in range(len(writes))]


def _known_outcomes(writes: Sequence[Write], error: PyMongoError) -> dict[int, Outcome]:
    """The outcomes that an error tells by itself, by their place in the batch."""
    if not isinstance(error, BulkWriteError):
        return {}

    codes = {fault["index"]: fault["code"] for fault in error.details["writeErrors"]}

    # If the server could not say that a majority has them, an election may still roll
    # back those that were applied.
    durable = not error.details["writeConcernErrors"]

    known: dict[int, Outcome] = {}
    for n, one in enumerate(writes):
        if codes.get(n) == IMMUTABLE_FIELD:
            known[n] = one.refused
        elif durable and n not in codes:
            known[n] = one.frame

    return known


async def _read_outcomes(
    mongo: MotorDatabase, unknown: Mapping[int, Write], error: PyMongoError
) -> dict[int, Outcome]:
    """By what is there once it is durable."""
    paths = [one.frame.path for one in unknown.values()]

    # Linearizable: a majority read right after the error may not show yet what was
    # applied, and would call a save lost that is not.
    frames = mongo.frames.with_options(read_concern=ReadConcern("linearizable"))
    found = frames.find({"_id": {"$in": paths}}, ("token", "revision"))
    rows = await found.batch_size(len(paths) + 1).to_list(None)

    there = {row["_id"]: row for row in rows}

    outcomes = {}
    for n, one in unknown.items():
        outcomes[n] = one.verdict(there.get(one.frame.path), error)

    return outcomes
