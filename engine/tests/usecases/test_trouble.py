"""What goes wrong in the engine itself neither hangs a task nor stops the others."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from engine.domain import messages as m
from engine.domain.errors import OutdatedAttempt, Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.values import Json
from engine.ports import Answered
from engine.usecases.effects import given_up
from engine.usecases.recent import Recent
from playground import HandClock, PlayedOutside, Playground, playground, until
from simulation import end, pipeline, service

from .conftest import EMBEDDED

SERIES = pipeline(service("first", "done"), end())
LOOP = pipeline(
    {
        "id": "each",
        "type": "loop",
        "items": "start.out.items",
        "nodes": [service("work", "loopEnd")],
        "collect": {"k": "work.out"},
        "next": ["done"],
    },
    end(),
)


@pytest.fixture
async def ready(play: Playground) -> Playground:
    await play.announce("s")
    await play.publish(SERIES)
    return play


def spoil_document(folder: Path, task: str) -> None:
    with sqlite3.connect(folder / "engine.db") as database:
        text = b'{"schema": 99}'
        database.execute("UPDATE frames SET document = ? WHERE path = ?", (text, task))
    database.close()


async def test_an_engine_starts_although_a_frame_cannot_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outside, clock = PlayedOutside(), HandClock()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce("s")
        await play.publish(SERIES)
        broken, sound = await play.start(), await play.start()
        await play.called(2)
    spoil_document(tmp_path, broken)

    async with playground(tmp_path, outside, clock) as play:
        await play.report(outside.delivered[1], {})

        assert (await play.ended(sound))["status"] == "finished"
    assert f"{broken} could not be woken" in caplog.text


async def test_what_is_erased_meanwhile_is_not_remembered_by_who_read_it(
    ready: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await ready.start()
    await ready.called(1)
    frames = ready.engine.tasks._frames
    read = frames._store.get
    gate = asyncio.Event()

    async def slowly(path: FramePath) -> Frame:
        frame = await read(path)
        await gate.wait()
        return frame

    monkeypatch.setattr(frames._store, "get", slowly)
    reading = asyncio.create_task(frames.get(FramePath(task), fresh=True))
    await asyncio.sleep(0)
    await until(lambda: not reading.done())
    monkeypatch.undo()
    await ready.engine.tasks.erase(task)
    gate.set()
    await reading

    with pytest.raises(Unknown):
        await ready.engine.tasks.raw(task)


async def test_an_older_revision_does_not_replace_a_newer_one(
    ready: Playground,
) -> None:
    task = await ready.start()
    await ready.called(1)
    frames = ready.engine.tasks._frames
    older = await frames.get(FramePath(task))
    await ready.engine.tasks.cancel(task)

    newer = frames._remember(older)

    assert newer.revision == older.revision + 1


async def test_a_decision_that_fails_ends_its_task(
    ready: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await ready.start()
    delivery = await ready.called(1)
    pipelines = ready.engine.pipelines

    async def broken(route: str, version: str) -> Any:
        raise ValueError("a version that nobody can read")

    monkeypatch.setattr(pipelines, "program", broken)
    callback = await ready.engine.tasks.callback(delivery.query["task_id"])
    with pytest.raises(OutdatedAttempt):
        await ready.engine.tasks.report(callback, {})

    ended = await ready.ended(task)
    assert ended["message"].startswith("the engine failed to decide")


async def test_a_call_that_the_engine_cannot_make_is_tried_again(
    ready: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(delivery: object) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(ready.outside, "deliver", broken)
        task = await ready.start()

        async def error() -> Json:
            runs = (await ready.engine.tasks.raw(task))["runs"]
            return runs["first"]["error"]

        while await error() is None:
            await asyncio.sleep(0.005)
    await ready.wait(timedelta(seconds=2))

    assert (await ready.called(1)).url


def test_every_failed_effect_is_told_to_its_frame() -> None:
    assert isinstance(given_up(m.CallNode("a", 1)), m.NodeFailed)
    assert isinstance(given_up(m.CollectLoop("a", 1)), m.LoopFailed)
    assert given_up(m.TellParent()) is None


async def test_a_result_for_an_attempt_given_up_meanwhile_is_refused(
    ready: Playground,
) -> None:
    task = await ready.start()
    delivery = await ready.called(1)
    tasks = ready.engine.tasks
    callback = await tasks.callback(delivery.query["task_id"])

    await tasks.cancel(task)

    with pytest.raises(OutdatedAttempt):
        await tasks.report(callback, {})


async def test_an_answer_survives_a_store_that_is_away_for_a_moment(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = {"id": "ask", "type": "http", "url": "http://api/x", "next": ["done"]}
    await play.publish(pipeline(ask, end()))
    post, refusals = play.adapters.inbox.post, 1

    async def away(path: FramePath, event: m.Event) -> None:
        nonlocal refusals
        if refusals and isinstance(event, m.NodeFinished):
            refusals -= 1
            raise Unavailable("the inbox", "it is away")
        await post(path, event)

    monkeypatch.setattr(play.adapters.inbox, "post", away)
    task = await play.start()

    assert (await play.ended(task))["status"] == "finished"
    assert len(play.outside.requested) == 1


async def one_piece() -> AsyncIterator[bytes]:
    yield b"answer"


async def test_an_answer_for_an_erased_task_leaves_no_blob(
    play: Playground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ask = {"id": "ask", "type": "http", "url": "http://api/x", "next": ["done"]}
    await play.publish(pipeline(ask, end()))
    gate, came = asyncio.Event(), asyncio.Event()

    async def slowly(request: Any) -> Answered:
        came.set()
        await gate.wait()
        blobs = play.adapters.blobs
        blob = await blobs.put(request.task, one_piece(), "text/plain", None)
        gone.set()
        return Answered({"raw": blob.to_json()})

    gone = asyncio.Event()
    monkeypatch.setattr(play.outside, "request", slowly)
    task = await play.start()
    await came.wait()
    await play.engine.tasks.erase(task)
    gate.set()
    await gone.wait()

    folder = tmp_path / "blobs" / task
    await until(lambda: not folder.exists() or not list(folder.iterdir()))


@EMBEDDED
async def test_blobs_that_never_became_a_task_are_tidied_away(
    ready: Playground, tmp_path: Path
) -> None:
    draft = await ready.engine.tasks.draft("tried")
    await ready.engine.tasks.store_blob(draft.task, one_piece(), "a/b", None)
    started = await ready.start({"text": "x" * 100_000})
    ready.clock.now += timedelta(days=365 * 50)

    await ready.engine.timers.tidy()

    assert not (tmp_path / "blobs" / draft.task).exists()
    assert (tmp_path / "blobs" / started).exists()


async def test_a_task_that_cannot_be_erased_does_not_keep_the_others(
    ready: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [await ready.start(), await ready.start()]
    for number in (1, 2):
        await ready.report(await ready.called(number), {})
    ready.clock.now += timedelta(hours=2)
    erase = ready.adapters.blobs.erase

    async def stubborn(task: str) -> None:
        if task == tasks[0]:
            raise Unavailable("the disk", "it is stubborn")
        await erase(task)

    monkeypatch.setattr(ready.adapters.blobs, "erase", stubborn)
    await ready.engine.timers.sweep()

    assert (await ready.engine.tasks.status(tasks[0]))["status"] == "finished"
    with pytest.raises(Unknown):
        await ready.engine.tasks.status(tasks[1])


async def test_one_sweep_takes_all_that_is_old_however_much(tmp_path: Path) -> None:
    async with playground(tmp_path, batch=1) as play:
        await play.announce("s")
        await play.publish(SERIES)
        for number in (1, 2, 3):
            await play.start()
            await play.report(await play.called(number), {})
        play.clock.now += timedelta(hours=2)

        await play.engine.timers.sweep()

        assert (await play.engine.tasks.stats())["jobs"]["total"] == 0


@EMBEDDED
async def test_a_lost_value_is_read_as_null_and_stops_nothing(
    ready: Playground, tmp_path: Path
) -> None:
    await ready.publish(LOOP)
    task = await ready.start({"items": [{"text": "x" * 30_000}]})
    delivery = await ready.called(1)
    for file in (tmp_path / "blobs" / task).iterdir():
        file.unlink()
    frames = ready.engine.tasks._frames
    frames._frames = Recent(0)
    frames._contents = Recent(0)

    await ready.report(delivery, {"r": 1})

    assert (await ready.ended(task))["status"] == "finished"
    assert (await ready.engine.tasks.raw(task))["runs"]["start"]["output"] is None


def test_what_was_used_last_is_remembered_up_to_a_weight() -> None:
    recent: Recent[str, str] = Recent(5, len)

    recent.put("a", "aa")
    recent.put("b", "bb")
    assert recent.get("a") == "aa"
    recent.put("c", "cc")

    assert (recent.get("b"), recent.get("a"), recent.get("c")) == (None, "aa", "cc")
    recent.put("d", "too long")
    assert recent.get("d") is None
