"""What waits at the same moment is sent together."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from engine.adapters.shared.batching import Batcher


class Line:
    """Answers each number with its double, one batch at a time when it is let."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.free = asyncio.Event()
        self.free.set()

    async def send(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        self.sent.append(list(numbers))
        await self.free.wait()

        if 13 in numbers:
            raise ConnectionError("the line is dead")
        return [2 * n if n >= 0 else ValueError(n) for n in numbers]


@pytest.fixture
def line() -> Line:
    return Line()


async def started(asking: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    """A request that was sent, or waits."""
    task = asyncio.create_task(asking)
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_a_request_alone_leaves_at_once(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=9, max_concurrent=1)

    answers = [await batcher.ask(1), await batcher.ask(2)]

    assert answers == [2, 4]
    assert line.sent == [[1], [2]]


async def test_those_who_wait_leave_together(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=3, max_concurrent=1)
    line.free.clear()
    first = await started(batcher.ask(1))

    others = [await started(batcher.ask(n)) for n in range(2, 7)]
    line.free.set()

    assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10, 12]
    assert line.sent == [[1], [2, 3, 4], [5, 6]]


async def test_several_may_be_under_way(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=3, max_concurrent=2)
    line.free.clear()

    asked = [await started(batcher.ask(n)) for n in range(4)]

    assert line.sent == [[0], [1]]
    line.free.set()
    assert await asyncio.gather(*asked) == [0, 2, 4, 6]


async def test_each_has_its_own_outcome(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=9, max_concurrent=1)
    numbers = (1, -1, 2)

    outcomes = await asyncio.gather(*map(batcher.ask, numbers), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [int, ValueError, int]
    assert line.sent == [[1, -1, 2]]


async def test_a_failure_to_send_is_everybodys_but_not_for_ever(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=9, max_concurrent=1)
    numbers = (1, 13)

    outcomes = await asyncio.gather(*map(batcher.ask, numbers), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [ConnectionError] * 2
    assert await batcher.ask(3) == 6


async def test_who_gave_up_is_left_out(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=9, max_concurrent=1)
    line.free.clear()
    first = await started(batcher.ask(1))
    second = await started(batcher.ask(2))
    third = await started(batcher.ask(3))

    second.cancel()
    await asyncio.wait([second])
    line.free.set()

    assert await asyncio.gather(first, third) == [2, 6]
    assert line.sent == [[1], [3]]


async def test_who_asks_as_soon_as_answered_is_not_forgotten(line: Line) -> None:
    batcher = Batcher(line.send, max_batch=9, max_concurrent=1)

    async def ask_often(n: int) -> int:
        return sum([await batcher.ask(n) for _ in range(100)])

    assert await asyncio.gather(ask_often(1), ask_often(2)) == [200, 400]
