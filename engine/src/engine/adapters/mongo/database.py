"""The connection to MongoDB: what all operations may rely on, whatever the URL."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.uri_parser import parse_uri

from engine.adapters.mongo.schema import INDEXES
from engine.domain.errors import Unavailable

Document = Mapping[str, Any]
MotorDatabase: TypeAlias = "AsyncIOMotorDatabase[dict[str, Any]]"

DEFAULT_NAME = "marketplace"
ANSWER = 3000  # milliseconds that MongoDB has for one operation, retries included
# what the URL may say otherwise
PREFERRED = {
    "appName": "marketplace",
    "timeoutMS": ANSWER,
    "connectTimeoutMS": 2000,
    "socketTimeoutMS": ANSWER,  # for a long answer's rest, which `timeoutMS` forgets
}
# what the engine's promises rest upon
REQUIRED = {
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "readPreference": "primary",
    "retryWrites": True,
    "retryReads": True,
}
INDEXING = 6 * 3600.0  # seconds that new indexes of a large collection may take
GOODBYE = 1.0  # seconds
# what follows the first reason in an error's text
DETAILS = re.compile(r" \(configured timeouts|, Timeout: |, full error: ")


def checked(url: str) -> str:
    """The address itself.

    >>> checked("mongodb://127.0.0.1:27017/marketplace?replicaSet=rs0")
    'mongodb://127.0.0.1:27017/marketplace?replicaSet=rs0'
    """
    if not url.startswith("mongodb+srv://"):  # which would ask the name's server
        try:
            parse_uri(url)
        except PyMongoError as error:
            raise ValueError(f"{error}; write mongodb://HOST:PORT/DATABASE") from None
    return url


class MongoDatabase:
    """A database of a replica set, in use while the context is open.

    Opening it contacts nobody. The indexes are made at first use, by every replica.
    """

    def __init__(self, url: str) -> None:
        """Raises ValueError for what is no address of a MongoDB."""
        self._url = checked(url)
        self.name = urlsplit(url).path.strip("/") or DEFAULT_NAME
        self.settling = answer_time(url) / 2
        """Seconds for reading what became of a write that ended in an error."""
        self._patience = answer_time(url) + self.settling + 0.5
        self._indexing: asyncio.Task[None] | None = None
        self._indexed = False

    async def __aenter__(self) -> Self:
        self._client: AsyncIOMotorClient[dict[str, Any]]
        self._client = AsyncIOMotorClient(self._url, **options(self._url))
        return self

    async def __aexit__(self, *exception: object) -> None:
        if self._indexing:
            self._indexing.cancel()
        with pymongo.timeout(GOODBYE):
            await asyncio.to_thread(self._client.close)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[MotorDatabase]:
        """The database; `Unavailable` for all that it or its absence raises inside.

        That is known in time: who waits for longer than MongoDB has, waits no more.
        """
        try:
            async with asyncio.timeout(self._patience):
                database = self._client[self.name]
                if not self._indexed:
                    await self._prepare(database)
                yield database
        except TimeoutError as error:
            late = "it did not answer in time" if self._indexed else "it makes indexes"
            raise Unavailable("MongoDB", late) from error
        except PyMongoError as error:
            raise unavailable(error) from error

    async def _prepare(self, database: MotorDatabase) -> None:
        """Wait for the indexes; they go on being made when nobody waits any more."""
        await database.command("ping")  # an absent server is not waited for
        if self._indexing is None or self._indexing.done():
            self._indexing = asyncio.create_task(self._make_indexes(database))
        await asyncio.shield(self._indexing)

    async def _make_indexes(self, database: MotorDatabase) -> None:
        with pymongo.timeout(INDEXING):
            for name, indexes in INDEXES.items():
                await database[name].create_indexes(list(indexes))
        self._indexed = True


def options(url: str) -> dict[str, Any]:
    """How to connect, where the URL does not say it, or may not say it otherwise.

    >>> chosen = options("mongodb://host/?w=1&appName=mine")
    >>> chosen["w"], chosen["timeoutMS"], "appName" in chosen
    ('majority', 3000, False)
    """
    said = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
    preferred = {n: v for n, v in PREFERRED.items() if n.lower() not in said}
    return preferred | REQUIRED


def answer_time(url: str) -> float:
    """Seconds that MongoDB has for one operation, retries included.

    >>> answer_time("mongodb://host/?timeoutms=500"), answer_time("mongodb://host")
    (0.5, 3.0)
    """
    said = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
    return float(said.get("timeoutms", ANSWER)) / 1000


def unavailable(error: PyMongoError) -> Unavailable:
    """The error as the engine tells it: its first reason, without the details.

    >>> str(unavailable(PyMongoError("a:1: timed out (configured timeouts: 3 s)")))
    'MongoDB is not available: a:1: timed out'
    """
    reason = str(error)
    if isinstance(error, BulkWriteError):
        faults = error.details["writeConcernErrors"] + error.details["writeErrors"]
        reason = faults[0]["errmsg"]
    return Unavailable("MongoDB", DETAILS.split(reason, maxsplit=1)[0])
