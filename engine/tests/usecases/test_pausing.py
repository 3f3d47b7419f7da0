"""Long work for a call rests between its parts while tasks run."""

import asyncio
from time import perf_counter

import pytest
from engine.usecases import loop_time
from engine.usecases.loop_time import LoopTime, beside, counted, pause
from engine.usecases.rests import Rests

from .test_loop_time import WORK_SECONDS, call, work, work_in_thread, working


@pytest.fixture
def rests() -> Rests:
    """Those of an engine in which tasks run."""
    rests = Rests()
    rests.others_work()
    return rests


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how much work calls have rested before they went on."""
    found: list[float] = []

    async def note(_: LoopTime, address: str, seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(LoopTime, "pause", note)
    return found


async def working_with_pauses() -> None:
    for _ in range(3):
        work()
        await pause()


async def test_long_work_rests_for_each_of_its_parts(
    rests: Rests, pauses: list[float]
) -> None:
    await call(LoopTime(rests), doing=working_with_pauses)

    assert len(pauses) == 3
    assert all(seconds >= WORK_SECONDS for seconds in pauses)


async def test_what_a_call_does_in_a_task_of_its_own_rests_too(
    rests: Rests, pauses: list[float]
) -> None:
    """A long answer is sent by one, while another waits for its reader to go."""

    async def sending() -> None:
        await asyncio.create_task(counted(working_with_pauses()))

    await call(LoopTime(rests), doing=sending)

    assert len(pauses) == 3


async def test_work_within_a_step_is_counted_once(rests: Rests) -> None:
    time = LoopTime(rests)
    spent = await time.enter("a", "")

    began_at = perf_counter()
    await spent.on(counted(working(steps=3)))

    assert spent.paid <= perf_counter() - began_at


async def test_what_threads_did_is_rested_for(
    rests: Rests, pauses: list[float]
) -> None:
    async def asking() -> None:
        await beside(work_in_thread)
        await pause()

    await call(LoopTime(rests), doing=asking)

    assert sum(pauses) >= WORK_SECONDS


async def test_little_work_does_not_rest(
    rests: Rests, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_time, "PAUSE_AFTER_SECONDS", 3600.0)

    await call(LoopTime(rests), doing=working_with_pauses)

    assert not pauses


async def rounds_of_the_loop() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_whoever_pauses_waits_for_all_others_who_do(
    rests: Rests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_time, "MAX_REST_SECONDS", 3600.0)
    monkeypatch.setattr(type(rests), "wanted", True)
    time = LoopTime(rests)
    long = asyncio.create_task(time.pause("a", 3600.0))
    await rounds_of_the_loop()
    short = asyncio.create_task(time.pause("b", 0.0))
    await rounds_of_the_loop()

    assert not short.done()

    long.cancel()
    await short


async def test_nobody_pauses_while_no_task_runs() -> None:
    time = LoopTime(Rests())

    await asyncio.gather(*(time.pause("a", 3600.0) for _ in range(10_000)))


async def test_work_that_nobody_called_for_gives_others_their_turn() -> None:
    told: list[str] = []
    other = asyncio.create_task(working())
    other.add_done_callback(lambda _: told.append("other"))

    for _ in range(5):
        await pause()

    assert told == ["other"]
    assert await counted(asyncio.sleep(0, 5)) == 5
