"""Who waits for a client makes room for others; who works keeps what it has."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from bounded_server import shares as module
from bounded_server.shares import Shares
from starlette.types import Message

from servers.waiting import until


class Full(Exception):
    """There is no share left."""


@pytest.fixture
def undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow at once: a test need not wait for a second."""
    monkeypatch.setattr(module, "UNDISTURBED_SECONDS", 0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)


async def silent() -> Message:
    """A client that sends nothing."""
    await asyncio.Event().wait()
    raise AssertionError


async def hold(shares: Shares, amount: int) -> None:
    """A request whose body does not come."""
    with shares.share() as share:
        share.take_now(amount)
        await share.receiving(silent)()


@pytest.fixture
async def begin() -> AsyncIterator[Callable[[Shares, int], asyncio.Task[None]]]:
    """Begins requests whose body does not come; they end with the test."""
    begun = list[asyncio.Task[None]]()

    def begin(shares: Shares, amount: int) -> asyncio.Task[None]:
        task = asyncio.create_task(hold(shares, amount))
        begun.append(task)
        return task

    yield begin
    for task in begun:
        task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)


Begin = Callable[[Shares, int], asyncio.Task[None]]


def test_a_share_is_free_again_at_its_end() -> None:
    shares = Shares(3, Full)

    with shares.share() as share:
        share.take_now(2)
        free_meanwhile = shares.free

    assert free_meanwhile == 1
    assert shares.free == 3


def test_what_is_not_free_is_refused() -> None:
    shares = Shares(3, Full)

    with shares.share() as first, shares.share() as second:
        first.take_now(2)
        with pytest.raises(Full):
            second.take_now(2)
        second.take_now(1)

    assert shares.free == 3


async def test_the_one_that_waits_longest_for_its_client_makes_room(
    undisturbed: None, begin: Begin
) -> None:
    shares = Shares(2, Full)
    first = begin(shares, 1)
    await until(lambda: shares.free == 1)
    second = begin(shares, 1)
    await until(lambda: shares.free == 0)
    await asyncio.sleep(module.UNDISTURBED_SECONDS * 2)

    with shares.share() as third:
        third.take_now(1)
        await asyncio.wait({first}, timeout=5)

    assert isinstance(first.exception(), Full)
    assert not second.done()
    assert shares.free == 1


async def test_a_body_that_only_just_began_is_not_disturbed(begin: Begin) -> None:
    shares = Shares(1, Full)
    first = begin(shares, 1)
    await until(lambda: shares.free == 0)

    with shares.share() as second, pytest.raises(Full):
        second.take_now(1)

    assert not first.done()


async def test_who_works_keeps_the_share(undisturbed: None) -> None:
    shares = Shares(1, Full)

    with shares.share() as works, shares.share() as asks:
        works.take_now(1)
        await asyncio.sleep(module.UNDISTURBED_SECONDS * 2)
        with pytest.raises(Full):
            asks.take_now(1)


async def test_whose_body_has_come_keeps_the_share(undisturbed: None) -> None:
    shares = Shares(1, Full)

    with shares.share() as whole, shares.share() as asks:
        whole.take_now(1)
        whole.keep()
        waits = asyncio.ensure_future(whole.receiving(silent)())
        await asyncio.sleep(module.UNDISTURBED_SECONDS * 2)
        with pytest.raises(Full):
            asks.take_now(1)
        waits.cancel()


async def test_who_can_wait_gets_what_others_give_back() -> None:
    shares = Shares(2, Full)
    order = list[int]()

    async def ask(amount: int) -> None:
        with shares.share() as share:
            await share.take(amount)
            order.append(amount)

    with shares.share() as first:
        first.take_now(2)
        waiting = []
        for amount in (2, 1):
            waiting.append(asyncio.create_task(ask(amount)))
            await asyncio.sleep(0)
    await asyncio.gather(*waiting)

    assert order == [2, 1]
    assert shares.free == 2


async def test_who_waits_in_vain_is_refused_and_keeps_nothing(impatient: None) -> None:
    shares = Shares(2, Full)

    with shares.share() as first, shares.share() as second:
        first.take_now(1)
        second.take_now(1)
        with pytest.raises(Full):
            await second.take(1)

    assert shares.free == 2


async def test_two_that_wait_for_each_other_do_not_wait_for_ever(
    undisturbed: None,
) -> None:
    shares = Shares(2, Full)

    async def ask() -> None:
        with shares.share() as share:
            await share.take(1)
            await asyncio.sleep(module.UNDISTURBED_SECONDS * 2)
            await share.take(1)

    results = await asyncio.gather(ask(), ask(), return_exceptions=True)

    assert sorted(type(result) for result in results if result) == [Full]
    assert shares.free == 2


async def test_one_that_is_larger_than_all_goes_alone() -> None:
    shares = Shares(2, Full)

    with shares.share() as share:
        await share.take(5)
        assert shares.free == 0

    assert shares.free == 2


async def test_a_request_that_is_cancelled_stays_cancelled(undisturbed: None) -> None:
    shares = Shares(1, Full)
    task = asyncio.create_task(hold(shares, 1))
    await until(lambda: shares.free == 0)
    await asyncio.sleep(module.UNDISTURBED_SECONDS * 2)

    with shares.share() as other:
        task.cancel()
        other.take_now(1)
        await asyncio.wait({task})

    assert task.cancelled()
