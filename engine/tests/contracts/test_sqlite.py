"""What the SQLite file promises beyond its ports."""

import asyncio
import itertools
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from engine.adapters.shared import task_pages
from engine.adapters.sqlite import task_lists
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.domain.errors import StaleFrame, Unavailable
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.task_lists import TaskFilter
from frames import NOON, T, assert_saved, new_frame
from msgspec.structs import replace

from .limits import no_room
from .published import published

FAILED = FrameStatus.FAILED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "engine.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    async with Database(file) as database:
        yield database


async def test_a_second_engine_is_refused(database: Database, file: Path) -> None:
    with pytest.raises(Unavailable, match="used by another engine"):
        async with Database(file):
            pass


async def test_a_closed_file_can_be_opened_again(file: Path) -> None:
    for revision in (1, 2, 3):
        async with Database(file) as database:
            frames = SqliteFrameStore(database)
            last = await frames.insert(new_frame(T))
            if last is None:
                last = await frames.save(await frames.get(T))

        assert last.revision == revision


async def test_a_list_of_tasks_reads_no_document(
    database: Database, file: Path
) -> None:
    frames = SqliteFrameStore(database)
    await frames.insert(new_frame(T))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE frames SET document = x'00'")

    [task], _ = await frames.tasks(TaskFilter(), None, 9)

    assert task.id == T


async def test_a_schema_of_the_future_is_refused(file: Path) -> None:
    async with Database(file):
        pass
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(Unavailable, match="schema 99 is newer"):
        async with Database(file):
            pass


async def test_a_file_of_something_else_is_refused(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"not a database, but long enough to be looked at" * 100)

    with pytest.raises(Unavailable, match="not a database"):
        async with Database(file):
            pass


async def test_a_closed_database_is_unavailable(file: Path) -> None:
    async with Database(file) as database:
        frames = SqliteFrameStore(database)

    with pytest.raises(Unavailable):
        await frames.find(T)
    with pytest.raises(Unavailable):
        await frames.insert(new_frame(T))


async def test_closing_waits_for_what_was_to_be_saved(file: Path) -> None:
    async with Database(file) as database:
        frames = SqliteFrameStore(database)
        new = (frames.insert(new_frame(f"t{n}")) for n in range(500))
        waiting = asyncio.gather(*new)
        await asyncio.sleep(0)

    assert all(await waiting)

    async with Database(file) as database:
        counts = await SqliteFrameStore(database).counts()
        assert counts.by_status == {"running": 500}


async def test_a_task_whose_status_a_newer_engine_wrote_is_listed_as_failed(
    database: Database,
) -> None:
    store = SqliteFrameStore(database)
    await store.insert(new_frame(T))
    await database.write(
        lambda connection: connection.execute("UPDATE frames SET status = 'asleep'")
    )

    for which in (TaskFilter(), TaskFilter(route="blur")):
        [task], _ = await store.tasks(which, None, 9)
        assert task.status is FrameStatus.FAILED


@pytest.mark.parametrize(
    "which", [TaskFilter(), TaskFilter(route="blur"), TaskFilter(statuses=(FAILED,))]
)
async def test_a_list_takes_as_long_however_many_tasks_there_are(
    database: Database, which: TaskFilter
) -> None:
    store = SqliteFrameStore(database)

    async def add(numbers: range) -> None:
        for n in numbers:
            at = NOON + timedelta(seconds=n)
            status = (FrameStatus.RUNNING, FAILED)[n % 2]
            await store.insert(new_frame(f"t{n}", created_at=at, status=status))

    def steps(connection: sqlite3.Connection) -> int:
        """How much SQLite does for a page, in tens of steps of its own."""
        count = itertools.count()
        connection.set_progress_handler(lambda: next(count) and 0, 10)
        span = task_pages.Span.of(which, None)
        assert task_lists.tasks(connection, which, span, 3)
        connection.set_progress_handler(None, 0)
        return next(count)

    await add(range(20))
    few = await database.read(steps)
    await add(range(20, 1_000))
    many = await database.read(steps)

    assert few <= many < 2 * few


async def test_a_bad_operation_does_not_harm_those_it_is_committed_with(
    database: Database,
) -> None:
    frames = SqliteFrameStore(database)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM frames")
        connection.execute("nonsense")

    def wrong(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM frames")
        raise TypeError("a test")

    outcomes = await asyncio.gather(
        frames.insert(new_frame("t1")),
        database.write(half),
        frames.insert(new_frame("t2")),
        database.write(wrong),
        frames.save(new_frame("t3")),
        frames.insert(new_frame("t4")),
        return_exceptions=True,
    )

    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Frame, Unavailable, Frame, TypeError, StaleFrame, Frame]
    for path in ("t1", "t2", "t4"):
        assert await frames.find(FramePath(path))


async def test_saves_that_wait_are_committed_together(
    database: Database, file: Path
) -> None:
    frames = SqliteFrameStore(database)
    wal = file.with_name(f"{file.name}-wal")
    before = wal.stat().st_size

    await asyncio.gather(*(frames.insert(new_frame(f"t{n}")) for n in range(200)))

    pages = (wal.stat().st_size - before) / 4120
    assert pages < 100  # alone, each would have written the root pages of 8 indexes


