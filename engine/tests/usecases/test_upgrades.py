"""What earlier versions left behind goes on here, and they can read what is written."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bson import json_util
from engine.adapters.mongo.address import database_name
from engine.adapters.upkeep import mongo_state, sqlite_state
from engine.adapters.upkeep.findings import Level
from engine.domain.access.roles import MAIN
from engine.domain.frame import FramePath
from engine.domain.frame_json import encode
from engine.domain.task_lists import TaskFilter
from jsonschema_rs import Draft202012Validator
from playground import Playground, answer_all, playground
from pymongo import MongoClient
from upgrades.record import EARLIER, PREVIOUS, SECRET

from .conftest import EMBEDDED, SETS

VERSIONS = pytest.mark.parametrize(
    "version",
    [PREVIOUS, EARLIER],
    ids=lambda folder: str(folder.name),
)
CLUSTER = pytest.mark.parametrize("stores", SETS[1:], indirect=True)


@pytest.fixture
def version() -> Path:
    """What the version left whose schema is older; some tests ask for the last one."""
    return EARLIER


@pytest.fixture
def left_behind(
    tmp_path: Path, stores: dict[str, str], version: Path
) -> dict[str, str]:
    """The settings of stores that an earlier version has filled."""
    stores = {**stores, "secret": SECRET}
    if "mongo_url" in stores:
        fill_mongo(stores["mongo_url"], version)
        # Binaries of theirs are none, and letters belong to their time.
        return {"mongo_url": stores["mongo_url"], "secret": SECRET}
    with closing(sqlite3.connect(tmp_path / "engine.db")) as database:
        database.executescript((version / "engine.sql").read_text("utf-8"))
    return stores


def fill_mongo(url: str, version: Path) -> None:
    kept = json_util.loads((version / "mongo.json").read_text("utf-8"))
    with MongoClient[dict[str, Any]](url) as client:
        for name, documents in kept.items():
            if documents:
                client[database_name(url)][name].insert_many(documents)


@VERSIONS
async def test_its_tasks_end_here(
    left_behind: dict[str, str], tmp_path: Path, version: Path
) -> None:
    async with playground(tmp_path, settings=left_behind) as play:
        listed, _ = await play.engine.tasks.list(TaskFilter(), None, 100)
        statuses = sorted(task["status"] for task in listed)
        tasks = {task["id"] for task in listed}
        await answer_all(play, tasks)
        listed, _ = await play.engine.tasks.list(TaskFilter(), None, 100)

        assert statuses == ["finished", "running", "running"]
        assert [task["status"] for task in listed] == ["finished"] * 3, listed
        assert await play.engine.secrets.values(["key"], MAIN) == {
            "key": "a long value"
        }
        await documents_fit_its_form(play, tasks, version)


async def documents_fit_its_form(
    play: Playground, tasks: set[str], version: Path
) -> None:
    """A replica of the earlier version, beside this one, can read what it saves."""
    form = json.loads((version / "frame.schema.json").read_text("utf-8"))
    earlier = Draft202012Validator(form)
    for task in tasks:
        frame = await play.adapters.frames.get(FramePath(task))
        document = json.loads(encode(frame))

        assert [str(error) for error in earlier.iter_errors(document)] == []


@EMBEDDED
async def test_a_change_of_the_schema_is_told_before_it_is_made(
    left_behind: dict[str, str], tmp_path: Path
) -> None:
    before = (tmp_path / "engine.db").read_bytes()

    schema, frames = sqlite_state.look(tmp_path / "engine.db")

    assert schema.level is Level.WEAK
    assert "has schema 14: at its first start this engine makes it" in schema.text
    assert "marketplace backup" in schema.remedy
    assert frames.text.endswith("open frames can be read, and go on")
    assert (tmp_path / "engine.db").read_bytes() == before


@EMBEDDED
@pytest.mark.parametrize(
    ("damage", "lacks"),
    [
        ("DROP TABLE saved", "column saved."),
        ("DROP INDEX frames_due", "index frames_due"),
        ("ALTER TABLE frames RENAME COLUMN revision TO rev", "column frames.revision"),
    ],
    ids=["table", "index", "column"],
)
async def test_a_file_that_lacks_what_its_schema_has_is_wrong(
    left_behind: dict[str, str], tmp_path: Path, damage: str, lacks: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "engine.db")) as database:
        database.execute(damage)

    (found,) = sqlite_state.look(tmp_path / "engine.db")

    assert found.level is Level.WRONG
    assert f"says that it has schema 14, and lacks the {lacks}" in found.text
    assert "marketplace restore-backup" in found.remedy


@EMBEDDED
async def test_a_file_of_a_newer_engine_is_wrong(
    left_behind: dict[str, str], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "engine.db")) as database:
        database.execute("PRAGMA user_version = 999")

    (found,) = sqlite_state.look(tmp_path / "engine.db")

    assert found.level is Level.WRONG
    assert "it was opened by a newer engine" in found.text


@EMBEDDED
async def test_frames_that_cannot_be_read_are_named(
    left_behind: dict[str, str], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "engine.db")) as database:
        newer = "UPDATE frames SET document = CAST('{\"schema\": 99}' AS BLOB)"
        database.execute(f"{newer} WHERE parent IS NULL AND wake_at IS NOT NULL")
        broken = "UPDATE frames SET document = CAST('?' AS BLOB)"
        database.execute(f"{broken} WHERE parent IS NOT NULL AND wake_at IS NOT NULL")
        database.commit()

    _, newer_ones, broken_ones = sqlite_state.look(tmp_path / "engine.db")

    assert newer_ones.level is broken_ones.level is Level.WRONG
    assert "were written by a newer engine" in newer_ones.text
    assert "cannot be read, and would fail" in broken_ones.text


@CLUSTER
async def test_indexes_that_will_be_made_are_told(left_behind: dict[str, str]) -> None:
    server, indexes, frames = mongo_state.look(left_behind["mongo_url"])

    assert server.level is Level.GOOD, server
    assert "frames.due" in indexes.text
    assert frames.text.endswith("open frames can be read, and go on")


@CLUSTER
async def test_an_index_that_stands_in_the_way_is_wrong(
    left_behind: dict[str, str],
) -> None:
    url = left_behind["mongo_url"]
    with MongoClient[dict[str, Any]](url) as client:
        client[database_name(url)].frames.create_index("route", name="due")

    found = [one for one in mongo_state.look(url) if one.level is Level.WRONG]

    assert len(found) == 1
    assert "the index “due” of “frames” is another one" in found[0].text
