"""Hosts that do not answer leave room for the others."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from engine.adapters.http.slots import Slots
from yarl import URL

TOTAL = 512
PER_HOST = 64


def url(number: int) -> URL:
    return URL(f"http://10.0.0.{number}/")


async def hold(slots: Slots, host: URL, begun: list[URL]) -> None:
    """A call to a host that never answers."""
    async with slots.share(host):
        begun.append(host)
        await asyncio.Event().wait()


@pytest.fixture
def slots() -> Slots:
    return Slots(TOTAL, PER_HOST)


@pytest.mark.parametrize("hung", [1, 9, 100])
async def test_however_many_hosts_hang_as_much_is_left_as_one_of_them_holds(
    slots: Slots, hung: int
) -> None:
    begun = list[URL]()
    hosts = [url(number) for number in range(hung)]

    async with asyncio.TaskGroup() as calls:
        waiting = [
            calls.create_task(hold(slots, host, begun))
            for _ in range(PER_HOST + 1)
            for host in hosts
        ]
        await asyncio.sleep(0)

        most = max(begun.count(host) for host in hosts)
        assert most == min(PER_HOST, -(-TOTAL // (hung + 1)))
        assert slots.free >= most - 1
        async with asyncio.timeout(20), slots.share(url(200)):
            pass

        for call in waiting:
            call.cancel()

    assert slots.free == TOTAL
    assert not slots.waiting


async def test_hosts_whose_calls_wait_have_their_turns_one_after_the_other() -> None:
    slots = Slots(total=1, per_host=1)
    order = list[int]()

    async def call(number: int) -> None:
        async with slots.share(url(number)):
            order.append(number)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as calls:
        for number in (1, 1, 1, 2, 2, 3):
            calls.create_task(call(number))

    assert order == [1, 1, 2, 3, 1, 2]


async def test_a_call_that_is_cancelled_as_its_turn_comes_passes_it_on() -> None:
    slots = Slots(total=1, per_host=1)
    begun = list[URL]()

    async with AsyncExitStack() as first:
        await first.enter_async_context(slots.share(url(1)))
        second = asyncio.create_task(hold(slots, url(1), begun))
        third = asyncio.create_task(hold(slots, url(1), begun))
        await asyncio.sleep(0)

    # The slot is the second call's now, which has not run since.
    second.cancel()
    await asyncio.wait([second])
    await asyncio.sleep(0)

    assert begun == [url(1)]
    third.cancel()
    await asyncio.wait([third])
    assert slots.free == 1