async def test_one_who_gave_up_does_not_harm_the_others(database: Database) -> None:
    frames = SqliteFrameStore(database)
    impatient = asyncio.ensure_future(frames.insert(new_frame("t1")))
    patient = asyncio.ensure_future(frames.insert(new_frame("t2")))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await patient
    assert await frames.find(FramePath("t1"))


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    frames = SqliteFrameStore(database)
    await frames.insert(new_frame("t"))
    began = threading.Event()
    go_on = threading.Event()

    def long(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE frames SET revision = 99")
        began.set()
        go_on.wait()

    writing = asyncio.ensure_future(database.write(long))
    await asyncio.to_thread(began.wait)
    found = await frames.get(T)
    go_on.set()
    await writing

    assert found.revision == 1


async def test_a_full_disk_loses_nothing_and_can_be_cleared(
    database: Database, file: Path
) -> None:
    frames = SqliteFrameStore(database)
    kept = [await frames.insert(new_frame(f"t{n}")) for n in range(20)]
    size = file.with_name(f"{file.name}-wal").stat().st_size

    with no_room(beyond=size + 50_000):
        outcomes = await asyncio.gather(
            *(frames.save(replace(f, error="x" * 30_000)) for f in kept if f),
            return_exceptions=True,
        )
        refused = [o for o in outcomes if isinstance(o, Unavailable)]
        found = [await frames.get(FramePath(f"t{n}")) for n in range(20)]
    saved = [await frames.save(f) for f in found]

    assert refused
    for outcome, now in zip(outcomes, found, strict=True):
        assert now.revision == 1 if outcome in refused else now == outcome
    assert [s.revision for s in saved] == [f.revision + 1 for f in found]


async def test_a_full_disk_does_not_pass_the_check(
    database: Database, file: Path
) -> None:
    frames = SqliteFrameStore(database)
    await frames.insert(new_frame("t"))

    with no_room(), pytest.raises(Unavailable):
        await frames.check()
    await frames.check()


SAVES_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from typing import Any
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.frame_json import encode
from engine.domain.task_lists import Seen, TaskFilter, TaskSummary
from datetime import datetime, UTC

async def save(frames, path):
    now = datetime.now(UTC)
    frame = Frame(path=FramePath(path), route="r", version="v", created_at=now)
    frame = await frames.insert(frame)
    while True:
        print(path, frame.revision, flush=True)
        frame = await frames.save(frame)

async def main():
    async with Database(Path(sys.argv[1])) as database:
        frames = SqliteFrameStore(database)
        await asyncio.gather(*(save(frames, f"t{n}") for n in range(20)))

asyncio.run(main())
"""


async def test_what_was_acknowledged_outlives_a_killed_engine(file: Path) -> None:
    engine = [sys.executable, "-c", SAVES_FOR_EVER, str(file)]
    acknowledged: dict[str, int] = {}
    with subprocess.Popen(engine, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for count, line in enumerate(process.stdout):
            if count == 2000:
                process.kill()
            if line.endswith("\n"):
                path, revision = line.split()
                acknowledged[path] = int(revision)

    async with Database(file) as database:
        frames = SqliteFrameStore(database)
        for path, revision in acknowledged.items():
            assert (await frames.get(FramePath(path))).revision >= revision
    assert len(acknowledged) == 20


async def test_an_identical_version_is_one_row(database: Database) -> None:
    pipelines = SqlitePipelineStore(database)

    for summary in ("a", "b", "a", "a", "b"):
        await pipelines.publish(published("blur", summary))

    count = "SELECT count(*) FROM versions"
    assert await database.read(lambda c: c.execute(count).fetchone()) == (2,)


async def test_only_the_owner_can_read_the_file_also_one_of_an_older_engine(
    file: Path,
) -> None:
    file.parent.mkdir()
    file.touch(mode=0o644)

    async with Database(file) as database:
        await SqliteFrameStore(database).insert(new_frame("t"))
        rights = {f.name: f.stat().st_mode & 0o777 for f in file.parent.iterdir()}

    assert rights == dict.fromkeys(rights, 0o600)
    assert {"engine.db", "engine.db-wal"} <= set(rights)


async def test_what_was_erased_is_in_no_byte_of_the_files(
    database: Database, file: Path
) -> None:
    frames = SqliteFrameStore(database)
    canary = "canary-in-a-document"
    for n in range(200):
        # Small ones share a page, and large ones have pages of their own.
        value = canary * (1 if n % 2 else 1_000)
        frame = new_frame(f"t{n}", owner=canary, error=value)
        await frames.save(assert_saved(await frames.insert(frame)))
        if n % 10:
            await frames.erase(f"t{n}")

    for n in range(0, 200, 10):
        await frames.erase(f"t{n}")
    await frames.scrub()

    files = list(file.parent.iterdir())
    assert file in files
    assert not [one for one in files if canary.encode() in one.read_bytes()]
