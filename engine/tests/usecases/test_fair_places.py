"""Who is let through a places: so many at once, and tasks in turn."""

import asyncio

import pytest
from engine.usecases import fair_places
from engine.usecases.fair_places import (
    HALF_LIFE_SECONDS,
    WORTH_SECONDS,
    FairPlaces,
    Usage,
)


class Crowd:
    """Those who came to a places, by the names of their tasks."""

    def __init__(self, places: FairPlaces) -> None:
        self.places = places
        self.inside: list[str] = []
        self.waiting: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """Some come, one after the other; `a2` is the second of task `a`."""
        for name in names:
            self.waiting[name] = asyncio.create_task(self._enter(name))
            await asyncio.sleep(0)

    async def _enter(self, name: str) -> None:
        await self.places.enter(name[0])
        self.inside.append(name)

    async def leave(self, name: str) -> None:
        self.inside.remove(name)
        self.places.leave(name[0])
        # Who was let in notices it in the next round of the event loop.
        await asyncio.sleep(0)


async def test_no_more_than_its_width_are_inside() -> None:
    crowd = Crowd(FairPlaces(2, 2))

    await crowd.come("a1", "a2", "a3")
    assert crowd.inside == ["a1", "a2"]

    await crowd.leave("a1")
    assert crowd.inside == ["a2", "a3"]


async def test_a_task_leaves_room_for_others() -> None:
    crowd = Crowd(FairPlaces(3, 2))

    await crowd.come("a1", "a2", "a3", "b1")

    assert crowd.inside == ["a1", "a2", "b1"]


async def test_the_task_with_the_fewest_inside_comes_next() -> None:
    crowd = Crowd(FairPlaces(3, 3))
    await crowd.come("a1", "a2", "b1", "a3", "a4", "b2", "c1")

    await crowd.leave("a1")
    await crowd.leave("a2")

    assert crowd.inside == ["b1", "c1", "a3"]


async def test_tasks_with_as_many_inside_take_turns() -> None:
    crowd = Crowd(FairPlaces(1, 1))
    await crowd.come("x1", "a1", "a2", "b1", "b2")

    for name in ("x1", "a1", "b1", "a2"):
        await crowd.leave(name)

    assert crowd.inside == ["b2"]


@pytest.mark.parametrize("let_in_before", [False, True])
async def test_who_gives_up_keeps_no_place(let_in_before: bool) -> None:
    crowd = Crowd(FairPlaces(1, 1))
    await crowd.come("a1", "b1", "c1")

    if let_in_before:
        # Let in, and cancelled before it could notice.
        crowd.inside.remove("a1")
        crowd.places.leave("a")
        crowd.waiting["b1"].cancel()
        await asyncio.wait([crowd.waiting["b1"]])
    else:
        crowd.waiting["b1"].cancel()
        await asyncio.wait([crowd.waiting["b1"]])
        await crowd.leave("a1")

    await asyncio.wait([crowd.waiting["c1"]], timeout=10)
    assert crowd.inside == ["c1"]


async def test_what_is_heavy_waits_for_room_and_is_not_overtaken() -> None:
    places = FairPlaces(10, 8)
    await places.enter("a", 6)
    heavy = asyncio.create_task(places.enter("b", 6))
    await asyncio.sleep(0)
    light = asyncio.create_task(places.enter("c", 1))
    await asyncio.sleep(0)
    assert not heavy.done() and not light.done()

    places.leave("a", 6)
    await asyncio.wait([heavy, light], timeout=10)

    assert heavy.done() and light.done()


async def test_what_is_heavier_than_the_gate_is_wide_comes_in_alone() -> None:
    places = FairPlaces(10, 8)

    await places.enter("a", 1_000)
    second = asyncio.create_task(places.enter("b", 1_000))
    await asyncio.sleep(0)
    assert not second.done()

    places.leave("a", 1_000)
    await asyncio.wait([second], timeout=10)
    assert second.done()


async def test_an_empty_gate_is_as_new() -> None:
    crowd = Crowd(FairPlaces(1, 1))
    await crowd.come("a1", "b1")

    await crowd.leave("a1")
    await crowd.leave("b1")
    await crowd.come("a2")

    assert crowd.inside == ["a2"]


