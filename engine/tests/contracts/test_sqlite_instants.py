"""Frames are found in the order of their saves, also when the clock is set back."""

from datetime import timedelta
from pathlib import Path

import pytest
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.domain.frame import FrameStatus, Parent
from frames import NOON, T, assert_saved, new_frame


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "engine.db"


async def test_instants_grow_even_when_the_clock_is_set_back(file: Path) -> None:
    async with Database(file, clock=lambda: NOON) as database:
        frames = SqliteFrameStore(database)
        first = await frames.insert(new_frame("t"))
        second = await frames.insert(new_frame("t2"))
    an_hour_earlier = NOON - timedelta(hours=1)

    async with Database(file, clock=lambda: an_hour_earlier) as database:
        frames = SqliteFrameStore(database)
        assert first and second
        third = await frames.save(first)

    step = timedelta(microseconds=1)
    assert [f.saved_at for f in (first, second, third)] == [
        NOON,
        NOON + step,
        NOON + 2 * step,
    ]


async def test_instants_of_what_is_inside_a_task_grow_when_the_clock_is_set_back(
    file: Path,
) -> None:
    item = Parent(path=T, node="each", attempt=1, index=0, item=1)
    async with Database(file, clock=lambda: NOON) as database:
        frames = SqliteFrameStore(database)
        root = assert_saved(await frames.insert(new_frame(T)))
        ended = new_frame(f"{T}/each[0]", parent=item, status=FrameStatus.FINISHED)
        inner = assert_saved(await frames.insert(ended))

    async with Database(file, clock=lambda: NOON - timedelta(hours=1)) as database:
        frames = SqliteFrameStore(database)
        later = await frames.save(root)

    assert inner.saved_at is not None
    assert later.saved_at == inner.saved_at + timedelta(microseconds=1)


async def test_a_task_that_has_ended_is_saved_later_than_before(file: Path) -> None:
    async with Database(file, clock=lambda: NOON) as database:
        frames = SqliteFrameStore(database)
        ended = new_frame(T, status=FrameStatus.FINISHED, ended_at=NOON)
        first = assert_saved(await frames.insert(ended))

    async with Database(file, clock=lambda: NOON - timedelta(hours=1)) as database:
        second = await SqliteFrameStore(database).save(first)

    assert second.saved_at == NOON + timedelta(microseconds=1)
