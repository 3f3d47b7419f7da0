"""A document that cannot be read: its task has failed, and no other task notices."""

import json
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from damage import replace_document
from documents import LOOP, SERIES, end, starting_with
from engine.adapters.choice import Adapters, chosen
from engine.bootstrap import Tuning
from engine.domain.errors import NewerFrame, OutdatedAttempt, ReservedKey, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.pipeline import Pipeline
from engine.domain.task_lists import TaskFilter
from engine.ports import Published, Refused
from engine.settings import Settings
from engine.usecases.folder import PipelineFolder, publish_folder
from playground import Disturbed, HandClock, PlayedOutside, Playground, playground

from servers.waiting import until

from .conftest import EMBEDDED

BROKEN = "no JSON"
NEWER = '{"schema": 2}'
MINUTE = timedelta(minutes=1)


class Restarting:
    """The same stores, clock and services for one engine after the other."""

    def __init__(self, folder: Path, stores: dict[str, str]) -> None:
        self.outside = PlayedOutside()
        self.clock = HandClock()
        self._folder = folder
        self._stores = stores

    def engine(self, batch: int = 500) -> AbstractAsyncContextManager[Playground]:
        return playground(
            self._folder,
            self.outside,
            self.clock,
            settings=self._stores,
            tuning=Tuning(timers_batch=batch),
        )

    async def spoil(self, *paths: str, document: str = BROKEN) -> None:
        """Change documents while no engine runs, which could save them again."""
        stores = chosen(Settings(data_dir=self._folder, **self._stores))
        opened: Any = stores.opened[0]
        async with opened:
            for path in paths:
                await replace_document(stores.frames, path, document)


@pytest.fixture
def restarting(tmp_path: Path, stores: dict[str, str]) -> Restarting:
    return Restarting(tmp_path, stores)


async def begin(play: Playground, document: object = SERIES) -> None:
    await play.announce()
    await play.publish(document)


async def test_its_task_has_failed_and_the_others_go_on(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play)
        broken = await play.start()
        first = await play.called(1)
        sound = await play.start()
        second = await play.called(2)
    await restarting.spoil(broken)

    async with restarting.engine() as play:
        status = await play.engine.tasks.status(broken)
        with pytest.raises(OutdatedAttempt):
            await play.report(first, {})
        await play.report(second, {})

        assert (await play.ended(sound))["status"] == "finished"
        assert status["status"] == "error"
        assert "cannot be read" in status["message"]
        assert (await play.engine.tasks.raw(broken))["runs"] == {}
        items, _ = await play.engine.tasks.list(TaskFilter(), None, 9)
        assert {item["id"] for item in items} == {broken, sound}


async def test_it_can_be_cancelled_and_erased(restarting: Restarting) -> None:
    async with restarting.engine() as play:
        await begin(play)
        tasks = [await play.start(), await play.start()]
        await play.called(2)
    await restarting.spoil(*tasks)

    async with restarting.engine() as play:
        cancelled, erased = tasks
        await play.engine.tasks.cancel(cancelled)
        await play.engine.tasks.erase(erased)

        assert (await play.engine.tasks.status(cancelled))["status"] == "error"
        with pytest.raises(Unknown):
            await play.engine.tasks.status(erased)


async def test_it_is_swept_when_its_time_has_come(restarting: Restarting) -> None:
    async with restarting.engine() as play:
        await begin(play)
        task = await play.start()
        await play.called(1)
    await restarting.spoil(task)

    async with restarting.engine() as play:
        # Its time moves on: the timers give it a turn, which ends it.
        await play.wait(5 * MINUTE)
        await play.wait(120 * MINUTE)
        await play.engine.timers.sweep()

        with pytest.raises(Unknown):
            await play.engine.tasks.status(task)


async def test_the_loop_of_an_item_that_cannot_be_read_has_failed(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play, LOOP)
        task = await play.start({"items": [1, 2]})
        await play.called(2)
    await restarting.spoil(f"{task}/each[1]")

    async with restarting.engine() as play:
        await play.wait(5 * MINUTE)

        ended = await play.ended(task)
    assert ended["status"] == "error"
    assert "item 1: the engine cannot go on with it" in ended["message"]


@EMBEDDED
async def test_an_ended_item_that_cannot_be_read_is_not_left_out(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play, LOOP)
        task = await play.start({"items": [1, 2]})
        deliveries = [await play.called(1), await play.called(2)]
        await play.report(deliveries[0], {"n": 1})
        paths = [f"{task}/each[{n}]" for n in (0, 1)]
        ended = [await play.adapters.frames.get(FramePath(path)) for path in paths]
        [done] = [frame.path for frame in ended if not frame.open]
        await replace_document(play.adapters.frames, done, BROKEN)

        await play.report(deliveries[1], {"n": 2})

        status = await play.ended(task)
    assert status["status"] == "error"
    assert done in status["message"] and "cannot be read" in status["message"]


async def test_items_of_a_task_that_cannot_be_read_are_cancelled(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play, LOOP)
        task = await play.start({"items": [1]})
        await play.called(1)
    await restarting.spoil(task)

    async with restarting.engine() as play:
        await play.wait(5 * MINUTE)

        async def is_cancelled() -> bool:
            [item] = (await play.engine.tasks.raw(task))["frames"]
            return item["message"] == "not needed"

        await until(is_cancelled)


