"""A store of each database that the engine can have."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from engine.adapters.sqlite.database import Database
from mongo_trials import fresh_database

T = TypeVar("T")


def on_databases(sqlite: Callable[[Database], T], mongo: Callable[[Any], T]) -> Any:
    """A store in the engine's file, and the same in MongoDB: a database for each test.

    What opens them is called with a folder.
    """

    @asynccontextmanager
    async def in_file(folder: Path) -> AsyncIterator[T]:
        async with Database(folder / "engine.db") as database:
            yield sqlite(database)

    @asynccontextmanager
    async def in_mongo(_: Path) -> AsyncIterator[T]:
        async with fresh_database() as database:
            yield mongo(database)

    return [
        pytest.param(in_file, id="sqlite"),
        pytest.param(in_mongo, id="mongo", marks=pytest.mark.external),
    ]
