"""What every Inbox promises."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import Event, NodeFailed
from engine.ports import Inbox, Turn
from frames import T, ack, event

from servers.waiting import until

SOON = timedelta(milliseconds=1)
NEVER = timedelta(hours=1)
OUTDATED = NodeFailed("node", 0, "outdated")
OTHER = FramePath("other")


class Turns:
    """A turn that remembers what it was given and can be held up."""

    def __init__(self) -> None:
        self.taken: dict[FramePath, list[Sequence[Event]]] = defaultdict(list)
        self.began = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()

    def of(self, path: FramePath) -> list[Event]:
        return [event for turn in self.taken[path] for event in turn]

    async def __call__(self, path: FramePath, events: Sequence[Event]) -> list[bool]:
        self.taken[path].append(list(events))
        self.began.release()
        await self.gate.wait()
        return [event != OUTDATED for event in events]


async def taking_part(inbox: Inbox) -> None:
    """Returns when events can go to other replicas, and come from them."""

    async def takes_part() -> bool:
        with suppress(Unavailable):
            await inbox.check()
            return True
        return False

    await until(takes_part)


@asynccontextmanager
async def running(inbox: Inbox, turn: Turn) -> AsyncIterator[asyncio.TaskGroup]:
    """The inbox at work, and a group for those who post."""
    worker = asyncio.ensure_future(inbox.run(turn))
    await taking_part(inbox)
    try:
        async with asyncio.TaskGroup() as posters:
            yield posters
    finally:
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker


async def test_a_posted_event_gets_its_turn(inbox: Inbox) -> None:
    turns = Turns()

    async with running(inbox, turns):
        await inbox.post(T, event(1))
        await turns.began.acquire()

    assert turns.taken == {T: [[event(1)]]}


async def test_the_poster_hears_what_the_turn_says_of_the_event(inbox: Inbox) -> None:
    turns = Turns()
    turns.gate.clear()

    async with running(inbox, turns) as posters:
        posters.create_task(inbox.post(T, event(1)))
        await turns.began.acquire()

        inbox.post_later(T, ack(1), NEVER)
        posted = [posters.create_task(inbox.post(T, e)) for e in (OUTDATED, event(2))]
        await asyncio.sleep(0)

        turns.gate.set()

        assert [await one for one in posted] == [False, True]


async def test_what_waits_for_a_frame_comes_in_order(inbox: Inbox) -> None:
    turns = Turns()
    turns.gate.clear()

    async with running(inbox, turns) as posters:
        posters.create_task(inbox.post(T, event(0)))
        await turns.began.acquire()

        for n in range(1, 6):
            posters.create_task(inbox.post(T, event(n)))
        await asyncio.sleep(0)

        turns.gate.set()
        await until(lambda: len(turns.of(T)) == 6)

    assert turns.of(T) == [event(n) for n in range(6)]
    assert turns.taken[T][0] == [event(0)]


async def test_turns_of_a_frame_never_overlap(inbox: Inbox) -> None:
    open_turns: set[FramePath] = set()
    seen: dict[FramePath, list[Event]] = defaultdict(list)

    async def turn(path: FramePath, events: Sequence[Event]) -> list[bool]:
        assert path not in open_turns
        open_turns.add(path)
        seen[path] += events
        for _ in range(3):
            await asyncio.sleep(0)
        open_turns.remove(path)
        return [True] * len(events)

    async def post_all(poster: int) -> None:
        for n in range(20):
            await inbox.post(FramePath(f"t{poster % 7}"), event(poster * 20 + n))

    async with running(inbox, turn) as posters:
        for n in range(100):
            posters.create_task(post_all(n))

        await until(lambda: sum(map(len, seen.values())) == 2000)


async def test_turns_of_different_frames_move_side_by_side(inbox: Inbox) -> None:
    together = asyncio.Barrier(50)
    passed = 0

    async def turn(path: FramePath, events: Sequence[Event]) -> list[bool]:
        nonlocal passed
        await together.wait()
        passed += 1
        return [True] * len(events)

    async with running(inbox, turn) as posters:
        for n in range(50):
            posters.create_task(inbox.post(FramePath(f"t/loop[{n}]"), event(n)))
        await until(lambda: passed == 50)


async def test_a_later_event_rides_along_with_the_next(inbox: Inbox) -> None:
    turns = Turns()

    async with running(inbox, turns):
        inbox.post_later(T, ack(1), NEVER)
        inbox.post_later(T, ack(2), NEVER)
        await inbox.post(T, event(3))
        await turns.began.acquire()

    assert turns.taken[T] == [[ack(1), ack(2), event(3)]]


async def test_a_later_event_comes_by_itself_after_its_delay(inbox: Inbox) -> None:
    turns = Turns()

    async with running(inbox, turns):
        inbox.post_later(T, ack(1), NEVER)
        inbox.post_later(T, ack(2), SOON)
        await turns.began.acquire()

    assert turns.taken[T] == [[ack(1), ack(2)]]


async def test_a_later_event_does_not_hurry_another_frame(inbox: Inbox) -> None:
    turns = Turns()

    async with running(inbox, turns):
        inbox.post_later(OTHER, ack(1), NEVER)
        await inbox.post(T, event(1))
        await turns.began.acquire()

        assert OTHER not in turns.taken


async def test_a_later_event_comes_at_the_end_at_the_latest(inbox: Inbox) -> None:
    turns = Turns()

    async with running(inbox, turns):
        await inbox.post(T, event(1))
        await turns.began.acquire()

        inbox.post_later(T, ack(2), NEVER)

    assert turns.taken[T] == [[event(1)], [ack(2)]]


async def test_a_later_event_posted_during_a_turn_comes_too(inbox: Inbox) -> None:
    turns = Turns()
    turns.gate.clear()

    async with running(inbox, turns) as posters:
        posters.create_task(inbox.post(T, event(1)))
        await turns.began.acquire()

        inbox.post_later(T, ack(2), SOON)

        turns.gate.set()
        await turns.began.acquire()

    assert turns.taken[T] == [[event(1)], [ack(2)]]


async def test_a_failed_turn_stops_neither_its_frame_nor_others(inbox: Inbox) -> None:
    turns = Turns()

    async def fragile(path: FramePath, events: Sequence[Event]) -> list[bool]:
        if ack(13) in events:
            raise Unavailable("the store", "a test")
        return await turns(path, events)

    async with running(inbox, fragile):
        with pytest.raises(Unavailable, match="a test"):
            await inbox.post(T, ack(13))
        await inbox.post(T, event(1))
        await inbox.post(OTHER, event(2))
        await until(lambda: len(turns.taken) == 2)

    assert turns.taken == {T: [[event(1)]], OTHER: [[event(2)]]}


async def test_a_mistake_is_told_to_its_event_alone(inbox: Inbox) -> None:
    turns = Turns()
    turns.gate.clear()

    async def mistaken(path: FramePath, events: Sequence[Event]) -> list[bool]:
        verdicts = await turns(path, events)
        if ack(13) in events:
            raise ZeroDivisionError
        return verdicts

    async with running(inbox, mistaken) as posters:
        posters.create_task(inbox.post(T, event(0)))
        await turns.began.acquire()

        posted = asyncio.gather(
            *(inbox.post(T, e) for e in (event(1), ack(13), event(2))),
            return_exceptions=True,
        )
        await asyncio.sleep(0)

        turns.gate.set()
        outcomes = await posted

    assert [type(outcome) for outcome in outcomes] == [bool, ZeroDivisionError, bool]


async def test_an_open_turn_is_finished_before_the_end(inbox: Inbox) -> None:
    turns = Turns()
    turns.gate.clear()
    worker = asyncio.ensure_future(inbox.run(turns))
    await taking_part(inbox)
    poster = asyncio.ensure_future(inbox.post(T, event(1)))
    await turns.began.acquire()

    worker.cancel()
    await asyncio.sleep(0)
    assert not worker.done()
    turns.gate.set()

    with pytest.raises(asyncio.CancelledError):
        await worker
    await poster


async def test_after_the_end_nothing_is_taken(inbox: Inbox) -> None:
    turns = Turns()
    async with running(inbox, turns):
        await inbox.post(T, event(1))
        await turns.began.acquire()

    with pytest.raises(Unavailable, match="stopping"):
        await inbox.post(T, ack(2))
    inbox.post_later(T, ack(3), SOON)

    assert turns.taken[T] == [[event(1)]]


async def test_nothing_is_dead_at_first(inbox: Inbox) -> None:
    async with running(inbox, Turns()):
        assert list(await inbox.dead(10)) == []
        for id_ in ("1", "x"):
            with pytest.raises(Unknown):
                await inbox.revive(id_)
            with pytest.raises(Unknown):
                await inbox.bury(id_)
