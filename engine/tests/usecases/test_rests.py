"""Those who work with large values rest, one after the other, while others work."""

import asyncio
from functools import partial
from time import monotonic, sleep, thread_time

import pytest
from documents import end, loop, node, starting_with
from engine.usecases.rests import BYTES_PER_SECOND, FREE_SECONDS, REST_FACTOR, Rests
from playground import Playground

from .conftest import EMBEDDED


async def rested(rests: Rests, *pieces: float) -> float:
    """How long it takes until all have rested who worked so many seconds each."""
    began_at = monotonic()
    await asyncio.gather(
        *(rests.after(seconds, f"t{at}") for at, seconds in enumerate(pieces))
    )
    return monotonic() - began_at


async def test_large_work_is_paid_for_with_a_rest() -> None:
    rests = Rests()
    rests.others_work()

    assert await rested(rests, 0.05) >= 0.05 * REST_FACTOR


async def test_bytes_count_as_the_time_that_they_take() -> None:
    rests = Rests()
    rests.others_work()
    began_at = monotonic()

    await rests.after_bytes(BYTES_PER_SECOND // 20, "t")

    assert monotonic() - began_at >= 0.05 * REST_FACTOR


async def test_tasks_rest_one_after_the_other() -> None:
    rests = Rests()
    rests.others_work()

    assert await rested(rests, 0.03, 0.03, 0.03) >= 3 * 0.03 * REST_FACTOR


async def test_nobody_rests_while_nobody_else_works() -> None:
    rests = Rests()

    # Thousands of them would take hours otherwise.
    await rested(rests, *[1.0] * 20_000)


async def test_small_work_waits_for_nobody() -> None:
    rests = Rests()
    rests.others_work()
    resting = asyncio.create_task(rests.after(10, "t1"))
    await asyncio.sleep(0)

    await rests.after(FREE_SECONDS, "t2")

    assert not resting.done()
    await resting


@EMBEDDED
async def test_an_ordinary_task_lets_work_with_large_values_rest(
    ready: Playground,
) -> None:
    assert not ready.engine.rests.wanted

    await ready.start()

    assert ready.engine.rests.wanted


async def test_work_in_a_thread_is_paid_for_whatever_came_of_it() -> None:
    rests = Rests()
    rests.others_work()

    def fail() -> None:
        end = thread_time() + 0.05
        while thread_time() < end:
            pass
        raise ValueError

    began_at = monotonic()
    with pytest.raises(ValueError):
        await rests.beside(fail, task="t")

    assert monotonic() - began_at >= 0.05 * (1 + REST_FACTOR)


async def test_one_thread_works_at_a_time() -> None:
    rests = Rests()
    working = 0
    most = 0

    def work() -> None:
        nonlocal working, most
        working += 1
        most = max(most, working)
        sleep(0.01)
        working -= 1

    await asyncio.gather(*(rests.beside(work, task=f"t{at}") for at in range(8)))

    assert most == 1


async def test_who_does_not_wait_any_more_leaves_their_turn_to_others() -> None:
    rests = Rests()
    gone = asyncio.create_task(rests.beside(partial(sleep, 0.05), task="t1"))
    await asyncio.sleep(0.01)

    gone.cancel()

    assert await rests.beside(lambda: "done", task="t2") == "done"


@EMBEDDED
async def test_a_small_loop_does_not_wait_for_those_who_rest(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.usecases.rests.MAX_REST_SECONDS", 60)
    body = [node("work", "loopEnd")]
    each = loop("each", body, "end", items="start.out.items", collect={"n": "work.out"})
    await play.publish(starting_with(each, end(), route="tried"))
    rests = play.engine.rests
    rests.others_work()
    resting = asyncio.create_task(rests.after(30, "other"))
    await asyncio.sleep(0)

    task = await play.start({"items": [1, 2, 3]})

    assert (await play.ended(task))["status"] == "finished"
    assert not resting.done()
    resting.cancel()
