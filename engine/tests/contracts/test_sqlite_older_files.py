"""A file that an older engine made is taken over as it is opened."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.adapters.shared.instants import to_micros
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.schema import MIGRATIONS
from engine.domain.frame import FrameStatus, Parent, Push
from engine.domain.frame_json import encode
from engine.domain.run import Run, Status
from engine.domain.task_lists import Seen, TaskFilter, TaskSummary
from frames import NOON, T, assert_saved, new_frame


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "engine.db"


async def test_a_file_of_the_first_schema_is_taken_over(file: Path) -> None:
    running = new_frame("running", created_at=NOON)
    failed = new_frame(
        "failed",
        created_at=NOON,
        status=FrameStatus.FAILED,
        error="broke",
        ended_at=NOON + timedelta(microseconds=7),
    )
    old_insert = (
        "INSERT INTO frames (path, task, route, status, created_at, saved_at, revision,"
        " document) VALUES (?, ?, ?, ?, ?, 1, 1, ?)"
    )
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(MIGRATIONS[0])
        for frame in (running, failed):
            row = (frame.path, frame.path, frame.route, frame.status.value)
            row += (to_micros(frame.created_at), encode(frame))
            connection.execute(old_insert, row)
        broken = ("broken", "broken", "r", "running", 0, b"no JSON")
        connection.execute(old_insert, broken)
        connection.commit()

    async with Database(file) as database:
        frames = SqliteFrameStore(database)
        tasks, _ = await frames.tasks(TaskFilter(), None, 9)
        read = await frames.get(failed.path)

    told = {task.id: task for task in tasks}
    assert told["running"] == TaskSummary.of(running)
    assert told["failed"] == TaskSummary.of(failed)
    assert told["broken"].version == ""
    assert read == failed


async def test_a_file_before_the_indexes_of_paths_is_taken_over(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of version 16: what it lists for a restart, and for those who watch a task."""
    due = Push(url="http://caller/", task_id="1", due_at=NOON)
    item = Parent(path=T, node="each", attempt=1, index=0, item=1)
    waiting = {"work": Run(status=Status.CALLING, attempt=1, wake_at=NOON)}
    frames_before = (
        new_frame(T, runs=waiting),
        new_frame(f"{T}/each[0]", parent=item, runs=waiting),
        new_frame("told", status=FrameStatus.FINISHED),
        new_frame("untold", status=FrameStatus.FINISHED, push=due),
    )
    with monkeypatch.context() as before:
        before.setattr("engine.adapters.sqlite.file.MIGRATIONS", MIGRATIONS[:16])
        before.setattr("engine.adapters.sqlite.file.LAST_SAVED", "SELECT 0")
        async with Database(file) as database:
            store = SqliteFrameStore(database)
            kept = [assert_saved(await store.insert(frame)) for frame in frames_before]

    async with Database(file) as database:
        store = SqliteFrameStore(database)
        active = [*await store.active(None, 2), *await store.active(kept[1].path, 9)]
        of_task = await store.of_task(T, None, 9)

    assert active == [T, f"{T}/each[0]", "untold"]
    assert of_task == kept[:2]


async def test_a_file_with_an_index_for_each_list_is_taken_over(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of version 17: what it lists of all tasks, of a route, a status and a space."""
    statuses = list(FrameStatus)
    with monkeypatch.context() as before:
        before.setattr("engine.adapters.sqlite.file.MIGRATIONS", MIGRATIONS[:17])
        async with Database(file) as database:
            store = SqliteFrameStore(database)
            for n in range(6):
                at = NOON + timedelta(seconds=n)
                status, space = statuses[n % 2], ("", "art")[n % 3 > 0]
                await store.insert(
                    new_frame(f"t{n}", created_at=at, status=status, space=space)
                )

    async with Database(file) as database:
        store = SqliteFrameStore(database)

        async def found(**which: Any) -> list[str]:
            page, _ = await store.tasks(TaskFilter(**which), None, 9)
            return [task.id for task in page]

        assert await found() == ["t5", "t4", "t3", "t2", "t1", "t0"]
        assert await found(route="blur") == await found()
        assert await found(route="other") == []
        assert await found(statuses=(statuses[1],)) == ["t5", "t3", "t1"]
        assert await found(seen=Seen(all_in=("art",))) == ["t5", "t4", "t2", "t1"]
        assert (await store.counts()).by_route == {"blur": 6}
