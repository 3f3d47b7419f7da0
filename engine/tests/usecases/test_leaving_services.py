"""Services that say that they leave: nobody is given to them, nothing is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from documents import SERIES, end, service, starting_with
from engine.domain.run_faults import Cause
from engine.ports import Acknowledged, Delivery, Refused
from playground import URL, PlayedOutside, Playground, playground

WITHOUT_RETRY = starting_with(service("first", "done", retry=0), end("done"))


async def test_a_task_waits_visibly_for_a_service_that_left_and_goes_on_with_another(
    play: Playground,
) -> None:
    await play.announce(start="a")
    await play.publish(SERIES)
    await play.engine.services.leave(URL, "work", "a")

    task = await play.start()
    waiting = await play.waiting(task)
    (queue,) = (await play.engine.waiting.by_service()).values()
    await play.announce(url="http://new/work", start="b")
    await play.wait(timedelta(seconds=2))
    new = await play.called(1)
    await play.report(new, {"x": 1})

    assert waiting["for"] == "no service announces “work” now"
    assert queue.runs == 1
    assert new.url == "http://new/work"
    assert (await play.ended(task))["status"] == "finished"


async def test_who_stays_gets_the_work_of_who_leaves(play: Playground) -> None:
    services = play.engine.services
    await play.announce(url="http://one/work", start="a")
    await play.announce(url="http://two/work", start="b")

    await services.leave("http://one/work", "work", "a")

    picked = [await services.pick("work") for _ in range(4)]
    assert {instance.url for instance in picked if instance} == {"http://two/work"}


async def test_work_of_a_service_that_leaves_is_expected_while_it_speaks(
    play: Playground,
) -> None:
    await play.announce(start="a")
    await play.publish(SERIES)
    task = await play.start()
    order = await play.called(1)
    await play.waiting(task)

    for _ in range(6):
        await play.engine.services.leave(URL, "work", "a")
        await play.wait(timedelta(seconds=30))
    await play.report(order, {"x": 1})

    assert (await play.ended(task))["status"] == "finished"
    assert len(play.outside.delivered) == 1


async def test_work_of_a_service_that_left_and_is_silent_is_lost(
    play: Playground,
) -> None:
    await play.announce(start="a")
    await play.publish(SERIES)
    await play.waiting(await play.start())
    await play.engine.services.leave(URL, "work", "a")

    for _ in range(4):
        play.clock.now += timedelta(seconds=30)
        await play.announce(url="http://two/work")
        await play.engine.timers.wake()
    await play.wait(timedelta(seconds=2))

    assert (await play.called(2)).url == "http://two/work"


class LeavesWhenCalled(PlayedOutside):
    """The service is gone when the call comes; another replica was told before."""

    def __init__(self, cause: Cause) -> None:
        super().__init__()
        self.leave: Callable[[], Awaitable[bool]] | None = None
        self._cause = cause

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        if self.leave:
            await self.leave()
            return Refused("no server listens", code=self._cause)
        return await super().deliver(delivery)


@asynccontextmanager
async def called_too_late(
    folder: Path, *, cause: Cause, left: str = "a"
) -> AsyncIterator[tuple[Playground, LeavesWhenCalled]]:
    """Its service, the process “a”, cannot be called; `left` is who says it leaves."""
    outside = LeavesWhenCalled(cause)
    async with playground(folder, outside) as play:
        await play.announce(start="a")
        await play.publish(WITHOUT_RETRY)
        outside.leave = partial(
            play.adapters.services.leave, "work", URL, left, play.clock.now
        )
        yield play, outside


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.TIMEOUT])
async def test_a_call_that_comes_too_late_is_no_failed_try(
    tmp_path: Path, cause: Cause
) -> None:
    async with called_too_late(tmp_path, cause=cause) as (play, outside):
        task = await play.start()
        waiting = await play.waiting(task)
        outside.leave = None
        await play.announce(start="b")
        await play.wait(timedelta(seconds=2))
        await play.report(await play.called(1), {"x": 1})

        assert waiting["for"] == "an instance of “work” has left"
        assert (await play.ended(task))["status"] == "finished"


async def test_nor_is_one_where_the_next_process_was_quicker(tmp_path: Path) -> None:
    async with called_too_late(tmp_path, cause=Cause.UNREACHABLE) as (play, outside):

        async def leave_and_begin() -> None:
            outside.leave = None
            play.clock.now += timedelta(seconds=1)
            await play.announce(start="b")

        outside.leave = leave_and_begin
        task = await play.start()
        await play.waiting(task)
        await play.wait(timedelta(seconds=2))
        await play.report(await play.called(1), {"x": 1})

        assert (await play.ended(task))["status"] == "finished"


@pytest.mark.parametrize(
    ("left", "cause"),
    [("other", Cause.UNREACHABLE), ("a", Cause.HTTP_ERROR)],
)
async def test_any_other_call_that_fails_is_a_failed_try(
    tmp_path: Path, left: str, cause: Cause
) -> None:
    async with called_too_late(tmp_path, cause=cause, left=left) as (play, _):
        task = await play.start()

        ended = await play.ended(task)
        assert ended["message"] == "node first: no server listens"
