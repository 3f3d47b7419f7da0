"""Starting tasks, reading, pushing, cancelling and erasing."""

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from documents import SERIES, end, starting_with
from engine.domain.errors import NotFinished, Unknown
from engine.domain.frame import Push
from engine.domain.task_lists import TaskFilter
from engine.ports import Acknowledged, Delivery, Refused
from engine.usecases.changes import Change
from playground import HandClock, PlayedOutside, Playground, playground

from servers.waiting import until

from .conftest import EMBEDDED


async def some_bytes() -> AsyncIterator[bytes]:
    yield b"picture"


async def all_of(changes: AsyncIterator[Sequence[Change]]) -> list[Change]:
    return [change async for some in changes for change in some]


async def test_a_task_calls_its_service_and_takes_the_result(ready: Playground) -> None:
    task = await ready.start({"a": 1})
    delivery = await ready.called(1)

    await ready.report(delivery, {"b": 2})

    assert delivery.payload == {"a": 1}
    assert delivery.query["callback_url"].endswith("/callback")
    assert (await ready.ended(task))["status"] == "finished"
    assert await ready.engine.tasks.outputs(task) == {"b": 2}


async def test_outputs_are_not_there_before_the_end(ready: Playground) -> None:
    task = await ready.start()

    with pytest.raises(NotFinished, match="its status is running"):
        await ready.engine.tasks.outputs(task)


async def test_the_status_says_what_a_task_waits_for(ready: Playground) -> None:
    ready.outside.answer = Refused("busy", busy=True)
    task = await ready.start()
    await ready.called(1)

    waiting = await ready.waiting(task)

    assert waiting["status"] == "retrying"
    assert waiting["for"] == "busy"
    status = await ready.engine.tasks.status(task)
    assert status["message"] == "running: first"
    assert status["progress"]["done"] == 1


async def test_the_same_idempotency_key_gives_the_same_task(ready: Playground) -> None:
    tasks = ready.engine.tasks
    first = await tasks.draft("tried", "key")
    await tasks.start(first, {})

    again = await tasks.draft("tried", "key")
    await tasks.start(again, {})

    assert again.repeated and again.task == first.task
    assert (await tasks.draft("tried", "other")).task != first.task
    assert (await tasks.stats())["jobs"]["total"] == 1


async def test_the_end_result_is_pushed_to_the_caller(ready: Playground) -> None:
    task = await ready.start(push=Push(url="http://caller/back", task_id="theirs"))
    await ready.report(await ready.called(1), {"b": 2})

    pushed = await ready.called(2)

    assert (pushed.url, pushed.payload) == ("http://caller/back", {"b": 2})
    assert pushed.query == {"task_id": "theirs"}
    assert (await ready.ended(task))["status"] == "finished"


async def test_a_failed_task_pushes_an_error(ready: Playground) -> None:
    task = await ready.start(push=Push(url="http://caller/back", task_id="theirs"))
    await ready.called(1)

    await ready.engine.tasks.cancel(task)

    pushed = await ready.called(2)
    assert pushed.payload == {"type": "error", "message": "cancelled"}


class NoFilesInLists(PlayedOutside):
    """Cannot send a result that holds a list."""

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        await super().deliver(delivery)
        if "list" in delivery.payload:
            return Refused("“list.0” cannot be sent", final=True, unsent=True)
        return self.answer


