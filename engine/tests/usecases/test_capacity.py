"""Large data is in memory a few at a time, in the order in which it is wanted, and of
each task in turn."""

import asyncio
from contextlib import suppress

import pytest
from engine.domain.run import Run
from engine.usecases.capacity import SMALL_BYTES, Capacity
from engine.usecases.frames import READ_AT_ONCE_BYTES, Frames
from msgspec.structs import replace
from playground import Playground

from servers.waiting import until

from .conftest import EMBEDDED
from .test_frames import FRAME, PATH

MB = 1 << 20


class Holder:
    """Holds some bytes, from when it gets them until it is told to end."""

    def __init__(self, capacity: Capacity, bytes: int, task: str) -> None:
        self.holds = False
        self._end = asyncio.Event()
        self._work = asyncio.create_task(self._hold(capacity, bytes, task))

    async def _hold(self, capacity: Capacity, bytes: int, task: str) -> None:
        async with capacity.holding(task, bytes):
            self.holds = True
            await self._end.wait()

    async def end(self) -> None:
        self._end.set()
        await self._work
        await settled()

    async def cancel(self) -> None:
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work
        await settled()


async def settled() -> None:
    """All that can go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def holders(capacity: Capacity, *amounts: int, task: str = "t1") -> list[Holder]:
    made = [Holder(capacity, amount, task) for amount in amounts]
    await settled()
    return made


def who_holds(made: list[Holder]) -> list[bool]:
    return [holder.holds for holder in made]


async def test_no_more_is_held_than_there_is() -> None:
    made = await holders(Capacity(10 * MB), 4 * MB, 4 * MB, 4 * MB)
    assert who_holds(made) == [True, True, False]

    await made[0].end()

    assert who_holds(made) == [True, True, True]


async def test_who_waits_is_not_passed_by_others() -> None:
    made = await holders(Capacity(10 * MB), 8 * MB, 9 * MB, 2 * MB)
    assert who_holds(made) == [True, False, False]

    await made[0].end()
    assert who_holds(made) == [True, True, False]
    await made[1].end()

    assert who_holds(made) == [True, True, True]


async def test_a_task_does_not_wait_for_all_that_another_one_wants() -> None:
    capacity = Capacity(4 * MB)
    greedy = await holders(capacity, 4 * MB, 4 * MB, 4 * MB)
    other = await holders(capacity, 4 * MB, task="t2")

    await greedy[0].end()
    await greedy[1].end()

    assert who_holds(greedy + other) == [True, True, False, True]


async def test_what_was_held_rests_before_it_goes_to_one_who_waits() -> None:
    made = await holders(Capacity(2 * MB, bytes_per_second=1), 2 * MB, 2 * MB)

    await made[0].end()

    # It would take weeks.
    assert who_holds(made) == [True, False]


async def test_what_has_rested_goes_to_the_next() -> None:
    made = await holders(Capacity(2 * MB, bytes_per_second=100 * MB), 2 * MB, 2 * MB)

    await made[0].end()

    await until(lambda: made[1].holds)


async def test_nothing_rests_while_nobody_waits() -> None:
    capacity = Capacity(2 * MB, bytes_per_second=1)
    first = await holders(capacity, 2 * MB)

    await first[0].end()
    second = await holders(capacity, 2 * MB)

    assert second[0].holds


async def test_what_is_small_never_waits() -> None:
    made = await holders(Capacity(2 * MB), 2 * MB, 2 * MB, SMALL_BYTES)

    assert who_holds(made) == [True, False, True]


async def test_what_is_larger_than_all_waits_until_it_is_alone() -> None:
    made = await holders(Capacity(4 * MB), 2 * MB, 9 * MB)
    assert who_holds(made) == [True, False]

    await made[0].end()

    assert who_holds(made) == [True, True]


@pytest.mark.parametrize("cancelled", [0, 1])
async def test_who_is_cancelled_leaves_nothing_behind(cancelled: int) -> None:
    made = await holders(Capacity(4 * MB), 4 * MB, 4 * MB, 4 * MB)

    await made[cancelled].cancel()
    if not cancelled:
        await made[1].end()
    else:
        await made[0].end()

    assert made[2].holds


async def test_who_is_cancelled_at_the_moment_of_its_turn_gives_it_on() -> None:
    made = await holders(Capacity(4 * MB), 4 * MB, 4 * MB, 4 * MB)
    ending = asyncio.create_task(made[0].end())
    await asyncio.sleep(0)

    await made[1].cancel()
    await ending

    assert made[2].holds


@EMBEDDED
async def test_large_frames_have_their_turns_one_after_the_other(
    play: Playground,
) -> None:
    stored = Frames(store=play.adapters.frames, blobs=play.adapters.blobs, alone=True)
    large = replace(
        FRAME,
        runs={"a": Run(out="x" * 20_000)},
        value_bytes=READ_AT_ONCE_BYTES,
    )
    small = replace(FRAME, path=f"{PATH}-small")
    for frame in (large, replace(large, path=f"{PATH}-other"), small):
        await stored.insert(frame)
    frames = Frames(store=play.adapters.frames, blobs=play.adapters.blobs, alone=True)
    held = []

    async def hold(path: str) -> None:
        async with frames.held(path):
            held.append(path)

    async with frames.held(PATH):
        waiting = asyncio.create_task(hold(f"{PATH}-other"))
        await hold(small.path)
        assert held == [small.path]

    await waiting
    assert held == [small.path, f"{PATH}-other"]
