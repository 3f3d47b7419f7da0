"""The connection to MongoDB: what all operations may rely on, whatever the URL."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self, TypeAlias

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.monitoring import CommandListener

from engine.adapters.mongo.address import (
    checked,
    client_options,
    database_name,
    operation_seconds,
)
from engine.adapters.mongo.schema import INDEXES, complete_versions
from engine.domain.errors import Unavailable

Document = Mapping[str, Any]
MotorClient: TypeAlias = "AsyncIOMotorClient[dict[str, Any]]"
MotorDatabase: TypeAlias = "AsyncIOMotorDatabase[dict[str, Any]]"

INDEX_BUILD_SECONDS = 6 * 3600.0
"""For the new indexes of a large collection, which take minutes."""

CLOSE_SECONDS = 1.0
"""For telling the server that its sessions end: a frozen one would not answer."""

SLACK_SECONDS = 0.5
"""For what the engine itself does around an operation on a busy machine."""

ROWS_PER_ANSWER = 10_000
"""For short lists that are read whole: they come in one answer, not in pages."""

# The driver adds these to the first reason: settings and the state of every node.
DETAILS = re.compile(r" \(configured timeouts|, Timeout: |, full error: ")


class MongoDatabase:
    """A database of a replica set, in use while the context is open.

    Opening it contacts no server. The indexes are made at first use, by every replica.
    """

    def __init__(self, url: str, *, listeners: Sequence[CommandListener] = ()) -> None:
        """Raises ValueError for what is no address of a MongoDB.

        The listeners are told of every command that is sent.
        """
        self._url = checked(url)
        self._listeners = listeners
        self.name = database_name(url)

        self.recheck_seconds = operation_seconds(url) / 2
        """For reading what became of a write that ended in an error."""

        self._answer_seconds = (
            operation_seconds(url) + self.recheck_seconds + SLACK_SECONDS
        )

        # The stores are made of this object before an event loop runs, to which a
        # client belongs, and the engine starts without MongoDB. None: it is not open.
        self._client: MotorClient | None = None

        self._index_build: asyncio.Task[None] | None = None
        self._indexed = False

    async def __aenter__(self) -> Self:
        self._client = AsyncIOMotorClient(
            self._url,
            event_listeners=list(self._listeners),
            **client_options(self._url),
        )
        return self

    async def __aexit__(self, *exception: object) -> None:
        client = self._client
        self._client = None

        if self._index_build:
            self._index_build.cancel()
        if client:
            with pymongo.timeout(CLOSE_SECONDS):
                await asyncio.to_thread(client.close)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[MotorDatabase]:
        """The database; `Unavailable` for all that it or its absence raises inside.

        The body has as much time as MongoDB has for a write and for reading what became
        of it. That includes the wait behind other batches.
        """
        if self._client is None:
            raise Unavailable("MongoDB", "the connection is closed")

        try:
            async with asyncio.timeout(self._answer_seconds):
                database = self._client[self.name]
                if not self._indexed:
                    await self._wait_for_indexes(database)
                yield database
        except TimeoutError as error:
            late = "it did not answer in time"
            if not self._indexed:
                late = "its indexes are still being built"
            raise Unavailable("MongoDB", late) from error
        except PyMongoError as error:
            raise unavailable(error) from error

    async def _wait_for_indexes(self, database: MotorDatabase) -> None:
        """Queries name their indexes, so none may be asked before they are there."""
        # An absent server is noticed here in seconds. The build below has hours.
        await database.command("ping")

        # A build that failed is started again.
        if self._index_build is None or self._index_build.done():
            self._index_build = asyncio.create_task(self._build_indexes(database))

        # Shielded: callers give up after seconds, but the build has to go on, or a
        # large collection would never get its indexes.
        await asyncio.shield(self._index_build)

    async def _build_indexes(self, database: MotorDatabase) -> None:
        """Nothing to do for those that are there, whichever replica made them."""
        with pymongo.timeout(INDEX_BUILD_SECONDS):
            for name, indexes in INDEXES.items():
                await database[name].create_indexes(list(indexes))
            await complete_versions(database.versions)

        self._indexed = True


def unavailable(error: PyMongoError) -> Unavailable:
    """The error as the engine tells it: its first reason, without the details.

    >>> str(unavailable(PyMongoError("a:1: timed out (configured timeouts: 3 s)")))
    'MongoDB is not available: a:1: timed out'
    """
    reason = str(error)

    # Its text lists every write of the batch, with the documents.
    if isinstance(error, BulkWriteError):
        faults = error.details["writeConcernErrors"] + error.details["writeErrors"]
        reason = faults[0]["errmsg"]

    return Unavailable("MongoDB", DETAILS.split(reason, maxsplit=1)[0])
