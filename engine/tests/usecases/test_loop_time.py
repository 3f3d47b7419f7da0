"""Calls have a third of the event loop while tasks run, and addresses take turns."""

import asyncio
from time import monotonic, perf_counter, thread_time
from typing import Any

import pytest
from engine.domain.errors import Unavailable
from engine.usecases import loop_time
from engine.usecases.call_time import (
    WRITE_REST_FACTOR,
    Spent,
    beside,
    of_store,
    written,
)
from engine.usecases.loop_time import (
    FREE_SECONDS,
    FREE_STORE_SECONDS,
    LEAST_SECONDS,
    LoopTime,
)
from engine.usecases.rests import REST_FACTOR, Rests

WORK_SECONDS = 0.01
CALLS = 20


def work(seconds: float = WORK_SECONDS) -> None:
    """Keep the event loop, or a thread, busy."""
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


def work_in_thread() -> None:
    end = thread_time() + WORK_SECONDS
    while thread_time() < end:
        pass


async def working(steps: int = 1) -> None:
    for _ in range(steps):
        work()
        await asyncio.sleep(0)


@pytest.fixture
def rests() -> Rests:
    """Those of an engine in which tasks run."""
    rests = Rests()
    rests.others_work()
    return rests


async def call(time: LoopTime, address: str = "a", doing: Any = working) -> None:
    spent = await Spent.enter(time, address, "")
    await spent.on(doing())


async def seconds_of(time: LoopTime, doing: Any) -> float:
    """How long it takes until all calls are done, one after the other."""
    began_at = monotonic()
    for _ in range(CALLS):
        await call(time, doing=doing)
    return monotonic() - began_at


async def test_work_is_paid_for_with_rests_while_tasks_run(rests: Rests) -> None:
    # The last call is paid for by those that come behind it.
    paid = (CALLS - 1) * WORK_SECONDS - FREE_SECONDS

    assert await seconds_of(LoopTime(rests), working) > paid * (1 + REST_FACTOR)


async def test_the_work_of_threads_is_paid_for_too(rests: Rests) -> None:
    paid = (CALLS - 1) * WORK_SECONDS - FREE_SECONDS

    seconds = await seconds_of(LoopTime(rests), lambda: beside(work_in_thread))

    assert seconds > paid * (1 + REST_FACTOR)


async def test_nobody_rests_while_no_task_runs() -> None:
    time = LoopTime(Rests())

    for _ in range(CALLS):
        # Not even for a moment: nothing else comes in between.
        entering = time.enter("a", "")
        with pytest.raises(StopIteration):
            entering.send(None)
        time.pay("a", 100)


async def test_whoever_waits_comes_in_when_tasks_have_ended(rests: Rests) -> None:
    time = LoopTime(rests)
    time.pay("a", 100)

    # A second after the last of them, at most.
    async with asyncio.timeout(10):
        await call(time)


async def test_an_address_that_had_little_goes_first(rests: Rests) -> None:
    time = LoopTime(rests)
    time.pay("much", 10 * FREE_SECONDS)
    order: list[str] = []

    async def coming(address: str) -> None:
        await time.enter(address, "")
        order.append(address)

    async with asyncio.TaskGroup() as group:
        for address in ("much", "much", "much", "little"):
            group.create_task(coming(address))

    assert order[0] == "little"


async def test_of_many_that_come_at_once_each_pays_in_advance(rests: Rests) -> None:
    time = LoopTime(rests)
    for _ in range(100):
        time.learn(WORK_SECONDS)
    entered: list[float] = []

    async def coming() -> None:
        await time.enter("a", "")
        entered.append(monotonic())

    async with asyncio.TaskGroup() as group:
        for _ in range(CALLS):
            group.create_task(coming())

    paid = (CALLS - 1) * WORK_SECONDS - FREE_SECONDS
    assert entered[-1] - entered[0] > paid * REST_FACTOR


async def test_what_was_paid_in_advance_and_not_taken_is_given_back(
    rests: Rests,
) -> None:
    now = 1000.0
    time = LoopTime(rests, clock=lambda: now)
    for _ in range(1000):
        time.learn(FREE_SECONDS)

    async def nothing() -> None:
        pass

    # Each would wait for the one before it, if that had taken what is usual.
    for _ in range(3):
        await call(time, doing=nothing)


async def test_what_follows_the_head_of_an_answer_is_not_paid_for(
    rests: Rests,
) -> None:
    time = LoopTime(rests)
    spent = await Spent.enter(time, "a", "")

    async def streaming() -> None:
        spent.settle()
        await working(steps=CALLS)

    await spent.on(streaming())

    # Not even for a moment does the next one wait.
    entering = time.enter("a", "")
    with pytest.raises(StopIteration):
        entering.send(None)


async def test_a_call_that_is_cancelled_ends_and_is_paid_for(rests: Rests) -> None:
    time = LoopTime(rests)
    told: list[str] = []

    async def waiting() -> None:
        work(10 * FREE_SECONDS)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    calling = asyncio.create_task(call(time, doing=waiting))
    await asyncio.sleep(0)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling

    assert told == ["cancelled"]
    began_at = monotonic()
    await time.enter("a", "")
    assert monotonic() - began_at > FREE_SECONDS


