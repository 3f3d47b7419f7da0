"""What goes wrong in the engine itself neither hangs a task nor stops the others."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from documents import LOOP, SERIES, end, node, service, starting_with
from engine.adapters.choice import Adapters
from engine.bootstrap import Tuning
from engine.domain import messages as m
from engine.domain.code import Changes, Scope
from engine.domain.errors import OutdatedAttempt, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.ports import Acknowledged, Answered, BlobStore, Delivery, Refused, Request
from engine.usecases.effects import given_up
from playground import (
    Disturbed,
    HandClock,
    PlayedOutside,
    Playground,
    playground,
)

from servers.waiting import until

from .conftest import EMBEDDED

ASK = starting_with(node("ask", "done", kind="http", url="http://api/x"), end("done"))


def spoil_document(folder: Path, task: str) -> None:
    with sqlite3.connect(folder / "engine.db") as database:
        text = b'{"schema": 1}'
        database.execute("UPDATE frames SET document = ? WHERE path = ?", (text, task))
    database.close()


async def test_an_engine_starts_although_a_frame_cannot_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outside = PlayedOutside()
    clock = HandClock()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce()
        await play.publish(SERIES)
        # One after the other, so that it is known which call is whose.
        broken = await play.start()
        await play.called(1)
        sound = await play.start()
        await play.called(2)
    spoil_document(tmp_path, broken)

    async with playground(tmp_path, outside, clock) as play:
        await play.report(outside.delivered[1], {})

        assert (await play.ended(sound))["status"] == "finished"
    assert f"{broken} has failed: the engine cannot go on" in caplog.text


class BrokenEvaluator(Disturbed):
    """Fails in a way that no evaluator should."""

    def statements(self, source: str, scope: Scope) -> Changes:
        raise ZeroDivisionError


async def test_a_decision_that_fails_ends_its_task(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    with_code = starting_with(
        service("first", "done", after="node.out['a'] = 1"), end("done")
    )

    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, evaluator=BrokenEvaluator(adapters.evaluator))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.announce()
        await play.publish(with_code)
        task = await play.start()
        delivery = await play.called(1)

        with pytest.raises(OutdatedAttempt):
            await play.report(delivery, {})

        ended = await play.ended(task)
    assert ended["message"].startswith("the engine failed to decide")


class BrokenOutside(PlayedOutside):
    """Fails in a way that it should not, the first time it is asked to deliver."""

    broken = True

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        if self.broken:
            self.broken = False
            raise ZeroDivisionError
        return await super().deliver(delivery)


async def test_a_call_that_the_engine_cannot_make_is_tried_again(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    async with playground(tmp_path, BrokenOutside(), settings=stores) as play:
        await play.announce()
        await play.publish(SERIES)
        task = await play.start()

        async def has_failed() -> bool:
            runs = (await play.engine.tasks.raw(task))["runs"]
            return runs["first"]["error"] is not None

        await until(has_failed)
        await play.wait(timedelta(seconds=2))

        assert (await play.called(1)).url


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
    callbacks = ready.engine.callbacks
    callback = await callbacks.attempt(delivery.query["task_id"])

    await tasks.cancel(task)

    with pytest.raises(OutdatedAttempt):
        await callbacks.report(callback, {})


class AwayInbox(Disturbed):
    """Cannot take the first result that is posted."""

    away = True

    async def post(self, path: FramePath, event: m.Event) -> bool | None:
        if self.away and isinstance(event, m.NodeFinished):
            self.away = False
            raise Unavailable("the inbox", "it is away")
        return await self.adapter.post(path, event)


async def test_an_answer_survives_a_store_that_is_away_for_a_moment(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, inbox=AwayInbox(adapters.inbox))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.publish(ASK)
        task = await play.start()

        assert (await play.ended(task))["status"] == "finished"
        assert len(play.outside.requested) == 1


async def one_piece() -> AsyncIterator[bytes]:
    yield b"answer"


class SlowAnswer(PlayedOutside):
    """Answers with a blob, when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.answered = asyncio.Event()
        self.blobs: BlobStore | None = None

    async def request(self, request: Request) -> Answered | Refused:
        self.asked.set()
        await self.may_answer.wait()
        blob = await self.blobs.put(request.task, one_piece(), "text/plain", None)
        self.answered.set()
        return Answered({"raw": blob.to_json()})


async def test_an_answer_for_an_erased_task_leaves_no_blob(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    outside = SlowAnswer()
    async with playground(tmp_path, outside, settings=stores) as play:
        outside.blobs = play.adapters.blobs
        await play.publish(ASK)
        task = await play.start()
        await outside.asked.wait()

        await play.engine.tasks.erase(task)
        outside.may_answer.set()
        await outside.answered.wait()

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


class StubbornBlobs(Disturbed):
    """Erases no blob of one task."""

    kept = ""

    async def erase(self, task: str) -> None:
        if task == self.kept:
            raise Unavailable("the disk", "it is stubborn")
        await self.adapter.erase(task)


async def test_a_task_that_cannot_be_erased_does_not_keep_the_others(
    tmp_path: Path, stores: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, blobs=StubbornBlobs(adapters.blobs))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.announce()
        await play.publish(SERIES)
        kept = await play.start()
        erased = await play.start()
        for number in (1, 2):
            await play.report(await play.called(number), {})
        play.adapters.blobs.kept = kept
        play.clock.now += timedelta(hours=2)

        await play.engine.timers.sweep()

        assert (await play.engine.tasks.status(kept))["status"] == "finished"
        with pytest.raises(Unknown):
            await play.engine.tasks.status(erased)
        # A store that is away is told in one line.
        assert f"{kept} is erased later: the disk is not available" in caplog.text
        assert "Traceback" not in caplog.text


async def test_one_sweep_takes_all_that_is_old_however_much(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    tuning = Tuning(timers_batch=1)
    async with playground(tmp_path, settings=stores, tuning=tuning) as play:
        await play.announce()
        await play.publish(SERIES)
        for number in (1, 2, 3):
            await play.start()
            await play.report(await play.called(number), {})
        play.clock.now += timedelta(hours=2)

        await play.engine.timers.sweep()

        assert (await play.engine.tasks.stats())["jobs"]["total"] == 0


async def test_a_lost_value_is_read_as_null_and_stops_nothing(tmp_path: Path) -> None:
    outside = PlayedOutside()
    clock = HandClock()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [{"text": "x" * 30_000}]})
        delivery = await play.called(1)
    for file in (tmp_path / "blobs" / task).iterdir():
        file.unlink()

    async with playground(tmp_path, outside, clock) as play:
        await play.report(delivery, {"r": 1})

        assert (await play.ended(task))["status"] == "finished"
        raw = await play.engine.tasks.raw(task)
    assert raw["runs"]["start"]["output"] is None
