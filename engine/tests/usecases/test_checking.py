"""Documents are checked beside the event loop, and not for ever."""

import asyncio
import statistics
import threading
import time
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from documents import around, node
from engine.domain.checks.check import check
from engine.domain.errors import TooMuch, Unavailable
from engine.domain.going_on import GoOn
from engine.usecases.call_time import Spent
from engine.usecases.checking import (
    CHECK_REST_FACTOR,
    EAGER_SECONDS,
    MAX_CHECKS,
    MAX_LARGE_CHECKS,
    MAX_LARGE_CHECKS_OF_ADDRESS,
    WORK_SECONDS,
    Check,
    Checking,
    Debt,
)
from engine.usecases.loop_time import LoopTime
from engine.usecases.rests import Rests

IDLE = Rests()
"""Of an engine in which no task runs."""


class Busy(Rests):
    """Of one in which tasks run all the time."""

    @property
    def wanted(self) -> bool:
        return True


BUSY = Busy()

SMALL = around(node("a", "end"))
LARGE = around(node("a", "end", params={"values": [0] * 50_000}))


class Held:
    """A check that lasts until it is let go."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    def __call__(self, document: Any, go_on: GoOn) -> str:
        self.gate.wait(30)
        return "checked"


async def test_a_document_has_the_same_faults_as_without_a_thread() -> None:
    checking = Checking(IDLE)

    assert await checking.perform(check, SMALL) == check(SMALL)
    assert await checking.perform(check, LARGE) == check(LARGE)


async def test_the_event_loop_goes_on_while_a_document_is_checked() -> None:
    # Each node is compared with all others: a second of work.
    nodes = [node("acb" * 30 + str(at), "abc" * 30) for at in range(900)]
    rounds = 0

    async with asyncio.TaskGroup() as group:
        checked = group.create_task(Checking(IDLE).perform(check, around(*nodes)))
        while not checked.done():
            await asyncio.sleep(0.01)
            rounds += 1

    # A round takes a fiftieth of that, so that there are about fifty; if the check
    # kept the event loop, there would be one.
    assert rounds > 10


async def test_a_check_ends_at_its_deadline() -> None:
    with pytest.raises(TooMuch, match="the time to check the document"):
        await Checking(IDLE, deadline=timedelta(0)).perform(check, SMALL)


async def test_a_large_document_has_more_time_than_a_small_one() -> None:
    checking = Checking(IDLE, deadline=timedelta(0), large_deadline=timedelta(hours=1))

    with pytest.raises(TooMuch):
        await checking.perform(check, SMALL)

    assert await checking.perform(check, LARGE) == check(LARGE)


async def test_a_long_check_rests_so_that_others_have_more_time_than_it() -> None:
    def work(document: Any, go_on: GoOn) -> float:
        while time.thread_time() < 0.3:
            go_on()
        return time.thread_time()

    began_at = time.monotonic()
    worked = await Checking(BUSY).perform(work, SMALL)

    # A fifth of the time, but for its beginning.
    assert time.monotonic() - began_at > 3 * worked


async def test_a_check_does_not_rest_while_no_task_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    def work(document: Any, go_on: GoOn) -> None:
        while time.thread_time() < 3 * EAGER_SECONDS:
            go_on()

    await Checking(IDLE).perform(work, SMALL)

    # Whoever waits for Python's lock gets it all the same.
    assert len(slept) > 3
    assert not any(slept)


async def test_a_check_gives_way_before_others_notice() -> None:
    """A task needs Python's lock some thirty times, and may wait each time so long."""
    pieces: list[float] = []

    def work(document: Any, go_on: GoOn) -> None:
        # Nothing is free any more.
        while time.thread_time() < 2 * EAGER_SECONDS:
            go_on()
        began_at = time.thread_time()
        while len(pieces) < 50:
            before = time.monotonic()
            go_on()
            if time.monotonic() - before > WORK_SECONDS:
                pieces.append(time.thread_time() - began_at)
                began_at = time.thread_time()

    await Checking(BUSY).perform(work, SMALL)

    assert statistics.median(pieces) < 0.0005


def test_what_checks_do_one_after_the_other_adds_up() -> None:
    now = 1000.0
    debt = Debt(clock=lambda: now)

    owes = [debt.add(0.3 * EAGER_SECONDS) for _ in range(5)]
    now += EAGER_SECONDS * (1 + CHECK_REST_FACTOR)

    # The first ones are free, until the work of them all is as long as one may be.
    assert owes == [False] * 3 + [True] * 2
    # After a while they are again.
    assert not debt.add(0.3 * EAGER_SECONDS)


async def test_what_the_end_of_a_check_takes_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[float] = []
    monkeypatch.setattr(Debt, "add", lambda _, worked, *__: counted.append(worked))

    def work(document: Any, go_on: GoOn) -> str:
        until = time.thread_time() + 0.01
        while time.thread_time() < until:
            pass
        return "checked"

    await Checking(IDLE).perform(work, SMALL)

    assert sum(counted) >= 0.01