async def test_a_caller_is_told_of_a_result_that_cannot_be_sent(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    async with playground(tmp_path, NoFilesInLists(), settings=stores) as play:
        await play.publish(starting_with(end("done")))
        caller = Push(url="http://caller/back", task_id="theirs")
        await play.start({"list": [1]}, push=caller)

        told = await play.called(2)

    assert told.payload["type"] == "error"
    assert "cannot be sent: “list.0”" in told.payload["message"]


async def test_a_push_that_did_not_arrive_is_repeated(ready: Playground) -> None:
    await ready.start(push=Push(url="http://caller/back", task_id="theirs"))
    delivery = await ready.called(1)
    ready.outside.answer = Refused("nobody listens")
    await ready.report(delivery, {})
    await ready.called(2)

    await ready.wait(timedelta(seconds=31))

    assert (await ready.called(3)).url == "http://caller/back"


async def test_the_log_tells_nothing_of_a_callers_address_but_its_host(
    ready: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    url = "http://me:hush@caller/back/hush?token=hush"
    await ready.start(push=Push(url=url, task_id="theirs"))
    delivery = await ready.called(1)
    ready.outside.answer = Refused("nobody listens")

    await ready.report(delivery, {})
    await ready.called(2)
    await until(lambda: "the caller at caller" in caplog.text)

    assert "hush" not in caplog.text


async def test_a_caller_at_a_forbidden_address_is_refused(ready: Playground) -> None:
    with pytest.raises(Exception, match="forbidden"):
        await ready.start(push=Push(url="http://forbidden", task_id="theirs"))

    assert (await ready.engine.tasks.stats())["jobs"]["total"] == 0


async def test_blobs_travel_with_the_data_and_are_erased_with_the_task(
    ready: Playground, tmp_path: Path
) -> None:
    tasks = ready.engine.tasks
    callbacks = ready.engine.callbacks
    draft = await tasks.draft("tried")
    blob = await tasks.store_blob(draft.task, some_bytes(), "image/png", "a.png")
    await tasks.start(draft, {"image": blob.to_json()})
    delivery = await ready.called(1)
    await ready.report(delivery, delivery.payload)
    assert (await tasks.outputs(draft.task))["image"] == blob.to_json()
    content = [piece async for piece in tasks.read(draft.task, blob, 3)]
    assert b"".join(content) == b"ture"
    with pytest.raises(Unknown):
        tasks.read(str(uuid.uuid4()), blob)

    await tasks.erase(draft.task)

    with pytest.raises(Unknown):
        await tasks.status(draft.task)
    with pytest.raises(Unknown):
        await callbacks.attempt(delivery.query["task_id"])
    assert not list((tmp_path / "blobs").glob(f"{draft.task}*"))


async def test_another_tasks_blob_does_not_travel(ready: Playground) -> None:
    theirs = {"$blob": f"{uuid.uuid4()}/x", "type": "image/png", "size": 1}

    task = await ready.start({"image": theirs})

    assert "no reference to a file of this task" in (await ready.ended(task))["message"]
    assert ready.outside.delivered == []


@EMBEDDED
async def test_large_values_live_outside_the_document(
    ready: Playground, tmp_path: Path
) -> None:
    long = {"text": "x" * 100_000}
    task = await ready.start(long)

    assert (await ready.called(1)).payload == long
    assert len(list((tmp_path / "blobs" / task).iterdir())) == 1
    assert (await ready.engine.tasks.raw(task))["runs"]["first"]["input"] == long


async def test_an_engine_that_comes_back_reads_large_values_again(
    tmp_path: Path,
) -> None:
    long = {"text": "x" * 100_000}
    outside = PlayedOutside()
    clock = HandClock()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce()
        await play.publish(SERIES)
        task = await play.start(long)
        delivery = await play.called(1)

    async with playground(tmp_path, outside, clock) as play:
        raw = await play.engine.tasks.raw(task)
        await play.report(delivery, {"b": 1})

        assert raw["runs"]["first"]["input"] == long
        assert (await play.ended(task))["status"] == "finished"


async def test_tasks_are_listed_newest_first_and_filtered(ready: Playground) -> None:
    started = []
    for _ in range(3):
        ready.clock.now += timedelta(seconds=1)
        started.append(await ready.start())

    page, cursor = await ready.engine.tasks.list(TaskFilter(), None, 2)
    rest, end_ = await ready.engine.tasks.list(TaskFilter(), cursor, 2)
    none, _ = await ready.engine.tasks.list(TaskFilter(route="other"), None, 2)

    assert [line["id"] for line in (*page, *rest)] == started[::-1]
    assert end_ is None and none == []


async def test_every_change_is_told_and_can_be_resumed(ready: Playground) -> None:
    task = await ready.start()
    await ready.report(await ready.called(1), {})

    told = await all_of(ready.engine.tasks.changes(task, None))
    later = await all_of(ready.engine.tasks.changes(task, told[2].id))

    assert [c.data["status"] for c in told if c.name == "task"] == [
        "running",
        "finished",
    ]
    assert later == told[3:]
    assert await all_of(ready.engine.tasks.changes(task, "odd")) == told


async def test_changes_come_while_the_task_runs(ready: Playground) -> None:
    task = await ready.start()
    delivery = await ready.called(1)
    seen = []

    async for changes in ready.engine.tasks.changes(task, None):
        seen += [(change.data.get("node"), change.data["status"]) for change in changes]
        if ("first", "calling") in seen and len(seen) < 4:
            await ready.report(delivery, {})

    assert seen[-1] == (None, "finished")


@pytest.mark.parametrize("task", ["odd", "0c0ffee0-0000-4000-8000-000000000000"])
async def test_an_unknown_task_is_unknown(ready: Playground, task: str) -> None:
    with pytest.raises(Unknown, match="there is no task"):
        await ready.engine.tasks.status(task)


async def test_ended_tasks_are_erased_after_their_retention(
    ready: Playground, tmp_path: Path
) -> None:
    task = await ready.start({"text": "x" * 100_000})
    await ready.report(await ready.called(1), {})
    ready.clock.now += timedelta(hours=2)

    await ready.engine.timers.sweep()

    with pytest.raises(Unknown):
        await ready.engine.tasks.status(task)
    assert not (tmp_path / "blobs" / task).exists()


async def test_every_store_is_ready(ready: Playground) -> None:
    assert await ready.engine.ready() == {}
