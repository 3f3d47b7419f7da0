"""Results that are brought to callers do not keep the engine from its work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from documents import end, starting_with
from engine.bootstrap import Tuning
from engine.domain.frame import Push
from engine.ports import Acknowledged, Delivery, Refused
from engine.usecases.pushes import MAX_PUSHES_PER_HOST
from playground import PlayedOutside, Playground, playground

from servers.waiting import until

AT_ONCE = starting_with(end("done"))
HANGING = "http://hangs/callback"


@dataclass
class SomeHang(PlayedOutside):
    """Callers that never answer, and one that does."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        self.delivered.append(delivery)
        if delivery.url == HANGING:
            await self.let_go.wait()
            return Refused("no answer")
        return self.answer


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    outside = SomeHang()
    tuning = Tuning(max_effects=MAX_PUSHES_PER_HOST, effects_grace=timedelta(0))
    async with playground(tmp_path, outside, tuning=tuning) as play:
        await play.publish(AT_ONCE)
        yield play
        outside.let_go.set()


async def start(play: Playground, url: str, name: str) -> str:
    return await play.start(push=Push(url=url, task_id=name))


async def test_callers_that_do_not_answer_keep_nobody_waiting(
    play: Playground,
) -> None:
    for number in range(2 * MAX_PUSHES_PER_HOST):
        await start(play, HANGING, f"hangs-{number}")
    await until(lambda: len(play.outside.delivered) >= MAX_PUSHES_PER_HOST)

    task = await start(play, "http://answers/callback", "answers")

    def is_pushed() -> bool:
        return play.outside.delivered[-1].query["task_id"] == "answers"

    await until(is_pushed)
    assert (await play.ended(task))["status"] == "finished"
    assert len(play.outside.delivered) == MAX_PUSHES_PER_HOST + 1


async def test_a_result_that_waits_is_not_pushed_twice(play: Playground) -> None:
    await start(play, HANGING, "hangs")
    await play.called(1)

    await play.wait(timedelta(minutes=2))

    assert len(play.outside.delivered) == 1
