"""The documents in MongoDB, written as `mongodump` writes them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from engine.adapters.mongo.address import client_options, database_name
from engine.adapters.upkeep.files import new_file
from engine.adapters.upkeep.stores import UpkeepFailed

OPERATION_TIMEOUT_MS = 60_000
"""For a page of documents on a busy server; an engine waits less."""

BATCH_BYTES = 8 << 20
"""What is inserted at once: MongoDB takes 48 MB in a command."""


OUTDATED_SNAPSHOT = frozenset({239, 246})
"""SnapshotTooOld, SnapshotUnavailable."""

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class MongoDocuments:
    """`Documents` in the database that MONGO_URL names."""

    kind = "mongodb"

    def __init__(self, url: str, *, timeout_ms: int = OPERATION_TIMEOUT_MS) -> None:
        self._url = url
        self._timeout_ms = timeout_ms

    def save(self, folder: Path) -> int:
        # A snapshot: what is read of all collections was there at one moment, and is
        # not rolled back by an election.
        with (
            self.opened() as database,
            database.client.start_session(snapshot=True) as session,
        ):
            count = 0
            for name in collections(database):
                # mypy takes its documents for those of the client.
                source: Any = database.get_collection(name, RAW)
                with (
                    new_file(folder / self.kind / f"{name}.bson") as file,
                    source.find({}, session=session) as found,
                ):
                    for document in found:
                        file.write(document.raw)
                        count += 1
            return count

    def check_empty(self) -> None:
        with self.opened() as database:
            for name in collections(database):
                if database[name].find_one({}, {"_id": 1}):
                    raise UpkeepFailed(
                        f"the database {database.name} is not empty: “{name}” has "
                        "documents",
                        "restore into another database (MONGO_URL), or drop this one",
                    )

    def load(self, folder: Path) -> int:
        count = 0
        with self.opened() as database:
            for path in sorted((folder / self.kind).glob("*.bson")):
                collection = database.get_collection(path.stem, RAW)
                for batch in batches(path):
                    collection.insert_many(batch)
                    count += len(batch)
        return count

    def sealed_secrets(self) -> Iterator[tuple[str, bytes]]:
        with self.opened() as database:
            for document in database.secrets.find():
                yield document["_id"], bytes(document["sealed"])

    @contextmanager
    def opened(self) -> Iterator["Database[dict[str, Any]]"]:
        """The database; raises `UpkeepFailed` for what MongoDB refuses inside."""
        options = client_options(self._url) | {
            "timeoutMS": self._timeout_ms,
            "socketTimeoutMS": self._timeout_ms,
        }
        client: MongoClient[dict[str, Any]] = MongoClient(self._url, **options)
        with closing(client):
            try:
                yield client[database_name(self._url)]
            except PyMongoError as error:
                raise _failed(error) from error


def collections(database: "Database[Any]") -> list[str]:
    """The names of all that the engine keeps there."""
    names = database.list_collection_names()
    return sorted(name for name in names if not name.startswith("system."))


def batches(path: Path) -> Iterator[list[RawBSONDocument]]:
    """What a file holds, as much at once as may be inserted."""
    batch: list[RawBSONDocument] = []
    size = 0

    with open(path, "rb") as file:
        for document in bson.decode_file_iter(file, RAW):
            batch.append(document)
            size += len(document.raw)
            if size >= BATCH_BYTES:
                yield batch
                batch = []
                size = 0

    if batch:
        yield batch


def _failed(error: PyMongoError) -> UpkeepFailed:
    if isinstance(error, OperationFailure) and error.code in OUTDATED_SNAPSHOT:
        return UpkeepFailed(
            "MongoDB no longer has the state of when the backup began",
            "try again; if the backup takes long, let it keep more: setParameter "
            "minSnapshotHistoryWindowInSeconds",
        )
    return UpkeepFailed(
        f"MongoDB: {error}", "start it, or correct its address: MONGO_URL"
    )