class People:
    """Those who came, by the names of their tasks; `Aa2` is the second of A's `a`."""

    def __init__(self, places: FairPlaces) -> None:
        self.places = places
        self.let_in: list[str] = []

    async def come(self, *names: str) -> None:
        for name in names:
            asyncio.create_task(self._enter(name))
            await asyncio.sleep(0)

    async def _enter(self, name: str) -> None:
        await self.places.enter(name[:2], person=name[0])
        self.let_in.append(name)

    async def next(self) -> str:
        """Let the one who came in last leave; who comes in then."""
        self.places.leave(self.let_in[-1][:2])
        await asyncio.sleep(0)
        return self.let_in[-1]


async def test_who_had_least_comes_before_somebody_with_many_tasks() -> None:
    people = People(FairPlaces(1, 1))
    await people.come(*(f"A{task}1" for task in "abcdefghij"))
    for _ in range(3):
        await people.next()
    await people.come("Ba1", "Bb1", "Bc1")

    following = [await people.next() for _ in range(5)]

    # Until both had as many.
    assert following[:3] == ["Ba1", "Bb1", "Bc1"]
    assert following[3:] == ["Ae1", "Af1"]


async def test_two_who_always_wait_take_turns() -> None:
    people = People(FairPlaces(1, 1))
    await people.come(*(f"{who}{task}1" for task in "abcdef" for who in "AB"))

    for _ in range(9):
        await people.next()

    order = "".join(name[0] for name in people.let_in)
    assert order.count("A") == 5
    assert "AAA" not in order and "BBB" not in order


async def test_somebody_whose_tasks_are_all_inside_lets_others_in() -> None:
    people = People(FairPlaces(2, 1))
    await people.come("Aa1", "Bb1", "Bc1", "Aa2")

    # A had less by now, but the task has its place.
    people.places.leave("Bb")
    await asyncio.sleep(0)

    assert people.let_in == ["Aa1", "Bb1", "Bc1"]


async def test_more_or_fewer_are_let_in_from_now_on() -> None:
    crowd = Crowd(FairPlaces(1, 1))
    await crowd.come("a1", "b1", "c1", "d1")

    crowd.places.resize(3, 2)
    await asyncio.sleep(0)
    assert crowd.inside == ["a1", "b1", "c1"]

    crowd.places.resize(1, 1)
    await crowd.leave("a1")
    await crowd.leave("b1")
    assert crowd.inside == ["c1"]
    await crowd.leave("c1")
    assert crowd.inside == ["d1"]


def test_what_was_long_ago_counts_next_to_nothing() -> None:
    now = 0.0
    usage = Usage(lambda: now)
    usage.add("early", 1_000)
    now = 20 * HALF_LIFE_SECONDS

    usage.add("late", 1)

    assert usage.of("early") < usage.of("late")
    assert usage.of("nobody") == 0


def test_what_is_had_counts_the_same_for_a_moment_only() -> None:
    now = 0.0
    usage = Usage(lambda: now)
    usage.add("early", 1)
    now = WORTH_SECONDS / 2
    usage.add("soon", 1)
    now = HALF_LIFE_SECONDS
    usage.add("late", 1)

    assert usage.of("early") == usage.of("soon")
    assert usage.of("late") == 2 * usage.of("early")


def test_counts_do_not_grow_without_end() -> None:
    now = 0.0
    usage = Usage(lambda: now)
    for step in range(500):
        now = step * 3 * HALF_LIFE_SECONDS
        usage.add("a", 1)
        usage.add(f"once-{step}", 1)

        assert usage.of("a") < 2.0 ** (fair_places.MAX_GROWTH + 4)
    assert usage.of("once-0") == 0
    assert usage.of("a") > usage.of("once-498") > 0


def test_only_so_many_people_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_places, "MAX_PEOPLE", 10)
    usage = Usage()
    for number in range(100):
        usage.add(f"p{number}", number)

    assert sum(usage.of(f"p{number}") > 0 for number in range(100)) <= 10
    assert usage.of("p99") > 0
