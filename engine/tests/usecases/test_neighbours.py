"""Replicas that tell each other who waits give a service its calls in fair turns."""

import asyncio
from collections import deque
from typing import Any

import pytest
from engine.domain.errors import Unavailable
from engine.usecases import windows
from engine.usecases.neighbours import (
    MAX_PEOPLE_TOLD,
    Demand,
    Line,
    decode,
    encode,
    shortened,
    width_here,
)
from engine.usecases.windows import HOLDS_SECONDS, Window, Windows

WORKERS = 2
SERVICE = "work"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Replica:
    """One that gives calls to a service that is first come, first served."""

    def __init__(self, name: str, clock: Clock, given: "deque[Call]") -> None:
        nothing: Any = None
        self.name = name
        self.told: list[bytes] = []
        self.windows = Windows(
            nothing, owns=lambda _: True, tell=self._tell, clock=clock
        )
        self.waiting: list[asyncio.Task[None]] = []
        self._given = given
        self._calls = 0

    @property
    def window(self) -> Window:
        return self.windows.of(SERVICE, WORKERS)

    async def _tell(self, news: bytes) -> None:
        self.told.append(news)

    async def ask(self, person: str, times: int) -> None:
        """Somebody starts tasks here, each of which calls the service."""
        for _ in range(times):
            self._calls += 1
            task = f"{self.name}{self._calls}"
            self.waiting.append(asyncio.create_task(self._call(person, task)))
        await settled()

    async def _call(self, person: str, task: str) -> None:
        await self.window.places.enter(task, person=person)
        self._given.append(Call(self, person, task))


class Call:
    def __init__(self, replica: Replica, person: str, task: str) -> None:
        self.replica = replica
        self.person = person
        self.task = task


class Two:
    """Two replicas, a service with two workers, and what it was given."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.given: deque[Call] = deque()
        self.one = Replica("one", self.clock, self.given)
        self.two = Replica("two", self.clock, self.given)
        self.done: list[str] = []

    async def talk(self) -> None:
        """Each tells the other what it has to tell."""
        for replica, other in ((self.one, self.two), (self.two, self.one)):
            await replica.windows.tell_others()
            if replica.told:
                other.windows.heard(replica.name, replica.told[-1])
        await settled()

    async def work(self, times: int, *, talking: bool = True) -> None:
        """The service ends so many calls, those first that came first."""
        for _ in range(times):
            if talking:
                await self.talk()
            call = self.given.popleft()
            self.done.append(call.person)
            call.replica.window.leave(call.task)
            await settled()

    def until_all_of(self, person: str) -> int:
        """How many calls were done until those of somebody were."""
        return len(self.done) - self.done[::-1].index(person)

    async def end(self) -> None:
        for task in self.one.waiting + self.two.waiting:
            task.cancel()
        await asyncio.gather(
            *self.one.waiting, *self.two.waiting, return_exceptions=True
        )


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def two(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(windows, "AHEAD_AT_FIRST", WORKERS)
    monkeypatch.setattr(windows, "TOLD_AGAIN_SECONDS", 0.0)
    made = Two()
    yield made
    await made.end()


@pytest.mark.parametrize(("talking", "most"), [(True, 20), (False, 28)])
async def test_who_asks_one_of_two_replicas_alone_goes_before_who_has_thousands_at_both(
    two: Two, talking: bool, most: int
) -> None:
    """Alone ten calls are done after ten; each replica had given out four of ada's."""
    await two.one.ask("ada", 200)
    await two.two.ask("ada", 200)
    await two.work(30, talking=talking)
    two.done.clear()

    await two.one.ask("bob", 10)
    await two.work(40, talking=talking)

    took = two.until_all_of("bob")
    assert (took <= 20) is talking
    assert took <= most


async def test_two_who_always_wait_have_half_each_wherever_they_ask(two: Two) -> None:
    await two.one.ask("ada", 300)
    await two.two.ask("bob", 200)

    await two.work(200)

    assert 90 <= two.done.count("bob") <= 110


async def test_both_together_give_out_what_one_would(two: Two) -> None:
    await two.one.ask("ada", 50)
    await two.two.ask("ada", 50)
    assert len(two.given) == 2 * 2 * WORKERS

    await two.work(20)

    # Parts of a call are rounded up at both.
    assert len(two.given) <= 2 * WORKERS + 1


async def test_a_replica_that_is_gone_holds_nobody_up(two: Two) -> None:
    await two.one.ask("ada", 50)
    await two.two.ask("bob", 50)
    await two.work(10)
    assert len(two.given) <= 2 * WORKERS + 1

    two.clock.now += HOLDS_SECONDS
    await two.one.windows.tell_others()
    await settled()

    of_one = [call for call in two.given if call.replica is two.one]
    assert len(of_one) == 2 * WORKERS


async def test_that_nobody_waits_any_more_is_told_once(two: Two) -> None:
    await two.one.ask("ada", 6)
    await two.work(6)

    await two.one.windows.tell_others()
    told = len(two.one.told)
    await two.one.windows.tell_others()

    assert decode(two.one.told[-1]) == {}
    assert len(two.one.told) == told


async def test_while_nobody_can_be_told_each_gives_out_by_itself(two: Two) -> None:
    async def tell(news: bytes) -> None:
        raise Unavailable("NATS", "it cannot be reached")

    two.one.windows._tell = tell
    await two.one.ask("ada", 50)

    await two.one.windows.tell_others()

    assert len(two.given) == 2 * WORKERS


async def test_what_another_version_tells_changes_nothing(two: Two) -> None:
    await two.one.ask("ada", 50)

    two.one.windows.heard("two", b'{"work": 1}')
    two.one.windows.heard("two", b"\xff")

    assert len(two.given) == 2 * WORKERS


def test_a_replica_without_anybody_leaves_all_but_one_to_the_others() -> None:
    ada = {"ada": Demand(inside=2, waiting=100, had=30.0)}

    assert width_here(6, {}, [ada]) == 1
    assert width_here(6, ada, [{}]) == 6


def test_what_is_left_over_anybody_may_use() -> None:
    ada = {"ada": Demand(inside=1, waiting=0, had=30.0)}

    assert width_here(6, ada, [ada]) == 5


def test_those_who_had_least_are_told_if_there_are_too_many() -> None:
    people = {f"p{number}": Demand(0, 1, float(number)) for number in range(500)}

    told = shortened(people)

    assert set(told) == {f"p{number}" for number in range(MAX_PEOPLE_TOLD)}
    line = {SERVICE: Line(per_second=1.5, people=told)}
    assert decode(encode(line)) == line
