"""Tasks that call pipelines: what is not awaited any more does not go on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from documents import end, loop, service, starting_with
from engine.domain.errors import OutdatedAttempt
from engine.domain.frame import FramePath, Push
from engine.domain.messages import EraseRequested
from engine.ports import Refused
from playground import OWN_URL, OwnPipelines, Playground, playground

from servers.waiting import until

INNER = starting_with(service("deep", "done"), end("done"), route="inner", body={})
OUTER = starting_with(
    service("call", "done", service="inner", timeout=60, retry=1),
    end("done"),
    route="outer",
    body={},
)
EACH = starting_with(
    loop(
        "each",
        [service("call", "loopEnd", service="inner", input={"n": "node._loop"})],
        "done",
        items="start.out.items",
    ),
    end("done"),
    route="each",
    body={"items": [1]},
)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, OwnPipelines()) as play:
        await play.announce()
        for document in (INNER, OUTER, EACH):
            await play.publish(document)
        yield play


def called_tasks(play: Playground) -> list[str]:
    return cast(OwnPipelines, play.outside).started


async def the_called_task(play: Playground, times: int = 1) -> str:
    """The task that was started by the call number `times`, once it has called."""
    await play.called(times)
    return called_tasks(play)[times - 1]


async def is_cancelled(play: Playground, task: str) -> bool:
    return bool((await play.ended(task))["cancelled"])


async def test_a_pipeline_is_called_as_a_service(play: Playground) -> None:
    task = await play.start(route="outer")

    await play.report(await play.called(1), {"r": 1})

    assert (await play.ended(task))["status"] == "finished"
    assert await play.engine.tasks.outputs(task) == {"r": 1}


async def test_a_cancelled_task_takes_those_along_that_it_called(
    play: Playground,
) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)

    await play.engine.tasks.cancel(task)

    assert await is_cancelled(play, called)


async def test_the_items_of_a_cancelled_loop_take_their_called_tasks_along(
    play: Playground,
) -> None:
    task = await play.start({"items": [1, 2, 3]}, route="each")
    await play.called(3)

    await play.engine.tasks.cancel(task)

    assert all([await is_cancelled(play, called) for called in called_tasks(play)])


async def test_a_failed_item_stops_the_tasks_that_the_others_called(
    play: Playground,
) -> None:
    task = await play.start({"items": [1, 2]}, route="each")
    await play.called(2)
    failing, other = called_tasks(play)

    await play.engine.tasks.cancel(failing)

    assert (await play.ended(task))["status"] == "error"
    assert await is_cancelled(play, other)


async def test_a_cancelled_called_task_does_not_push_its_end(play: Playground) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)

    await play.engine.tasks.cancel(task)
    await is_cancelled(play, called)

    frame = await play.adapters.frames.get(called)
    assert frame.push is not None and frame.push.done
    assert frame.wake_at is None


async def test_a_call_made_again_stops_the_task_of_the_first(play: Playground) -> None:
    task = await play.start(route="outer")
    first = await the_called_task(play)
    # The acknowledgement starts the clock of the attempt.
    await play.waiting(task)

    await play.wait(timedelta(seconds=61))
    await play.wait(timedelta(seconds=2))
    await until(lambda: len(called_tasks(play)) == 2)

    assert await is_cancelled(play, first)


async def test_the_timers_find_a_called_task_whose_caller_was_erased(
    play: Playground,
) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)

    # As if the engine had died before it could cancel what was called.
    await play.adapters.frames.erase(task)
    play.engine.tasks._frames._known.drop(task)
    await play.wait(timedelta(seconds=40))

    assert await is_cancelled(play, called)


async def test_a_task_for_an_attempt_that_was_given_up_does_not_start(
    play: Playground,
) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)
    known = await play.adapters.frames.get(called)
    assert known.push is not None
    await play.engine.tasks.cancel(task)

    with pytest.raises(OutdatedAttempt):
        await play.start(route="inner", push=known.push)


async def test_a_task_with_a_caller_elsewhere_is_left_alone(play: Playground) -> None:
    push = Push(url=f"{OWN_URL}/callback", task_id="an id of another engine")

    task = await play.start(route="inner", push=push)
    await play.wait(timedelta(seconds=40))

    assert (await play.engine.tasks.status(task))["status"] == "running"


@pytest.mark.parametrize("over", [{"unawaited": True}, {"final": True}])
async def test_a_result_that_nobody_waits_for_is_pushed_once(
    play: Playground, over: dict[str, bool]
) -> None:
    push = Push(url="http://caller/callback", task_id="theirs")
    task = await play.start(route="inner", push=push)
    delivery = await play.called(1)
    play.outside.answer = Refused("gone", **over)

    await play.report(delivery, {"r": 1})
    await play.called(2)

    async def is_over() -> bool:
        frame = await play.adapters.frames.get(task)
        return frame.push is not None and frame.push.done

    await until(is_over)
    await play.wait(timedelta(hours=1))
    assert len(play.outside.delivered) == 2


async def test_a_task_and_the_one_that_called_it_name_each_other(
    play: Playground,
) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)

    outer = await play.engine.tasks.status(task)
    inner = await play.engine.tasks.status(called)
    runs = (await play.engine.tasks.raw(task))["runs"]

    assert inner["called_by"] == {"task": task, "path": task, "node": "call"}
    assert outer["called_by"] is None
    [waiting] = outer["waiting"]
    assert waiting["called"]["task"] == called
    assert waiting["called"]["message"] == "running: deep"
    assert waiting["called"]["progress"]["done"] == 1
    assert {node: run["called_task"] for node, run in runs.items()} == {
        "start": None,
        "call": called,
        "done": None,
    }


async def test_a_service_that_works_is_no_called_task(play: Playground) -> None:
    task = await play.start(route="inner")
    await play.called(1)

    [waiting] = (await play.engine.tasks.status(task))["waiting"]

    assert waiting["called"] is None


async def test_the_items_of_a_loop_name_the_tasks_that_they_called(
    play: Playground,
) -> None:
    task = await play.start({"items": [1, 2]}, route="each")
    await play.called(2)

    frames = (await play.engine.tasks.raw(task))["frames"]
    called = {frame["runs"]["call"]["called_task"] for frame in frames}
    paths = [
        (await play.engine.tasks.status(one))["called_by"]["path"]
        for one in called_tasks(play)
    ]

    assert called == set(called_tasks(play))
    assert sorted(paths) == [f"{task}/each[0]", f"{task}/each[1]"]


async def is_there(play: Playground, task: str) -> bool:
    return await play.adapters.frames.find(FramePath(task)) is not None


@pytest.mark.parametrize("ends", [True, False])
async def test_an_erased_task_takes_those_along_that_it_called(
    play: Playground, ends: bool
) -> None:
    task = await play.start({"items": [1, 2]}, route="each")
    for n in (1, 2):
        delivery = await play.called(n)
        if ends:
            await play.report(delivery, {"r": n})
    if ends:
        await play.ended(task)

    await play.engine.tasks.erase(task)

    for one in (task, *called_tasks(play)):
        assert not await is_there(play, one)


async def test_those_of_earlier_attempts_are_erased_too(play: Playground) -> None:
    task = await play.start(route="outer")
    await the_called_task(play)
    await play.waiting(task)
    await play.wait(timedelta(seconds=61))
    await play.wait(timedelta(seconds=2))
    await until(lambda: len(called_tasks(play)) == 2)

    await play.engine.tasks.erase(task)

    assert not any([await is_there(play, one) for one in called_tasks(play)])


async def test_the_timers_erase_what_an_expired_task_has_called(
    play: Playground,
) -> None:
    task = await play.start(route="outer")
    called = await the_called_task(play)
    # As if the engine had died in the middle of erasing it.
    await play.engine.inbox.post(FramePath(task), EraseRequested())

    await play.engine.timers.sweep()

    assert not await is_there(play, task)
    assert not await is_there(play, called)


async def test_a_kept_run_names_no_task(play: Playground) -> None:
    old = await play.start(route="outer")
    await play.report(await play.called(1), {"r": 1})
    await play.ended(old)

    draft = await play.engine.tasks.draft("outer")
    draft = await play.engine.tasks.continued(draft, old)
    await play.engine.tasks.start(draft, {})
    runs = (await play.engine.tasks.raw(draft.task))["runs"]
    await play.engine.tasks.erase(draft.task)

    assert runs["call"]["reused"] and runs["call"]["called_task"] is None
    assert await is_there(play, called_tasks(play)[0])
