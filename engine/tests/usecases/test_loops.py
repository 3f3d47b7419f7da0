"""Loops through the stores: opening, collecting, inspecting, recovering."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from documents import end, loop, node, service, starting_with
from engine.adapters.choice import Adapters
from engine.domain import messages as m
from engine.domain.errors import Unavailable
from engine.domain.frame import Frame, FramePath
from engine.domain.values import Json
from engine.ports import FrameStore, Inbox
from engine.usecases.loops import LARGE_ITEM_BYTES
from playground import (
    Disturbed,
    HandClock,
    PlayedOutside,
    Playground,
    playground,
)

from servers.waiting import until


def each(**fields: Json) -> dict[str, Json]:
    body = [service("work", "loopEnd", input={"item": "node._loop"})]
    defaults = {"items": "start.out.items", "collect": {"k": "work.out.r"}}
    return loop("each", body, "done", **{**defaults, **fields})


LOOP = starting_with(each(), end("done"), body={"items": [1]})


@pytest.fixture
async def ready(play: Playground) -> Playground:
    await play.announce()
    await play.publish(LOOP)
    return play


async def answer(play: Playground, first: int, last: int) -> None:
    """Play the service for the calls number first to last."""
    for number in range(first, last + 1):
        delivery = await play.called(number)
        await play.report(delivery, {"r": delivery.payload["item"]})


async def test_a_loop_over_many_items_collects_them_all(ready: Playground) -> None:
    items = [{"n": n, "text": "x" * 50} for n in range(300)]
    task = await ready.start({"items": items})

    await answer(ready, 1, 300)

    assert (await ready.ended(task))["status"] == "finished"
    out = await ready.engine.tasks.outputs(task)
    assert out == {f"k{n}": item for n, item in enumerate(items)}


async def test_what_a_loop_collects_has_a_limit(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    settings = {**stores, "max_value_bytes": "100000"}

    async with playground(tmp_path, settings=settings) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [1, 2, 3]})
        for number in (1, 2, 3):
            await play.report(await play.called(number), {"r": "x" * 45_000})

        ended = await play.ended(task)

    message = "node each: what it collects, up to item 2, would take at least"
    assert ended["message"].startswith(message)
    assert "(MAX_VALUE_BYTES)" in ended["message"]


async def test_the_status_counts_the_items(ready: Playground) -> None:
    task = await ready.start({"items": [1, 2]})
    await answer(ready, 1, 1)
    await ready.called(2)

    async def items() -> Json:
        status = await ready.engine.tasks.status(task)
        return status["progress"]["loops"]["each"]

    async def one_is_done() -> bool:
        return (await items())["done"] >= 1

    await until(one_is_done)

    assert await items() == {"done": 1, "total": 2}
    status = await ready.engine.tasks.status(task)
    assert status["waiting"][0]["for"] == "1 of 2 items"
    frames = (await ready.engine.tasks.raw(task))["frames"]
    assert sorted(frame["item"] for frame in frames) == [1, 2]


async def test_a_failed_item_cancels_the_others(ready: Playground) -> None:
    task = await ready.start({"items": [1, 2]})
    first = await ready.called(1)
    second = await ready.called(2)
    callbacks = ready.engine.callbacks

    callback = await callbacks.attempt(first.query["task_id"])
    await callbacks.fail(callback, "no", retryable=False)

    ended = await ready.ended(task)
    index = first.payload["item"] - 1
    assert ended["message"] == f"node each: item {index}: node work: no"
    path = FramePath(f"{task}/each[{1 - index}]")

    async def other_item_has_ended() -> bool:
        return not (await ready.adapters.frames.get(path)).open

    await until(other_item_has_ended)
    assert second.payload["item"] != first.payload["item"]


async def test_a_loop_goes_on_where_a_stopped_engine_left_it(tmp_path: Path) -> None:
    outside = PlayedOutside()
    clock = HandClock()
    async with playground(tmp_path, outside, clock) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [1, 2, 3]})
        await answer(play, 1, 1)
        await play.called(3)

    async with playground(tmp_path, outside, clock) as play:
        await answer(play, 2, 3)

        assert (await play.ended(task))["status"] == "finished"
        assert await play.engine.tasks.outputs(task) == {"k0": 1, "k1": 2, "k2": 3}


class FullStore(Disturbed):
    """Has no room for the frames of items."""

    full = True

    async def insert(self, frame: Frame) -> Frame | None:
        if self.full and frame.parent:
            raise Unavailable("the store", "it is full")
        return await self.adapter.insert(frame)


async def test_frames_that_were_never_made_are_made_later(
    tmp_path: Path, stores: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, frames=FullStore(adapters.frames))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [1, 2]})
        await until(lambda: "it is full" in caplog.text)
        play.adapters.frames.full = False

        await play.wait(timedelta(seconds=31))
        await answer(play, 1, 2)

        assert (await play.ended(task))["status"] == "finished"


class SlowForTheSecond(Disturbed):
    """Stores the frame of item 1 only when it may."""

    def __init__(self, frames: FrameStore) -> None:
        super().__init__(frames)
        self.may_store = asyncio.Event()

    async def insert(self, frame: Frame) -> Frame | None:
        if frame.parent and frame.parent.index == 1:
            await self.may_store.wait()
        return await self.adapter.insert(frame)


async def test_an_item_does_not_wait_for_another_one_to_be_stored(
    tmp_path: Path, stores: dict[str, str]
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, frames=SlowForTheSecond(adapters.frames))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [1, 2]})

        await answer(play, 1, 1)
        play.adapters.frames.may_store.set()
        await answer(play, 2, 2)

        assert (await play.ended(task))["status"] == "finished"


class CountingInserts(Disturbed):
    """Takes its time to store frames; notes how many items it stores at once."""

    inside = 0

    def __init__(self, frames: FrameStore) -> None:
        super().__init__(frames)
        self.together: dict[int, int] = {}

    async def insert(self, frame: Frame) -> Frame | None:
        self.inside += 1
        await asyncio.sleep(0.01)
        if frame.parent:
            self.together[frame.parent.index] = self.inside
        self.inside -= 1
        return await self.adapter.insert(frame)


async def test_few_large_items_are_made_at_once(tmp_path: Path) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, frames=CountingInserts(adapters.frames))

    copied = each(nodes=[node("copy", "loopEnd", input={"text": "start.out.text"})])
    data = {"text": "x" * (LARGE_ITEM_BYTES + 1), "items": [*range(40)]}

    async with playground(tmp_path, adapt=adapt) as play:
        await play.publish(starting_with(copied | {"collect": {}}, end("done")))
        await play.ended(await play.start(data))
        together = play.adapters.frames.together

    # The first ones were begun before it was known how large they are.
    assert max(count for index, count in together.items() if index > 20) <= 4


async def test_an_item_whose_loop_is_over_stops_by_itself(ready: Playground) -> None:
    task = await ready.start({"items": [1]})
    await ready.called(1)
    store = ready.adapters.frames
    child = await store.get(FramePath(f"{task}/each[0]"))
    await ready.engine.tasks.erase(task)
    await store.insert(child)

    await ready.wait(timedelta(seconds=31))

    assert await store.find(child.path) is None


async def test_large_items_reach_their_frames(ready: Playground) -> None:
    items = [{"text": "x" * 30_000}, {"text": "y" * 30_000}]
    task = await ready.start({"items": items})

    await answer(ready, 1, 2)

    assert (await ready.ended(task))["status"] == "finished"
    out = await ready.engine.tasks.outputs(task)
    assert out == {"k0": items[0], "k1": items[1]}


class LosingInbox(Disturbed):
    """Loses the first message of a kind."""

    def __init__(self, inbox: Inbox, kind: type[m.Event]) -> None:
        super().__init__(inbox)
        self.kind = kind
        self.lost: list[m.Event] = []

    async def post(self, path: FramePath, event: m.Event) -> bool | None:
        if isinstance(event, self.kind) and not self.lost:
            self.lost.append(event)
            return None
        return await self.adapter.post(path, event)


@pytest.mark.parametrize("kind", [m.FrameEnded, m.LoopCollected])
async def test_a_message_that_was_lost_is_made_good_by_looking(
    tmp_path: Path, stores: dict[str, str], kind: type[m.Event]
) -> None:
    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, inbox=LosingInbox(adapters.inbox, kind))

    async with playground(tmp_path, settings=stores, adapt=adapt) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": [1, 2]})
        await answer(play, 1, 2)
        await until(lambda: bool(play.adapters.inbox.lost))

        await play.wait(timedelta(seconds=31))

        assert (await play.ended(task))["status"] == "finished"
        assert await play.engine.tasks.outputs(task) == {"k0": 1, "k1": 2}
