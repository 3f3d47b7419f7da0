"""An engine that is told to stop leaves nothing half done that it can finish."""

import asyncio
from datetime import timedelta
from pathlib import Path

from documents import SERIES
from engine.bootstrap import Tuning
from engine.ports import Acknowledged, Delivery, Refused
from playground import HandClock, PlayedOutside, Playground, playground


class SlowOutside(PlayedOutside):
    """Takes its time to acknowledge."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        answer = await super().deliver(delivery)
        await self.may_answer.wait()
        return answer


async def begun(play: Playground) -> str:
    """A task whose service was called and has not answered."""
    await play.announce()
    await play.publish(SERIES)
    task = await play.start({"a": 1})
    await play.called(1)
    return task


async def test_a_call_under_way_is_seen_to_its_end(tmp_path: Path) -> None:
    outside = SlowOutside()
    again = PlayedOutside()
    async with playground(tmp_path, outside) as play:
        task = await begun(play)
        asyncio.get_running_loop().call_later(0.1, outside.may_answer.set)

    async with playground(tmp_path, again) as play:
        [waiting] = (await play.engine.tasks.status(task))["waiting"]
        await play.engine.timers.recover()

    assert (waiting["node"], waiting["status"]) == ("first", "working")
    assert again.delivered == []


async def test_a_call_that_does_not_end_is_made_again(tmp_path: Path) -> None:
    clock = HandClock()
    tuning = Tuning(effects_grace=timedelta(seconds=0.05))
    async with playground(tmp_path, SlowOutside(), clock, tuning=tuning) as play:
        await begun(play)

    clock.now += timedelta(seconds=1)
    async with playground(tmp_path, clock=clock) as play:
        delivery = await play.called(1)

    assert delivery.payload == {"a": 1}
