"""Those who work with large values rest, one after the other, while others work."""

import asyncio
from time import monotonic, sleep, thread_time

import pytest
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
        await rests.beside("t", fail)

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

    await asyncio.gather(*(rests.beside(f"t{at}", work) for at in range(8)))

    assert most == 1


async def test_who_does_not_wait_any_more_leaves_their_turn_to_others() -> None:
    rests = Rests()
    gone = asyncio.create_task(rests.beside("t1", sleep, 0.05))
    await asyncio.sleep(0.01)

    gone.cancel()

    assert await rests.beside("t2", str, 5) == "5"