async def test_no_more_than_some_wait(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_time, "MAX_WAITING", 2)
    time = LoopTime(rests)
    time.pay("a", 100)
    waiting = [asyncio.create_task(time.enter("a", "")) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable):
        await time.enter("b", "")

    for one in waiting:
        one.cancel()


async def test_a_call_pays_something_in_advance_whatever_was_learnt() -> None:
    time = LoopTime(Rests())
    for _ in range(1000):
        time.learn(0.0)

    spent = await Spent.enter(time, "a", "")

    assert spent.paid == LEAST_SECONDS


async def storing() -> None:
    """A store works for a call, somewhere else."""
    await of_store(asyncio.sleep(WORK_SECONDS))


async def test_what_a_store_does_is_paid_for_by_the_calls_of_its_address(
    rests: Rests,
) -> None:
    time = LoopTime(rests)
    began_at = monotonic()

    # At the same time, but their rests are one after the other.
    await asyncio.gather(*(call(time, doing=storing) for _ in range(CALLS)))

    assert monotonic() - began_at > CALLS * WORK_SECONDS * REST_FACTOR


async def test_nobody_rests_for_what_a_store_did_for_another_address(
    rests: Rests,
) -> None:
    time = LoopTime(rests)
    resting = asyncio.create_task(time.rest("a", 3600.0))
    await asyncio.sleep(0)

    await call(time, "b")

    assert not resting.done()
    resting.cancel()


async def test_nobody_rests_for_what_a_store_did_while_no_task_runs() -> None:
    # Thousands of them would take hours otherwise.
    time = LoopTime(Rests())

    await asyncio.gather(*(time.rest("a", 3600.0) for _ in range(10_000)))


async def test_work_that_nobody_called_for_is_not_paid_for() -> None:
    assert await of_store(beside(lambda: 5)) == 5


async def test_who_was_refused_a_start_waits_with_the_next_one(rests: Rests) -> None:
    time = LoopTime(rests)
    await time.enter_start("a", "stubborn")
    for _ in range(1000):
        time.refuse("a", "stubborn")

    starting = asyncio.create_task(time.enter_start("a", "stubborn"))
    await time.enter_start("a", "somebody else")
    await time.enter_start("b", "stubborn")

    assert time.has_refused
    assert not starting.done()
    await starting


async def test_a_refusal_is_forgotten_after_a_while(rests: Rests) -> None:
    now = 1000.0
    time = LoopTime(rests, clock=lambda: now)
    time.refuse("a", "s")
    time.pay("a", 3600.0)
    now += loop_time.REFUSED_FOR_SECONDS

    await time.enter_start("a", "s")

    assert not time.has_refused


async def test_who_was_refused_a_start_does_not_wait_when_all_is_paid_for() -> None:
    time = LoopTime(Rests())
    time.refuse("a", "s")

    starting = time.enter_start("a", "s")

    with pytest.raises(StopIteration):
        starting.send(None)


async def test_what_a_store_did_for_an_address_adds_up(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(rests), "wanted", True)
    time = LoopTime(rests, clock=lambda: 1000.0)
    small = FREE_STORE_SECONDS / 4

    for _ in range(4):
        # Free: it is done at once.
        with pytest.raises(StopIteration):
            time.rest("a", small).send(None)

    assert time.rest("a", small).send(None) is not None


async def test_for_what_was_written_a_call_rests_longer(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    factors: list[float] = []

    async def note(_: Spent, seconds: float, factor: float = REST_FACTOR) -> None:
        factors.append(factor)

    monkeypatch.setattr(Spent, "rest", note)

    async def writing() -> None:
        await of_store(asyncio.sleep(0))
        await written(asyncio.sleep(0))

    await call(LoopTime(rests), doing=writing)

    assert factors == [REST_FACTOR, WRITE_REST_FACTOR]
    assert await written(asyncio.sleep(0, 5)) == 5


async def test_who_goes_on_is_not_overtaken_by_all_who_had_less(rests: Rests) -> None:
    """It may have one of the two places in which large answers are made."""
    time = LoopTime(rests)
    time.pay("much", 20 * FREE_SECONDS)
    came_in = 0

    async def coming() -> None:
        nonlocal came_in
        while True:
            await call(time, "little")
            came_in += 1

    others = [asyncio.create_task(coming()) for _ in range(3)]
    await asyncio.sleep(0)

    for _ in range(5):
        await time.pause("much")

    for other in others:
        other.cancel()
    await asyncio.wait(others)
    # Between two turns of the one there is one of the others; a few came in before
    # and after.
    assert 0 < came_in <= 15


async def test_who_comes_in_is_not_overtaken_by_all_who_go_on(rests: Rests) -> None:
    time = LoopTime(rests)
    time.pay("a", 2 * FREE_SECONDS)
    pauses = 0

    async def going_on(address: str) -> None:
        nonlocal pauses
        while True:
            await time.pause(address)
            pauses += 1

    others = [asyncio.create_task(going_on(f"a{at}")) for at in range(5)]
    await asyncio.sleep(0)

    for _ in range(5):
        await time.enter("b", "")

    for other in others:
        other.cancel()
    await asyncio.wait(others)
    # Between two turns of the one there is one of the others; a few went on before
    # and after.
    assert 0 < pauses <= 15
