"""Every query of the engine's file has its index."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from engine.adapters.sqlite import (
    audit,
    credentials,
    frame_statements,
    people,
    pipelines,
    records,
    saved,
    schedules,
    secrets,
    services,
    tallies,
)
from engine.adapters.sqlite import file as sqlite_file
from engine.adapters.sqlite.database import Database

MODULES = (
    sqlite_file,
    audit,
    credentials,
    frame_statements,
    people,
    pipelines,
    records,
    saved,
    schedules,
    secrets,
    services,
    tallies,
)
VERBS = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")

QUERIES = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, str) and value.lstrip().startswith(VERBS)
}

# They ask for every row, in the order of the key; one of them for every row that is not
# about to be forgotten.
WHOLE_TABLE = {
    "CURRENT_VERSIONS",
    "ALL_LINES",
    "ALL_SCHEDULES",
    "ALL_SEALED",
    "ALL_SERVICES",
    "COUNT_SECRETS",
    "HEARD_SERVICES",
}

# As one version of SQLite says it, or another, of an order by two terms.
LAST_TERM = re.compile("LAST TERM|RIGHT PART")


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Path]:
    """That of an engine which runs."""
    path = tmp_path / "engine.db"
    async with Database(path):
        yield path


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_every_query_has_its_index(file: Path, name: str) -> None:
    query = QUERIES[name]
    with closing(sqlite3.connect(file)) as connection:
        values = (None,) * query.count("?")
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()

    steps = [step for *_, step in plan]
    scans = [s for s in steps if s.startswith("SCAN") and "COVERING INDEX" not in s]
    assert not scans or name in WHOLE_TABLE, steps
    # The last term tells tasks of the same microsecond apart: there are few.
    is_sorted = [step for step in steps if "TEMP B-TREE" in step]
    assert all(LAST_TERM.search(step) for step in is_sorted), steps


def test_every_query_is_among_those_explained() -> None:
    sources = "".join(Path(module.__file__).read_text() for module in MODULES)

    found = 0
    for verb in VERBS:
        found += sources.count(f'"{verb}')
        found += sources.count(f"\n{verb}")

    assert found == len(QUERIES) >= 24
