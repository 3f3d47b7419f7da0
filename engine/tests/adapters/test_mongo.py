"""What the MongoDB adapter promises beyond its ports."""

import asyncio
from datetime import timedelta

import external
import pytest
from engine.adapters.mongo.database import MongoDatabase, unavailable
from engine.adapters.mongo.frames import MongoFrameStore
from engine.adapters.mongo.writes import Write
from engine.domain.errors import StaleFrame, TooMuch, Unavailable
from engine.domain.frame import FrameStatus
from engine.domain.frame_json import decode
from engine.domain.run import Run
from engine.domain.task_lists import TaskFilter, TaskSummary
from frames import NOON, new_frame, waking
from mongo_trials import (
    PATIENT,
    fresh_database,
    fresh_url,
    item,
    outcomes,
)
from msgspec.structs import replace
from pymongo.errors import BulkWriteError, PyMongoError

from servers.ports import free_port

LOST = PyMongoError("the connection was lost")
FIRST = replace(new_frame("t"), revision=1)
THIRD = replace(new_frame("t"), revision=3)


async def test_a_server_that_never_was_is_unavailable() -> None:
    url = f"mongodb://127.0.0.1:{free_port()}/?timeoutMS=100"

    async with MongoDatabase(url) as database:
        found = await outcomes(database)

    assert {type(outcome) for outcome in found} == {Unavailable}


@pytest.mark.external
async def test_a_list_shows_tasks_that_an_older_engine_stored() -> None:
    old = new_frame("old")
    ended = replace(
        new_frame("ended", created_at=NOON - timedelta(seconds=1)),
        status=FrameStatus.FAILED,
        error="broke",
        ended_at=NOON,
    )
    unknown = {"version": "", "ended_at": "", "error": ""}

    async with fresh_database() as database:
        frames = MongoFrameStore(database)
        stored = [await frames.insert(frame) for frame in (old, ended)]
        async with database.answering() as mongo:
            await mongo.frames.update_many({}, {"$unset": unknown})
        tasks, _ = await frames.tasks(TaskFilter(), None, 9)

    assert tasks == [TaskSummary.of(frame) for frame in stored if frame]


async def test_nobody_is_told_the_password() -> None:
    place = f"127.0.0.1:{free_port()}/?timeoutMS=100"

    async with MongoDatabase(f"mongodb://someone:s%40cret@{place}") as database:
        with pytest.raises(Unavailable) as refusal:
            await MongoFrameStore(database).check()

    assert "someone" not in str(refusal.value)
    assert "cret" not in str(refusal.value)


def test_of_a_failed_batch_its_first_fault_is_told() -> None:
    fault = {"code": 64, "errmsg": "the disk is full, full error: …"}
    error = BulkWriteError({"writeConcernErrors": [fault], "writeErrors": []})

    assert unavailable(error).reason == "the disk is full"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({"token": 7, "revision": 1}, FIRST),
        ({"token": 8, "revision": 1}, None),
        ({"token": 8, "revision": 2}, None),
    ],
)
def test_what_is_there_tells_what_became_of_a_new_frame(
    found: dict[str, int], outcome: object
) -> None:
    write = Write(FIRST, new=True, document="", token=7)

    assert write.verdict(found, LOST) == outcome


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        ({"token": 8, "revision": 2}, Unavailable),  # as it was before
        ({"token": 8, "revision": 3}, StaleFrame),
        ({"token": 8, "revision": 4}, StaleFrame),
        (None, StaleFrame),  # erased
    ],
)
def test_what_is_there_tells_what_became_of_a_save(
    found: dict[str, int] | None, outcome: type[Exception]
) -> None:
    write = Write(THIRD, new=False, document="", token=7)

    assert type(write.verdict(found, LOST)) is outcome
    assert write.verdict({"token": 7, "revision": 3}, LOST) == THIRD


def test_a_new_frame_that_is_not_there_may_be_tried_again() -> None:
    write = Write.of(FIRST, new=True)

    assert isinstance(write.verdict(None, LOST), Unavailable)


def test_a_frame_too_large_for_mongodb_is_refused_by_itself() -> None:
    large = replace(new_frame("t"), runs={"a": Run(out="x" * (15 << 20))})

    with pytest.raises(TooMuch, match="frame t"):
        Write.of(large, new=True)


@pytest.mark.external
async def test_an_operator_can_read_what_is_kept() -> None:
    async with fresh_database() as database:
        saved = await MongoFrameStore(database).insert(waking("t"))
        async with database.answering() as mongo:
            row = await mongo.frames.find_one({"_id": "t"})

    assert row and saved
    assert decode(row.pop("document")) == saved
    assert row.pop("token") and row.pop("saved_at")
    micros = 1_780_315_200_000_000
    assert row == {
        "_id": "t",
        "schema": 2,
        "task": "t",
        "root": True,
        "route": "blur",
        "version": "v1",
        "created_at": micros,
        "status": "running",
        "revision": 1,
        "wake_at": micros,
    }


@pytest.mark.external
async def test_a_clock_that_goes_back_makes_no_frame_older() -> None:
    times = iter((NOON, NOON - timedelta(hours=1), NOON - timedelta(hours=2)))

    async with fresh_database() as database:
        frames = MongoFrameStore(database, clock=lambda: next(times))
        first = await frames.insert(new_frame("t"))
        assert first
        second = await frames.save(first)
        third = await frames.save(second)

    micro = timedelta(microseconds=1)
    assert [second.saved_at, third.saved_at] == [NOON + micro, NOON + 2 * micro]


@pytest.mark.external
async def test_replicas_may_meet_an_empty_database_together() -> None:
    url = fresh_url(external.mongo().url, **PATIENT)
    async with MongoDatabase(url) as one, MongoDatabase(url) as other:
        stores = [MongoFrameStore(database) for database in (one, other) * 5]

        new = (frames.insert(item(n)) for n, frames in enumerate(stores))
        inserted = await asyncio.gather(*new)

        assert all(inserted)
        assert len(await stores[0].of_task("t", None, 99)) == 10
