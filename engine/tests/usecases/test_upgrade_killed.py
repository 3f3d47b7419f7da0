"""An engine that is killed while it changes what an earlier one left goes on later."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import external
import pytest
from bson import json_util
from engine.adapters.mongo.address import database_name
from engine.adapters.mongo.schema import INDEXES
from engine.adapters.sqlite.file import connect, migrate
from engine.adapters.sqlite.schema import MIGRATIONS
from engine.adapters.upkeep import mongo_state, sqlite_state
from engine.adapters.upkeep.findings import Finding, Level
from engine.domain.task_lists import TaskFilter
from playground import answer_all, playground
from pymongo import MongoClient
from upgrades.record import EARLIER, SECRET

MOST_STATEMENTS = 2_000
"""Of a migration, with those that it consists of: it would not end otherwise."""


@pytest.fixture
def left_behind(tmp_path: Path) -> Path:
    path = tmp_path / "left.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((EARLIER / "engine.sql").read_text("utf-8"))
    return path


def content(path: Path) -> list[str]:
    """All that is in a file, and its schema."""
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        return [f"schema {version}", *database.iterdump()]


def migrated(path: Path) -> None:
    with connect(path) as database:
        migrate(database, path)


def killed_at(path: Path, statement: int) -> bool:
    """Migrate in another process that is killed when it begins a statement; False: it
    has ended before."""
    child = os.fork()
    if not child:
        _migrate_and_die(path, statement)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _migrate_and_die(path: Path, statement: int) -> None:
    left = statement

    def begun(_: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with connect(path) as database:
            database.set_trace_callback(begun)
            migrate(database, path)
    finally:
        # Nothing of the test's own ending is done here.
        os._exit(0)


def kills(left: Path, folder: Path) -> Iterator[Path]:
    """The file, after a kill at each statement of the migration."""
    for statement in count(1):
        assert statement < MOST_STATEMENTS
        path = folder / f"killed{statement}.db"
        shutil.copy(left, path)
        if not killed_at(path, statement):
            return
        yield path


def test_no_kill_during_a_migration_of_a_file_changes_what_comes_of_it(
    left_behind: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.db"
    shutil.copy(left_behind, whole)
    migrated(whole)
    wanted = content(whole)
    seen: set[str] = set()

    for path in kills(left_behind, tmp_path):
        # What stands there is a schema that the check knows, and can go on from.
        found = list(sqlite_state.look(path))
        assert Level.WRONG not in {one.level for one in found}, found
        with closing(sqlite3.connect(path)) as database:
            seen.add(str(database.execute("PRAGMA user_version").fetchone()[0]))

        migrated(path)

        assert content(path) == wanted, path
    assert {"14", str(len(MIGRATIONS) - 1)} <= seen


KILLED = """
import asyncio, os, signal, sys
from engine.adapters.mongo.database import MongoDatabase
from pymongo.monitoring import CommandListener

left = int(sys.argv[2])

class Killing(CommandListener):
    def started(self, event):
        global left
        if event.command_name in ("createIndexes", "update"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
    def succeeded(self, event): ...
    def failed(self, event): ...

async def main():
    async with MongoDatabase(sys.argv[1], listeners=[Killing()]) as database:
        async with database.answering():
            pass

asyncio.run(main())
"""
STEPS = len(INDEXES) + 1
"""The indexes of each collection, and what versions lack."""


def texts(found: list[Finding]) -> str:
    return "\n".join(f"{one.level.name} {one.text}" for one in found)


@pytest.mark.external
@pytest.mark.parametrize("step", [1, 2, STEPS // 2, STEPS])
async def test_a_replica_that_is_killed_while_it_makes_indexes_costs_nothing(
    step: int, tmp_path: Path
) -> None:
    url = external.cluster()["mongo_url"]
    kept = json_util.loads((EARLIER / "mongo.json").read_text("utf-8"))
    with MongoClient(url) as client:  # type: ignore[var-annotated] # of any kind
        for name, documents in kept.items():
            if documents:
                client[database_name(url)][name].insert_many(documents)

    command = [sys.executable, "-c", KILLED, url, str(step)]
    killed = subprocess.run(command, capture_output=True, text=True)
    between = list(mongo_state.look(url))
    settings = {"mongo_url": url, "secret": SECRET}
    async with playground(tmp_path, settings=settings) as play:
        listed, _ = await play.engine.tasks.list(TaskFilter(), None, 100)
        await answer_all(play, {task["id"] for task in listed})
        ended, _ = await play.engine.tasks.list(TaskFilter(), None, 100)
    after = list(mongo_state.look(url))

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Level.WRONG not in {one.level for one in between}, texts(between)
    assert [task["status"] for task in ended] == ["finished"] * 3
    assert "GOOD all indexes are there" in texts(after)
