"""Contracts of one route do not keep the data of other routes waiting."""

import asyncio

import pytest
from engine.domain.contracts.contract import Contract, Judged
from engine.domain.contracts.keywords import Schema
from engine.domain.errors import Unavailable
from engine.domain.values import Json
from engine.usecases.judging import MAX_WAITING, NEVER_AT_ONCE_BYTES, Judging

LIGHT = Contract({"properties": {"n": {"type": "integer", "default": 1}}})
HEAVY = Contract({"description": "x" * 20_000})


class Slow:
    """A `Judges` that does nothing until it is let."""

    def __init__(self) -> None:
        self.begun = list[str]()
        self.let_on = asyncio.Event()

    async def judged(
        self, schema: Schema, data: dict[str, Json], *, fills: bool
    ) -> Judged:
        self.begun.append(str(data["name"]))
        await self.let_on.wait()
        return Judged(data, ())


async def begun_by(judging: Judging, *names: str) -> list[asyncio.Task[Judged]]:
    """Requests, each for the route that its name begins with."""
    tasks = [
        asyncio.create_task(judging.judged(n[0], HEAVY, {"name": n}, fills=True))
        for n in names
    ]
    # Each has come as far as it can.
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_small_data_is_judged_at_once() -> None:
    judging = Judging(Slow())

    assert await judging.judged("a", LIGHT, {}, fills=True) == ({"n": 1}, ())


async def test_routes_take_turns() -> None:
    slow = Slow()
    judging = Judging(slow)
    tasks = await begun_by(judging, "a1", "a2", "a3", "b1")

    slow.let_on.set()
    await asyncio.gather(*tasks)

    # In the order in which they came it would be the last.
    assert slow.begun == ["a1", "a2", "b1", "a3"]


async def test_when_too_many_wait_one_more_is_refused() -> None:
    slow = Slow()
    judging = Judging(slow)
    tasks = await begun_by(judging, *(f"a{n}" for n in range(MAX_WAITING)))

    with pytest.raises(Unavailable, match="the check of data"):
        await judging.judged("b", HEAVY, {"name": "b1"}, fills=True)

    # Not small data, which waits for nobody.
    assert await judging.judged("b", LIGHT, {"n": 2}, fills=True) == ({"n": 2}, ())
    slow.let_on.set()
    await asyncio.gather(*tasks)
    assert (await judging.judged("b", HEAVY, {"name": "b1"}, fills=True)).faults == ()


async def test_large_data_is_not_even_measured_here() -> None:
    slow = Slow()
    slow.let_on.set()

    await Judging(slow).judged(
        "a", LIGHT, {"name": "a1"}, fills=True, sent_bytes=NEVER_AT_ONCE_BYTES
    )

    assert slow.begun == ["a1"]
