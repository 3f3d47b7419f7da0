"""What services bring back: results, failures, how far they are."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from documents import SERIES
from engine.adapters.choice import Adapters
from engine.adapters.lanes import Lanes
from engine.domain.errors import OutdatedAttempt, Unavailable, Unknown
from engine.domain.frame import FramePath
from playground import Playground, playground


async def test_a_refused_result_is_known_to_all_and_becomes_the_error(
    ready: Playground,
) -> None:
    task = await ready.start({"a": 1})
    delivery = await ready.called(1)
    await ready.waiting(task)

    attempt = await ready.engine.callbacks.attempt(delivery.query["task_id"])
    await ready.engine.callbacks.refuse(attempt, "the body is a list")
    stored = await ready.adapters.frames.get(FramePath(task))
    await ready.wait(timedelta(seconds=301))

    assert stored.runs["first"].refused == "the body is a list"
    (waiting,) = (await ready.engine.tasks.status(task))["waiting"]
    assert waiting["for"] == (
        "tries again after: no result within 300 s; "
        "one came and was refused: the body is a list"
    )
    with pytest.raises(OutdatedAttempt):
        await ready.engine.callbacks.fail(attempt, "too late", True)


async def test_a_repeated_report_is_known_and_an_outdated_one_refused(
    ready: Playground,
) -> None:
    await ready.start()
    first = await ready.called(1)
    await ready.report(first, {})

    callback = await ready.engine.callbacks.attempt(first.query["task_id"])

    assert callback.repeated
    other = await ready.start()
    late = await ready.called(2)
    await ready.engine.tasks.cancel(other)
    with pytest.raises(OutdatedAttempt):
        await ready.engine.callbacks.attempt(late.query["task_id"])


@pytest.mark.parametrize("forged", ["", ".", "abc", "abc.def", "é.é", "W10.AAAA"])
async def test_a_forged_callback_id_is_unknown(ready: Playground, forged: str) -> None:
    with pytest.raises(Unknown, match="there is no attempt"):
        await ready.engine.callbacks.attempt(forged)


async def test_a_callback_id_with_one_other_letter_is_unknown(
    ready: Playground,
) -> None:
    await ready.start()
    id_ = (await ready.called(1)).query["task_id"]

    for at in range(len(id_)):
        other = "A" if id_[at] != "A" else "B"
        with pytest.raises(Unknown):
            await ready.engine.callbacks.attempt(id_[:at] + other + id_[at + 1 :])


async def test_a_services_own_error_ends_the_task(ready: Playground) -> None:
    task = await ready.start()
    delivery = await ready.called(1)
    tasks = ready.engine.tasks
    callbacks = ready.engine.callbacks

    callback = await callbacks.attempt(delivery.query["task_id"])
    await callbacks.fail(callback, "not a picture", retryable=False)

    status = await ready.ended(task)
    assert status["message"] == "node first: not a picture"
    assert status["failed"]["node"] == "first"
    fault = (await tasks.raw(task))["runs"]["first"]["fault"]
    assert (fault["code"], fault["message"]) == ("service-failed", "not a picture")


async def test_a_retryable_error_is_tried_again(ready: Playground) -> None:
    await ready.start()
    delivery = await ready.called(1)
    callbacks = ready.engine.callbacks

    callback = await callbacks.attempt(delivery.query["task_id"])
    await callbacks.fail(callback, "out of memory", retryable=True)
    await ready.wait(timedelta(seconds=2))

    assert (await ready.called(2)).query["task_id"] != delivery.query["task_id"]


async def test_what_a_service_says_of_its_work_is_a_change_of_the_run(
    ready: Playground,
) -> None:
    task = await ready.start()
    delivery = await ready.called(1)
    ready.clock.now += timedelta(seconds=1)
    callback = await ready.engine.callbacks.attempt(delivery.query["task_id"])

    ready.engine.callbacks.hear(callback, "half of it")

    async for changes in ready.engine.tasks.changes(task, None):
        if any(change.data.get("note") == "half of it" for change in changes):
            status = await ready.engine.tasks.status(task)
            raw = await ready.engine.tasks.raw(task)
            await ready.report(delivery, {})
    assert status["waiting"][0]["for"] == "half of it"
    assert raw["runs"]["first"]["waits_for"] == "half of it"
    assert (await ready.ended(task))["status"] == "finished"


async def test_when_the_inbox_is_full_a_result_is_not_acknowledged(
    tmp_path: Path,
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, inbox=Lanes(max_waiting=0))

    async with playground(tmp_path, adapt=adapt) as play:
        await play.announce()
        await play.publish(SERIES)
        await play.start()
        delivery = await play.called(1)

        with pytest.raises(Unavailable, match="events wait already"):
            await play.report(delivery, {})