@EMBEDDED
async def test_broken_frames_do_not_keep_the_timers_from_the_others(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play)
        broken = [await play.start() for _ in range(6)]
        await play.called(6)
    # Of the kind that no turn ever ends.
    await restarting.spoil(*broken, document=NEWER)

    async with restarting.engine(batch=2) as play:
        # Whatever is due from now on comes after them.
        play.clock.now += 5 * MINUTE
        await play.announce()
        play.outside.answer = Refused("not now", busy=True)
        await play.start()
        await play.called(7)

        rounds = 0
        while len(play.outside.delivered) == 7 and rounds < 20:
            await play.wait(timedelta(seconds=20))
            rounds += 1

        await play.called(8)


# In a cluster these events would wait in the stream for a replica that can take them.
@EMBEDDED
async def test_what_a_newer_engine_wrote_is_left_alone(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play)
        task = await play.start()
        delivery = await play.called(1)
    await restarting.spoil(task, document=NEWER)

    async with restarting.engine() as play:
        await play.wait(5 * MINUTE)
        with pytest.raises(NewerFrame):
            await play.report(delivery, {})
        for act in (play.engine.tasks.cancel, play.engine.tasks.erase):
            with pytest.raises(NewerFrame):
                await act(task)

        [line], _ = await play.engine.tasks.list(TaskFilter(), None, 9)
        assert (line["id"], line["status"]) == (task, "running")


class PickyFrames(Disturbed):
    """Cannot write the frame of a task that has a result."""

    async def save(self, frame: Frame) -> Frame:
        if frame.runs["first"].out:
            raise TypeError("this cannot be written")
        saved: Frame = await self.adapter.save(frame)
        return saved


async def test_a_frame_that_cannot_be_written_ends_its_task(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, frames=PickyFrames(adapters.frames))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await begin(play)
        task = await play.start()
        delivery = await play.called(1)

        with pytest.raises(OutdatedAttempt):
            await play.report(delivery, {"n": 1})

        ended = await play.ended(task)
    assert ended["message"].startswith("the engine failed")


# What an engine stored that did not know the gate.


async def test_a_forged_reference_that_was_stored_is_read_by_no_one(
    restarting: Restarting,
) -> None:
    async with restarting.engine() as play:
        await begin(play)
        theirs = await play.start()
        forged = {"$blob": f"{theirs}/x", "type": "image/png", "size": 1}
        # Around the gate, as only a test can.
        task = await play.start({"image": forged})
        await play.called(1)

    async with restarting.engine() as play:
        status = await play.ended(task)

        assert f"{theirs}" not in str(status)
        assert len(play.outside.delivered) == 1
        await play.engine.tasks.erase(task)


async def test_a_stored_pipeline_with_reserved_keys_starts_no_task(
    play: Playground,
) -> None:
    document = starting_with(end("done", params={"k": {"$blob": "other/a"}}))
    pipeline = Pipeline.from_json(document)
    published = Published(pipeline, "pipeline", play.clock())
    await play.adapters.pipelines.publish(published)

    with pytest.raises(ReservedKey, match="params"):
        await play.start()

    assert (await play.engine.pipelines.get("tried"))["route"] == "tried"


def folder_at(path: Path, address: str = "http://localhost:8000") -> PipelineFolder:
    return PipelineFolder(
        path=path,
        max_bytes=1_000_000,
        json_depth=32,
        json_values=10_000,
        address=address,
    )


async def test_a_file_of_the_folder_is_read_as_one_that_is_sent(
    play: Playground, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = json.dumps(starting_with(end("done")))
    (tmp_path / "deep.json").write_text("[" * 100 + "]" * 100)
    (tmp_path / "gone.json").symlink_to("nothing")
    (tmp_path / "twice.json").write_text(good.replace("{", '{"type": "pipeline",', 1))
    (tmp_path / "well.json").write_text(good)

    await publish_folder(play.engine.pipelines, folder_at(tmp_path))

    refused = [one.getMessage() for one in caplog.records if "not pub" in one.msg]
    names = ["deep.json", "gone.json", "twice.json"]
    assert [name for name in names if any(name in told for told in refused)] == names
    assert (await play.engine.pipelines.get("tried"))["route"] == "tried"


async def test_a_folder_of_pipelines_passes_the_same_check(
    play: Playground, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document = starting_with(end("done", input={"$large": "start.out.a"}))
    (tmp_path / "p.json").write_text(json.dumps(document))

    await publish_folder(play.engine.pipelines, folder_at(tmp_path))

    assert "input.$large" in caplog.text
    with pytest.raises(Unknown):
        await play.start()


async def test_what_people_published_is_kept_and_the_file_is_told(
    play: Playground, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(starting_with(end("done"))))
    theirs = starting_with(end("done", params={"own": 1}))
    pipelines = play.engine.pipelines
    await publish_folder(pipelines, folder_at(tmp_path))
    await pipelines.publish(theirs)

    await publish_folder(pipelines, folder_at(tmp_path, "http://127.0.0.1:7000"))

    assert (await pipelines.get("tried"))["pipeline"] == theirs
    [told] = [one.getMessage() for one in caplog.records if "left out" in one.msg]
    assert f"{file} is left out: the route “tried”" in told
    assert told.endswith(f"marketplace push {file} --engine http://127.0.0.1:7000")


async def test_the_folder_replaces_its_own_pipelines_at_each_start(
    play: Playground, tmp_path: Path
) -> None:
    new = starting_with(end("done", params={"new": 1}))
    for document in (starting_with(end("done")), new):
        (tmp_path / "p.json").write_text(json.dumps(document))
        await publish_folder(play.engine.pipelines, folder_at(tmp_path))

    assert (await play.engine.pipelines.get("tried"))["pipeline"] == new
