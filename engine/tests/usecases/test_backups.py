"""Backups are rehearsed: made while tasks run, restored, and tasks go on there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import external
import pytest
from documents import SERIES
from engine.adapters.upkeep import backup
from engine.adapters.upkeep.backup import Counts
from engine.adapters.upkeep.stores import Documents, UpkeepFailed
from engine.cli.backups import blobs_of, documents_of, unreadable_secrets
from engine.domain.access.roles import MAIN
from engine.domain.gate import admit
from engine.domain.task_lists import TaskFilter
from engine.domain.values import Blob
from engine.settings import Settings
from engine.usecases.packing import LARGE_VALUE_BYTES
from playground import HandClock, Playground, answer_all, playground

from .conftest import EMBEDDED

FILE = b"a picture" * 1000
LARGE = "x" * LARGE_VALUE_BYTES
FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Place:
    """An engine's folder, and the settings that name its other stores."""

    folder: Path
    stores: dict[str, str]

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=self.folder, **self.stores)

    @property
    def documents(self) -> Documents:
        return documents_of(self.settings)

    async def back_up(self, into: Path, now: datetime = FIRST) -> tuple[Path, Counts]:
        key = self.folder / "secret"
        async with blobs_of(self.settings) as blobs:
            return await backup.back_up(
                into,
                documents=self.documents,
                blobs=blobs,
                key=key if key.exists() else None,
                version="1",
                now=now,
            )

    async def restore(self, folder: Path) -> Counts:
        async with blobs_of(self.settings, make=True) as blobs:
            return await backup.restore(
                folder,
                documents=self.documents,
                blobs=blobs,
                key=self.folder / "secret",
            )


@pytest.fixture
def place(tmp_path: Path, stores: dict[str, str]) -> Place:
    return Place(tmp_path / "here", stores)


@pytest.fixture
def elsewhere(tmp_path: Path, stores: dict[str, str]) -> Place:
    """Empty stores of the same kinds, with the same SECRET."""
    others = external.cluster() | {"secret": stores["secret"]} if stores else {}
    return Place(tmp_path / "elsewhere", others)


@asynccontextmanager
async def running(
    place: Place, clock: HandClock | None = None
) -> AsyncIterator[Playground]:
    async with playground(place.folder, clock=clock, settings=place.stores) as play:
        yield play


async def start(play: Playground) -> tuple[str, Blob]:
    """A task with a file, and a value that lies beside its document."""
    tasks = play.engine.tasks
    draft = await tasks.draft("tried")

    async def content() -> AsyncIterator[bytes]:
        yield FILE

    blob = await tasks.store_blob(draft.task, content(), "image/png", "a.png")
    await tasks.start(draft, admit({"large": LARGE}, {"file": [blob]}))
    return draft.task, blob


async def test_tasks_go_on_where_a_backup_is_restored(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    clock = HandClock()
    async with running(place, clock) as play:
        await play.announce()
        await play.publish(SERIES)
        await play.engine.secrets.put("key", "a long value")
        done, done_blob = await start(play)
        await play.report(await play.called(1), {"found": 1})
        await play.ended(done)
        open_call, open_blob = await start(play)
        await play.called(2)

        # More come in while it is made: what is in it, is in it whole.
        stop = asyncio.Event()
        more = asyncio.create_task(starting(play, until_set=stop))
        made, counts = await place.back_up(tmp_path / "backups")
        stop.set()
        later = await more

    restored = await elsewhere.restore(made)
    async with running(elsewhere, clock) as play:
        blobs = {done: done_blob, open_call: open_blob, **later}
        listed, _ = await play.engine.tasks.list(TaskFilter(), None, 500)
        tasks = {task["id"] for task in listed}
        await answer_all(play, tasks)

        assert restored == counts
        assert {done, open_call} <= tasks <= blobs.keys()
        for task in tasks:
            assert (await play.ended(task))["status"] == "finished"
            read = play.engine.tasks.read(task, blobs[task])
            assert b"".join([piece async for piece in read]) == FILE
        assert await play.engine.secrets.values(["key"], MAIN) == {
            "key": "a long value"
        }


async def starting(play: Playground, until_set: asyncio.Event) -> dict[str, Blob]:
    """Start tasks until the event is set, one at least."""
    begun = dict([await start(play)])
    while not until_set.is_set():
        task, blob = await start(play)
        begun[task] = blob
    return begun


@EMBEDDED
async def test_a_backup_is_not_mixed_with_what_is_there(
    place: Place, tmp_path: Path
) -> None:
    async with running(place):
        made, _ = await place.back_up(tmp_path / "backups")

    with pytest.raises(UpkeepFailed, match="is there already"):
        await place.restore(made)


@EMBEDDED
async def test_what_was_copied_halfway_is_not_restored(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    async with running(place) as play:
        await play.announce()
        await play.publish(SERIES)
        _, blob = await start(play)
        made, _ = await place.back_up(tmp_path / "backups")
    (made / "blobs" / blob.key).unlink()

    with pytest.raises(UpkeepFailed, match="the backup should have 2 blobs"):
        await elsewhere.restore(made)
    assert not (elsewhere.folder / "engine.db").exists()


@EMBEDDED
async def test_what_the_last_backup_has_is_not_copied_again(
    place: Place, tmp_path: Path
) -> None:
    into = tmp_path / "backups"
    async with running(place) as play:
        await play.announce()
        await play.publish(SERIES)
        _, blob = await start(play)

        first, _ = await place.back_up(into)
        second, counts = await place.back_up(into, FIRST + timedelta(days=1))

    files = [(folder / "blobs" / blob.key).stat() for folder in (first, second)]
    assert files[0].st_ino == files[1].st_ino
    assert counts.blobs == 2


@EMBEDDED
async def test_old_backups_go_and_those_that_were_never_finished(
    place: Place, tmp_path: Path
) -> None:
    into = tmp_path / "backups"
    (into / "not one").mkdir(parents=True)
    async with running(place):
        made = [
            (await place.back_up(into, FIRST + timedelta(days=day)))[0]
            for day in range(4)
        ]
    (made[1] / "manifest.json").unlink()

    gone = backup.thin_out(into, keep=2)

    assert gone == made[:2]
    assert sorted(into.iterdir()) == [*made[2:], into / "not one"]


@EMBEDDED
async def test_only_the_owner_reads_a_backup(place: Place, tmp_path: Path) -> None:
    async with running(place) as play:
        await play.announce()
        await play.publish(SERIES)
        await start(play)
        made, _ = await place.back_up(tmp_path / "backups")

    rights = {path.stat().st_mode & 0o077 for path in (made, *made.rglob("*"))}

    assert rights == {0}


async def test_secrets_of_another_key_are_named(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    async with running(place) as play:
        await play.engine.secrets.put("key", "a long value")
        made, _ = await place.back_up(tmp_path / "backups")
    await elsewhere.restore(made)
    (elsewhere.folder / "secret").unlink(missing_ok=True)
    other = elsewhere.settings.model_copy(update={"secret": "0" * 32})

    assert unreadable_secrets(elsewhere.settings, place.documents) == (
        [] if place.stores else ["key"]
    )
    assert unreadable_secrets(other, elsewhere.documents) == ["key"]
