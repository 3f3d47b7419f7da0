"""Long work for a call waits for its turn between its parts while tasks run."""

import asyncio
from time import monotonic, perf_counter

import pytest
from engine.domain.errors import Unavailable
from engine.usecases import call_time, loop_time
from engine.usecases.call_time import Spent, beside, counted, pause
from engine.usecases.loop_time import FREE_SECONDS, LoopTime
from engine.usecases.rests import REST_FACTOR, Rests

from .test_loop_time import WORK_SECONDS, call, work, work_in_thread, working


@pytest.fixture
def rests() -> Rests:
    """Those of an engine in which tasks run."""
    rests = Rests()
    rests.others_work()
    return rests


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses whose calls have waited before they went on."""
    found: list[str] = []

    async def note(_: LoopTime, address: str) -> float:
        found.append(address)
        return 0.0

    monkeypatch.setattr(LoopTime, "pause", note)
    return found


async def working_with_pauses() -> None:
    for _ in range(3):
        work()
        await pause()


async def test_long_work_waits_after_each_of_its_parts(
    rests: Rests, pauses: list[str]
) -> None:
    await call(LoopTime(rests), doing=working_with_pauses)

    assert len(pauses) == 3


async def test_what_is_done_after_the_head_of_an_answer_is_paid_for(
    rests: Rests, pauses: list[str]
) -> None:
    time = LoopTime(rests)
    spent = await Spent.enter(time, "a", "")

    async def answering() -> None:
        spent.settle()
        await working_with_pauses()

    await spent.on(answering())

    assert len(pauses) == 3
    assert spent.paid >= 3 * WORK_SECONDS


async def test_calls_and_long_answers_have_a_third_of_the_time_together(
    rests: Rests,
) -> None:
    time = LoopTime(rests)
    parts = 10

    async def long_answer() -> None:
        for _ in range(parts):
            rests.others_work()
            work()
            await pause()

    async def calls() -> None:
        for _ in range(parts):
            await call(time, address="b")

    began_at = monotonic()
    await asyncio.gather(call(time, doing=long_answer), calls())

    # What comes last is not rested for.
    paid = 2 * (parts - 1) * WORK_SECONDS - FREE_SECONDS
    assert monotonic() - began_at > paid * (1 + REST_FACTOR)


async def test_what_a_call_does_in_a_task_of_its_own_waits_too(
    rests: Rests, pauses: list[str]
) -> None:
    """A long answer is sent by one, while another waits for its reader to go."""

    async def sending() -> None:
        await asyncio.create_task(counted(working_with_pauses()))

    await call(LoopTime(rests), doing=sending)

    assert len(pauses) == 3


async def test_work_within_a_step_is_counted_once(rests: Rests) -> None:
    time = LoopTime(rests)
    spent = await Spent.enter(time, "a", "")

    began_at = perf_counter()
    await spent.on(counted(working(steps=3)))

    assert spent.paid <= perf_counter() - began_at


async def test_what_threads_did_is_paid_for(rests: Rests, pauses: list[str]) -> None:
    time = LoopTime(rests)
    spent = await Spent.enter(time, "a", "")

    async def asking() -> None:
        await beside(work_in_thread)
        await pause()

    await spent.on(asking())

    assert len(pauses) == 1
    assert spent.paid >= WORK_SECONDS


async def test_little_work_does_not_wait(
    rests: Rests, pauses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_time, "PAUSE_AFTER_SECONDS", 3600.0)

    await call(LoopTime(rests), doing=working_with_pauses)

    assert not pauses


async def rounds_of_the_loop() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_whoever_goes_on_waits_until_all_is_paid(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_time, "MAX_REST_SECONDS", 3600.0)
    monkeypatch.setattr(type(rests), "wanted", True)
    time = LoopTime(rests)
    await time.pause("a")
    time.pay("b", 3600.0)

    waiting = [asyncio.create_task(time.pause(address)) for address in ("a", "b")]
    await rounds_of_the_loop()

    assert not any(one.done() for one in waiting)
    # Whoever has gone does not wait on.
    for one in waiting:
        one.cancel()
    await asyncio.wait(waiting)


async def test_what_goes_on_is_never_refused(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer has begun: it would be cut."""
    monkeypatch.setattr(loop_time, "MAX_WAITING", 0)
    monkeypatch.setattr(loop_time, "MAX_REST_SECONDS", 0.01)
    time = LoopTime(rests)
    time.pay("a", 3600.0)

    with pytest.raises(Unavailable):
        await time.enter("b", "")
    assert await time.pause("a") > 0


async def test_nobody_pauses_while_no_task_runs() -> None:
    time = LoopTime(Rests())

    await asyncio.gather(*(time.pause("a") for _ in range(10_000)))


async def test_work_that_nobody_called_for_gives_others_their_turn() -> None:
    told: list[str] = []
    other = asyncio.create_task(working())
    other.add_done_callback(lambda _: told.append("other"))

    for _ in range(5):
        await pause()

    assert told == ["other"]
    assert await counted(asyncio.sleep(0, 5)) == 5
