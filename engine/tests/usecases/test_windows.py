"""How many calls of a service are out at once, and when their places are free again."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from documents import SERIES
from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.run import Run, Status
from engine.usecases import windows
from engine.usecases.windows import (
    AHEAD_AT_FIRST,
    ALL_AGAIN_SECONDS,
    LATE,
    Window,
    Windows,
)
from frames import new_frame
from msgspec.structs import replace
from playground import Playground

WORKERS = 2


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def room(window: Window) -> int:
    """How many come in."""
    tasks = [
        asyncio.create_task(window.places.enter(f"t{number}")) for number in range(200)
    ]
    await asyncio.sleep(0)
    inside = sum(task.done() for task in tasks)
    for number, task in enumerate(tasks):
        if task.done():
            window.places.leave(f"t{number}")
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return inside


async def measured(clock: Clock, results: int) -> Window:
    """A window that had so many results in a second."""
    window = Window(clock)
    window.fit(WORKERS)
    for _ in range(results):
        await window.places.enter("t")
        window.leave("t")
    clock.now += 1
    window.fit(WORKERS)
    return window


async def test_a_service_has_some_work_ahead_while_its_speed_is_not_known() -> None:
    window = Window()

    window.fit(WORKERS)

    assert await room(window) == WORKERS + AHEAD_AT_FIRST


@pytest.mark.parametrize(
    ("results", "ahead"), [(0, WORKERS), (10, WORKERS), (100, 10), (1_000, 100)]
)
async def test_what_it_does_in_a_tenth_of_a_second_waits_there(
    results: int, ahead: int
) -> None:
    window = await measured(Clock(), results)

    assert await room(window) == WORKERS + ahead


async def test_a_second_with_little_to_do_does_not_close_it() -> None:
    clock = Clock()
    window = await measured(clock, 400)

    clock.now += 1
    window.fit(WORKERS)

    assert await room(window) == WORKERS + 20


class Frames:
    """What is stored of frames, and how often that was asked."""

    def __init__(self) -> None:
        self.stored: dict[FramePath, Frame] = {}
        self.asked = 0

    def awaits(self, path: FramePath, node: str, attempt: int) -> bool:
        return self.stored[path].awaits(node, attempt)

    async def current(self, path: FramePath) -> Frame:
        self.asked += 1
        if path not in self.stored:
            raise Unknown("frame", path)
        return self.stored[path]


TASK = FramePath("t")
TIMEOUT = timedelta(minutes=5)


class Held:
    """A service with one worker and one call ahead, whose places are held."""

    def __init__(self, *, owned: bool = False) -> None:
        self.clock = Clock()
        self.frames = Frames()
        frames: Any = self.frames
        self.windows = Windows(
            frames, owns=lambda _: owned, tell=self.tell, clock=self.clock
        )
        self.window = self.windows.of("work", 1)
        self.window.places.resize(2, 2)

    async def tell(self, news: bytes) -> None:
        """There are no other replicas."""

    async def hold(self, *attempts: int) -> None:
        for attempt in attempts:
            self.save(working(attempt))
            await self.window.places.enter(TASK)
            self.windows.hold(
                self.window,
                TASK,
                path=TASK,
                attempt=("n", attempt),
                timeout=TIMEOUT,
            )

    def save(self, frame: Frame) -> None:
        self.frames.stored[TASK] = frame

    def somebody_waits(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self.window.places.enter("other"))


def working(attempt: int = 2) -> Frame:
    run = Run(status=Status.WORKING, attempt=attempt)
    return new_frame("t", runs={"n": run})


async def test_a_place_is_free_when_its_result_is_not_awaited_any_more() -> None:
    held = Held()
    await held.hold(2, 3)

    held.windows.saved(new_frame("other", runs={}))
    held.windows.saved(working(3))
    assert len(held.windows) == 1

    ended = replace(working(3), status=FrameStatus.CANCELLED)
    held.windows.saved(ended)
    held.windows.saved(ended)

    assert len(held.windows) == 0
    assert await room(held.window) == 2


async def test_a_result_that_was_faster_than_its_acknowledgement_keeps_no_place() -> (
    None
):
    held = Held()
    held.save(working(3))
    await held.window.places.enter(TASK)

    held.windows.hold(held.window, TASK, path=TASK, attempt=("n", 2), timeout=TIMEOUT)

    assert len(held.windows) == 0
    assert await room(held.window) == 2


async def test_a_call_that_is_made_again_keeps_one_place() -> None:
    held = Held()

    await held.hold(2, 2)

    assert len(held.windows) == 1
    held.windows.saved(working(3))
    assert await room(held.window) == 2


async def test_a_place_is_free_when_the_time_of_its_attempt_is_over() -> None:
    held = Held()
    await held.hold(2)

    held.clock.now += (TIMEOUT + LATE).total_seconds()
    await held.windows.look_again()

    assert len(held.windows) == 0
    assert await room(held.window) == 2


async def test_a_result_that_another_replica_took_makes_room_for_who_waits() -> None:
    held = Held()
    await held.hold(2, 2)
    await held.window.places.enter(TASK)
    held.save(working(3))

    await held.windows.look_again()
    assert held.frames.asked == 0

    waiting = held.somebody_waits()
    await asyncio.sleep(0)
    await held.windows.look_again()

    await asyncio.wait_for(waiting, 1)
    assert len(held.windows) == 0


async def test_what_is_owned_here_is_looked_at_seldom() -> None:
    held = Held(owned=True)
    await held.hold(2)
    await held.window.places.enter(TASK)
    waiting = held.somebody_waits()
    await asyncio.sleep(0)
    held.save(working(3))

    await held.windows.look_again()
    assert held.frames.asked == 0
    held.clock.now += ALL_AGAIN_SECONDS
    await held.windows.look_again()

    await asyncio.wait_for(waiting, 1)
    assert held.frames.asked == 1


async def test_a_result_that_came_by_here_makes_room_at_once() -> None:
    held = Held()
    await held.hold(2)
    await held.window.places.enter(TASK)
    waiting = held.somebody_waits()

    held.windows.brought(FramePath("other"), ("n", 2))
    held.windows.brought(TASK, ("n", 3))
    await asyncio.sleep(0)
    assert not waiting.done()
    held.windows.brought(TASK, ("n", 2))

    await asyncio.wait_for(waiting, 1)
    assert held.frames.asked == 0


async def test_a_result_that_is_awaited_still_keeps_its_place() -> None:
    held = Held()
    await held.hold(2)
    await held.window.places.enter(TASK)
    waiting = held.somebody_waits()
    await asyncio.sleep(0)

    await held.windows.look_again()

    assert not waiting.done()
    assert (len(held.windows), held.frames.asked) == (1, 1)
    waiting.cancel()


async def test_what_a_task_that_was_erased_had_is_free() -> None:
    held = Held()
    await held.hold(2)
    await held.window.places.enter(TASK)
    waiting = held.somebody_waits()
    await asyncio.sleep(0)
    held.frames.stored.clear()

    await held.windows.look_again()

    await asyncio.wait_for(waiting, 1)


async def delivered_to(play: Playground) -> list[str]:
    """The tasks that were called, in this order."""
    ids = [one.query["task_id"] for one in play.outside.delivered]
    return [(await play.engine.callbacks.attempt(id_)).task for id_ in ids]


async def test_what_a_service_has_not_the_workers_for_waits_in_fair_order(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "AHEAD_AT_FIRST", 0)
    await play.announce(workers=1)
    await play.publish(SERIES)
    many = [await play.start(owner="ada", space="main") for _ in range(20)]
    for number in range(1, 6):
        await play.report(await play.called(number), {})
    await play.called(7)
    few = [await play.start(owner="bob", space="main") for _ in range(3)]

    for number in range(6, 9):
        await play.report(await play.called(number), {})
        await play.called(number + 2)

    order = await delivered_to(play)
    assert set(order[:7]) <= set(many)
    assert set(order[7:]) == set(few)


@pytest.mark.parametrize(("workers", "owner"), [(0, "ada"), (1, "")])
async def test_a_service_that_tells_no_workers_or_without_accounts_gets_all_at_once(
    play: Playground, workers: int, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "AHEAD_AT_FIRST", 0)
    await play.announce(workers=workers)
    await play.publish(SERIES)

    for _ in range(30):
        await play.start(owner=owner, space="main" if owner else "")

    await play.called(30)


async def test_a_task_that_is_cancelled_or_fails_makes_room(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "AHEAD_AT_FIRST", 0)
    await play.announce(workers=1)
    await play.publish(SERIES)
    tasks = [await play.start(owner="ada", space="main") for _ in range(4)]
    await play.called(2)

    await play.engine.tasks.cancel(tasks[0])
    await play.called(3)
    callback = await play.engine.callbacks.attempt(
        (await play.called(2)).query["task_id"]
    )
    await play.engine.callbacks.fail(callback, "broken", False)

    await play.called(4)