async def test_a_check_may_rest_for_longer_than_its_deadline() -> None:
    def work(document: Any, go_on: GoOn) -> str:
        go_on()
        time.sleep(0.2)
        go_on()
        return "checked"

    checking = Checking(IDLE, deadline=timedelta(seconds=0.1))

    assert await checking.perform(work, SMALL) == "checked"


async def begun(
    checking: Checking, held: Held, count: int, document: Any = LARGE
) -> list[asyncio.Task[str]]:
    """So many checks, of which those that may begin have begun."""
    checks = [
        asyncio.create_task(checking.perform(held, document)) for _ in range(count)
    ]
    await asyncio.sleep(0)
    return checks


async def at(address: str, work: Coroutine[Any, Any, str]) -> str:
    """Do it for a call of this address."""
    spent = await Spent.enter(LoopTime(IDLE), address, "somebody")
    return await spent.on(work)


async def test_only_so_many_large_documents_of_an_address_wait() -> None:
    checking = Checking(IDLE)
    held = Held()
    waiting = await begun(checking, held, MAX_LARGE_CHECKS_OF_ADDRESS)

    with pytest.raises(Unavailable):
        await checking.perform(held, LARGE)
    small = asyncio.ensure_future(checking.perform(held, SMALL))
    held.gate.set()

    assert await asyncio.gather(*waiting, small) == ["checked"] * 3
    assert await checking.perform(held, LARGE) == "checked"


async def test_only_so_many_large_documents_of_all_addresses_wait() -> None:
    checking = Checking(IDLE)
    held = Held()
    async with asyncio.TaskGroup() as group:
        for number in range(MAX_LARGE_CHECKS):
            group.create_task(at(f"10.0.0.{number}", checking.perform(held, LARGE)))
        await asyncio.sleep(0.01)

        with pytest.raises(Unavailable):
            await at("10.0.1.1", checking.perform(held, LARGE))
        held.gate.set()


async def test_large_documents_of_addresses_take_turns() -> None:
    checking = Checking(IDLE)
    gate = threading.Event()
    checked: list[str] = []

    def noted(name: str) -> Check[str]:
        def work(document: Any, go_on: GoOn) -> str:
            gate.wait(30)
            checked.append(name)
            return name

        return work

    async with asyncio.TaskGroup() as group:
        for name, address in (("first", "a"), ("second", "a"), ("other", "b")):
            group.create_task(at(address, checking.perform(noted(name), LARGE)))
            await asyncio.sleep(0.01)
        gate.set()

    assert checked == ["first", "other", "second"]


async def test_a_caller_who_leaves_keeps_the_place_of_the_check_that_goes_on() -> None:
    checking = Checking(IDLE)
    held = Held()
    calls = await begun(checking, held, MAX_LARGE_CHECKS_OF_ADDRESS)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)

    # Only of the one that had not begun.
    [next_one] = await begun(checking, held, 1)
    with pytest.raises(Unavailable):
        await checking.perform(held, LARGE)
    held.gate.set()

    assert await next_one == "checked"


async def test_only_so_many_checks_wait() -> None:
    held = Held()
    checking = Checking(IDLE)
    waiting = await begun(checking, held, MAX_CHECKS, SMALL)

    with pytest.raises(Unavailable, match="many are being checked"):
        await checking.perform(held, SMALL)

    # Those whose callers have gone make room; the first one is under way.
    for one in waiting[1:]:
        one.cancel()
    await asyncio.wait(waiting[1:])
    held.gate.set()
    assert await waiting[0] == "checked"
    assert await checking.perform(held, SMALL) == "checked"


async def test_a_small_document_does_not_wait_for_a_large_one() -> None:
    checking = Checking(IDLE)
    held = Held()
    large = asyncio.ensure_future(checking.perform(held, LARGE))

    assert await checking.perform(check, SMALL) == check(SMALL)

    assert not large.done()
    held.gate.set()
    await large


async def test_both_threads_have_the_time_of_one_while_tasks_run() -> None:
    both = threading.Barrier(2)

    def work(document: Any, go_on: GoOn) -> float:
        both.wait(30)
        while time.thread_time() < 4 * EAGER_SECONDS:
            go_on()
        return time.thread_time()

    checking = Checking(BUSY)
    began_at = time.monotonic()
    worked = await asyncio.gather(
        *(checking.perform(work, document) for document in (SMALL, LARGE))
    )

    # A fifth of the time for both, but for their beginnings.
    paid = sum(worked) - 2 * EAGER_SECONDS
    assert time.monotonic() - began_at > 0.8 * paid * (1 + CHECK_REST_FACTOR)
