"""What lanes promise beyond their port."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

import pytest
from engine.adapters.lanes import Lanes
from engine.domain.errors import Unavailable
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from frames import T, ack, event

from .test_inbox import SOON, Turns, running


async def test_post_returns_when_the_turn_is_done() -> None:
    lanes = Lanes()
    turns = Turns()
    turns.gate.clear()

    async with running(lanes, turns) as posters:
        poster = posters.create_task(lanes.post(T, event(1)))
        await turns.began.acquire()

        assert not poster.done()

        turns.gate.set()


async def test_what_waits_for_a_frame_comes_in_one_turn() -> None:
    lanes = Lanes()
    turns = Turns()
    turns.gate.clear()

    async with running(lanes, turns) as posters:
        posters.create_task(lanes.post(T, event(0)))
        await turns.began.acquire()

        for n in range(1, 6):
            posters.create_task(lanes.post(T, event(n)))
        await asyncio.sleep(0)

        turns.gate.set()
        await turns.began.acquire()

    assert turns.taken[T] == [[event(0)], [event(n) for n in range(1, 6)]]


async def test_all_who_share_a_failed_turn_are_told() -> None:
    lanes = Lanes()
    turns = Turns()
    turns.gate.clear()

    async def failing(path: FramePath, events: Sequence[Event]) -> list[bool]:
        verdicts = await turns(path, events)
        if len(events) > 1:
            raise Unavailable("the store", f"{len(events)} events")
        return verdicts

    async with running(lanes, failing) as posters:
        posters.create_task(lanes.post(T, event(0)))
        await turns.began.acquire()

        together = asyncio.gather(
            *(lanes.post(T, event(n)) for n in range(3)), return_exceptions=True
        )
        await asyncio.sleep(0)

        turns.gate.set()
        outcomes = await together

    assert [str(o) for o in outcomes] == ["the store is not available: 3 events"] * 3


async def test_what_was_posted_before_the_start_gets_its_turn() -> None:
    lanes = Lanes()
    turns = Turns()
    early = asyncio.ensure_future(lanes.post(T, event(1)))
    await asyncio.sleep(0)

    async with running(lanes, turns):
        await early

    assert turns.taken[T] == [[event(1)]]


async def test_an_event_whose_poster_gave_up_still_gets_its_turn() -> None:
    lanes = Lanes()
    turns = Turns()
    turns.gate.clear()

    async with running(lanes, turns) as posters:
        posters.create_task(lanes.post(T, event(1)))
        await turns.began.acquire()

        impatient = posters.create_task(lanes.post(T, event(2)))
        await asyncio.sleep(0)
        impatient.cancel()

        turns.gate.set()
        await turns.began.acquire()

    assert turns.taken[T] == [[event(1)], [event(2)]]


async def test_a_turn_that_was_cancelled_does_not_block_its_frame() -> None:
    lanes = Lanes()
    turns = Turns()

    async def cancelled(path: FramePath, events: Sequence[Event]) -> list[bool]:
        if event(13) in events:
            raise asyncio.CancelledError
        return await turns(path, events)

    async with running(lanes, cancelled):
        with pytest.raises(Unavailable):
            await lanes.post(T, event(13))
        await lanes.post(T, event(1))

    assert turns.taken[T] == [[event(1)]]


async def test_a_failed_turn_that_nobody_hears_of_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lanes = Lanes()
    began = asyncio.Event()

    async def failing(path: FramePath, events: Sequence[Event]) -> list[bool]:
        began.set()
        raise RuntimeError("a test")

    with caplog.at_level(logging.ERROR):
        async with running(lanes, failing):
            lanes.post_later(T, ack(1), SOON)
            await began.wait()

    [record] = caplog.records
    assert (record.message, vars(record)["frame"]) == (
        "a turn of t failed: a test",
        "t",
    )


async def test_more_than_the_limit_is_refused_until_there_is_room() -> None:
    lanes = Lanes(max_waiting=2)
    turns = Turns()
    turns.gate.clear()

    async with running(lanes, turns) as posters:
        posters.create_task(lanes.post(T, event(0)))
        await turns.began.acquire()

        for n in (1, 2):
            posters.create_task(lanes.post(T, event(n)))
        await asyncio.sleep(0)

        with pytest.raises(Unavailable, match="2 events wait"):
            await lanes.post(FramePath("other"), event(3))
        lanes.post_later(T, ack(4), SOON)

        turns.gate.set()
        await turns.began.acquire()

        await lanes.post(T, event(5))

    assert turns.taken[T] == [[event(0)], [event(1), event(2)], [event(5)]]


async def test_a_turn_that_does_not_end_is_given_up() -> None:
    lanes = Lanes(stop_grace=timedelta(milliseconds=10))
    turns = Turns()
    turns.gate.clear()
    worker = asyncio.ensure_future(lanes.run(turns))
    posters = [asyncio.ensure_future(lanes.post(T, event(0)))]
    await turns.began.acquire()
    posters += [asyncio.ensure_future(lanes.post(T, event(n))) for n in (1, 2)]
    await asyncio.sleep(0)

    worker.cancel()

    with pytest.raises(asyncio.CancelledError):
        await worker
    for outcome in await asyncio.gather(*posters, return_exceptions=True):
        assert isinstance(outcome, Unavailable)
    assert turns.taken[T] == [[event(0)]]


async def test_an_idle_frame_costs_no_worker() -> None:
    lanes = Lanes()
    turns = Turns()

    async with running(lanes, turns):
        before = asyncio.all_tasks()
        for n in range(100):
            await lanes.post(FramePath(f"t{n}"), event(n))
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
