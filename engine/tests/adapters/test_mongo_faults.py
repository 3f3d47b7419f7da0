"""What becomes of a call when MongoDB fails, dies, freezes, or was never there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import external
import pytest
from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.mongo.frames import MongoFrameStore
from engine.domain.errors import StaleFrame, Unavailable
from engine.domain.frame import Frame, FramePath
from frames import NOON, T, new_frame
from mongo_trials import fill, fresh_database, fresh_url, outcomes
from msgspec.structs import replace

from servers.mongo import Mongo

pytestmark = pytest.mark.external

# Faults hit only clients with this name: other tests use the same server.
MINE = f"trial-{uuid4().hex}"

# Codes of errors. The driver does not try again after the first, so that it is unknown
# what became of the write, and does after the second.
WRITE_CONCERN_FAILED = 64
SHUTDOWN_IN_PROGRESS = 91

# The promise is five seconds, but this machine may be busy.
MAX_SECONDS = 15.0
MAX_BUILD_SECONDS = 90.0


@pytest.fixture
async def frames() -> AsyncIterator[MongoFrameStore]:
    async with fresh_database(appName=MINE) as database:
        store = MongoFrameStore(database)
        await fill(store)
        yield store


@contextmanager
def failing(*commands: str, times: int = 1, **how: Any) -> Iterator[None]:
    """So many of these commands fail."""
    node = external.mongo().primary()
    data = {"failCommands": commands, "appName": MINE, **how}
    node.command("configureFailPoint", "failCommand", mode={"times": times}, data=data)

    try:
        yield
    finally:
        node.command("configureFailPoint", "failCommand", mode="off")


def after_it_was_done(code: int) -> dict[str, Any]:
    return {"writeConcernError": {"code": code, "errmsg": "it was done, or was it?"}}


@pytest.mark.parametrize("code", [SHUTDOWN_IN_PROGRESS, WRITE_CONCERN_FAILED])
async def test_a_save_that_was_done_before_it_failed_is_known_as_saved(
    frames: MongoFrameStore, code: int
) -> None:
    before = await frames.get(T)

    with failing("update", **after_it_was_done(code)):
        saved = await frames.save(replace(before, error="new"))

    assert saved.revision == before.revision + 1
    assert await frames.get(T) == saved


@pytest.mark.parametrize("code", [SHUTDOWN_IN_PROGRESS, WRITE_CONCERN_FAILED])
async def test_a_frame_that_was_stored_before_it_failed_is_known_as_stored(
    frames: MongoFrameStore, code: int
) -> None:
    with failing("insert", **after_it_was_done(code)):
        inserted = await frames.insert(new_frame("new"))

    assert inserted and await frames.get(FramePath("new")) == inserted


@pytest.mark.parametrize("command", ["insert", "update"])
async def test_a_connection_that_closes_is_followed_by_another(
    frames: MongoFrameStore, command: str
) -> None:
    with failing(command, closeConnection=True):
        inserted = await frames.insert(new_frame("new"))
        assert inserted
        saved = await frames.save(inserted)

    assert saved.revision == 2
    assert await frames.get(FramePath("new")) == saved


async def test_a_save_that_was_not_done_can_be_done_later(
    frames: MongoFrameStore,
) -> None:
    before = await frames.get(T)

    with failing("update", errorCode=WRITE_CONCERN_FAILED):
        with pytest.raises(Unavailable, match="MongoDB"):
            await frames.save(before)

    assert await frames.get(T) == before
    assert (await frames.save(before)).revision == before.revision + 1


async def test_a_frame_that_was_not_stored_can_be_stored_later(
    frames: MongoFrameStore,
) -> None:
    with failing("insert", errorCode=WRITE_CONCERN_FAILED):
        with pytest.raises(Unavailable, match="MongoDB"):
            await frames.insert(new_frame("new"))

    assert await frames.find(FramePath("new")) is None
    assert await frames.insert(new_frame("new"))


async def test_what_cannot_be_settled_may_be_tried_again(
    frames: MongoFrameStore,
) -> None:
    before = await frames.get(T)

    with failing("update", "find", times=2, errorCode=WRITE_CONCERN_FAILED):
        with pytest.raises(Unavailable, match="MongoDB"):
            await frames.save(before)

    assert (await frames.save(before)).revision == before.revision + 1


async def test_of_many_saves_in_trouble_each_has_its_own_outcome(
    frames: MongoFrameStore,
) -> None:
    inserted = await asyncio.gather(
        *(frames.insert(new_frame(f"n{n}")) for n in range(60))
    )
    new = [one for one in inserted if one]
    every_third = new[::3]
    await asyncio.gather(*map(frames.save, every_third))

    with failing("update", times=2, **after_it_was_done(WRITE_CONCERN_FAILED)):
        outcomes = await asyncio.gather(*map(frames.save, new), return_exceptions=True)

    for n, outcome in enumerate(outcomes):
        found = await frames.get(FramePath(f"n{n}"))
        assert found.revision == 2
        if n % 3 == 0:
            assert isinstance(outcome, StaleFrame)
        else:
            assert outcome == found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Mongo]:
    with Mongo(tmp_path) as server:
        yield server


async def outcomes_in_time(database: MongoDatabase) -> list[object]:
    async with asyncio.timeout(MAX_SECONDS):
        return await outcomes(database)


async def until_available(call: Callable[[], Awaitable[Frame]]) -> Frame:
    """It comes back by itself."""
    while True:
        try:
            return await call()
        except Unavailable:
            continue


async def test_a_killed_server_is_unavailable_until_it_is_back(server: Mongo) -> None:
    async with MongoDatabase(fresh_url(server.url)) as database:
        frames = MongoFrameStore(database)
        await fill(frames)
        before = await until_available(lambda: frames.get(T))

        server.kill()
        refused = await outcomes_in_time(database)
        server.start()

        assert {type(outcome) for outcome in refused} == {Unavailable}
        assert await until_available(lambda: frames.get(T)) == before


async def test_a_frozen_server_keeps_nobody_waiting_for_long(server: Mongo) -> None:
    async with MongoDatabase(fresh_url(server.url)) as database:
        frames = MongoFrameStore(database)
        await fill(frames)

        server.freeze()
        refused = await outcomes_in_time(database)
        async with asyncio.timeout(MAX_SECONDS):
            many = (frames.get(T) for _ in range(1000))
            refused += await asyncio.gather(*many, return_exceptions=True)
        server.thaw()

        assert {type(outcome) for outcome in refused} == {Unavailable}
        assert (await until_available(lambda: frames.get(T))).path == T


async def test_a_frozen_server_holds_nobody_back_who_leaves(server: Mongo) -> None:
    async with MongoDatabase(fresh_url(server.url)) as database:
        await fill(MongoFrameStore(database))
        server.freeze()
        leaving = asyncio.timeout(MAX_SECONDS)
        await leaving.__aenter__()

    assert not leaving.expired()


async def test_indexes_may_take_longer_than_an_answer() -> None:
    # Longer than any one answer may take; there are as many of these as collections.
    slow = {"blockConnection": True, "blockTimeMS": 1_000}
    async with fresh_database(appName=MINE, timeoutMS=500) as database:
        frames = MongoFrameStore(database)
        with failing("createIndexes", times=1_000, **slow):
            with pytest.raises(Unavailable, match="indexes"):
                await frames.due(NOON, 1)
            async with asyncio.timeout(MAX_BUILD_SECONDS):
                assert await until_available(lambda: frames.due(NOON, 1)) == []
