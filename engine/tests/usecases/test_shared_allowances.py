"""Replicas have one limit together, and do not ask the store for every start."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import Limits, Starts, Whose
from engine.domain.task_lists import TaskUsage
from engine.usecases.access.allowances import Allowances
from engine.usecases.meter import Meter
from playground import HandClock


class Shared:
    """The store of all replicas: the records of their starts, and what runs."""

    def __init__(self) -> None:
        self.running = 0
        self.readings = 0
        self.records: dict[str, Starts] = {}
        self.questions = 0

    async def usage_of(self, owner: str) -> TaskUsage:
        self.readings += 1
        await asyncio.sleep(0)
        return TaskUsage(self.running, 0)

    async def usage_in(self, space: str) -> TaskUsage:
        return TaskUsage(0, 0)

    async def find(self, id: str) -> Starts | None:
        self.questions += 1
        await asyncio.sleep(0)
        return self.records.get(id)

    async def add(self, record: Starts) -> bool:
        await asyncio.sleep(0)
        return self.records.setdefault(record.id, record) is record

    async def save(self, record: Starts) -> Starts | None:
        await asyncio.sleep(0)
        known = self.records.get(record.id)
        if known is None or known.revision != record.revision:
            return None
        self.records[record.id] = replace(record, revision=record.revision + 1)
        return self.records[record.id]

    async def all(self) -> Sequence[Starts]:
        return list(self.records.values())

    async def remove(self, id: str) -> bool:
        return self.records.pop(id, None) is not None


class Replicas:
    """So many engines, with clocks that differ."""

    def __init__(self, limits: Limits, count: int = 2) -> None:
        self.store: Any = Shared()
        self.clocks = [HandClock() for _ in range(count)]
        self.all = [
            Allowances(
                store=self.store,
                starts=self.store,
                alone=False,
                limits={Whose.PERSON: limits, Whose.SPACE: Limits()},
                max_starting=10,
                meter=Meter(),
                clock=clock,
            )
            for clock in self.clocks
        ]

    def wait(self, seconds: float) -> None:
        for clock in self.clocks:
            clock.now += timedelta(seconds=seconds)

    async def started(self, tries: int) -> int:
        """How many of so many tries may start, at all replicas at once."""

        async def one(allowances: Allowances) -> bool:
            try:
                await allowances.take("ada", "main")
            except OverLimit:
                return False
            # As a task that is stored.
            self.store.running += 1
            return True

        every = [one(allowances) for allowances in self.all for _ in range(tries)]
        return sum(await asyncio.gather(*every))


@pytest.mark.parametrize("limit", [1, 3, 60, 600])
async def test_all_replicas_together_start_no_more_than_one(limit: int) -> None:
    replicas = Replicas(Limits(starts=limit), count=3)

    started = await replicas.started(limit)
    refused = await replicas.started(limit)
    replicas.wait(30)
    again = await replicas.started(limit)

    assert (started, refused) == (limit, 0)
    assert again == limit // 2


async def test_the_store_is_asked_for_a_share_not_for_each_start() -> None:
    replicas = Replicas(Limits(starts=6_000))

    await replicas.started(2_000)

    # A fiftieth each, and what one had to ask again since the other was faster.
    assert replicas.store.questions <= 2 * (4_000 // 120 + 2)


async def test_who_is_refused_does_not_make_them_ask_the_store() -> None:
    replicas = Replicas(Limits(starts=60))
    await replicas.started(60)
    asked = replicas.store.questions

    await replicas.started(500)

    assert replicas.store.questions - asked <= 2


async def test_a_share_is_waited_for_as_long_as_the_answer_says() -> None:
    replicas = Replicas(Limits(starts=3))
    await replicas.started(3)

    with pytest.raises(OverLimit) as raised:
        await replicas.all[0].take("ada", "main")

    assert raised.value.seconds == 20
    replicas.wait(20)
    assert await replicas.started(3) == 1


@pytest.mark.parametrize("ahead", [20, -20])
async def test_clocks_that_differ_give_nobody_more(ahead: int) -> None:
    replicas = Replicas(Limits(starts=60))
    replicas.clocks[1].now += timedelta(seconds=ahead)
    await replicas.started(60)

    total = 0
    for _ in range(60):
        replicas.wait(1)
        total += await replicas.started(10)

    # Once the one that is ahead gives what the other one will have.
    assert 60 <= total <= 60 + abs(ahead)


async def test_a_clock_that_was_far_ahead_locks_nobody_out() -> None:
    replicas = Replicas(Limits(starts=60))
    replicas.clocks[1].now += timedelta(hours=3)
    await replicas.started(60)

    replicas.clocks[1].now -= timedelta(hours=3)
    replicas.wait(5)

    assert 5 <= await replicas.started(60) <= 60 + 5


async def test_what_runs_is_read_sooner_where_there_is_little_room() -> None:
    replicas = Replicas(Limits(running=100), count=3)

    started = 0
    for _ in range(60):
        started += await replicas.started(1)

    # All three may have read the same last place.
    assert 100 <= started <= 102
    assert await replicas.started(20) == 0


async def test_who_has_much_room_is_not_read_often() -> None:
    replicas = Replicas(Limits(running=10_000))

    for _ in range(1_000):
        await replicas.started(1)

    assert replicas.store.readings == 2


async def test_what_says_nothing_any_more_is_forgotten() -> None:
    replicas = Replicas(Limits(starts=60))
    await replicas.started(30)
    replicas.wait(59)
    await replicas.all[0].sweep()
    assert list(replicas.store.records) == ["person ada"]

    replicas.wait(1)
    await replicas.all[0].sweep()

    assert replicas.store.records == {}
    assert await replicas.started(60) == 60
