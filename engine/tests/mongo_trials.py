"""A MongoDB database for one test alone, gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import external
from engine.adapters.mongo import MongoDatabase

# a busy machine is slow, which no test is about
PATIENT = "timeoutMS=60000&serverSelectionTimeoutMS=60000&connectTimeoutMS=60000"


def named(url: str, name: str, options: str = "") -> str:
    """The URL of another database of the same server."""
    return url.replace("/marketplace?", f"/{name}?{options}&", 1)


@asynccontextmanager
async def fresh_database() -> AsyncIterator[MongoDatabase]:
    name = f"trial-{uuid4().hex}"
    async with MongoDatabase(named(external.mongo().url, name, PATIENT)) as database:
        yield database
        async with database.answering() as mongo:
            await mongo.client.drop_database(name)
