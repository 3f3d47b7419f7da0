"""Whoever leaves or vanishes: its share goes to the others, and nothing is lost."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from engine.adapters.nats.connection import Connection
from engine.domain.messages import NodeFailed
from frames import event
from nats_trials import AGES_SECONDS, EVERYWHERE, Scene, owned_by, shared

from servers.waiting import until

pytestmark = pytest.mark.external


async def test_who_leaves_hands_its_share_over_at_once(steady: Scene) -> None:
    one, other = await steady.replicas(2)
    await shared(one, other)
    path = owned_by(other)[0]
    other.turns.gate.clear()
    await steady.keep(path, event(1))
    await until(lambda: other.turns.tries[event(1)] == 1)

    await other.inbox.leave()

    await until(lambda: one.turns.has(event(1)))
    await until(lambda: steady.shared_by(1))
    assert await one.inbox.post(path, event(2))
    other.turns.gate.set()


@pytest.mark.parametrize("claims", [0, 1, 5, 20, 31, 32])
async def test_nothing_is_claimed_behind_a_goodbye(steady: Scene, claims: int) -> None:
    [one] = await steady.replicas(1)
    first = set((await steady.owners()).values())
    newcomer = steady.replica()

    async def claimed() -> bool:
        owners = await steady.owners()
        return sum(owner not in first for owner in owners.values()) >= claims

    await until(claimed)
    await newcomer.inbox.leave()

    await until(lambda: steady.shared_by(1))
    await shared(one)
    assert set((await steady.owners()).values()) == first


async def test_who_left_while_it_connected_is_not_heard_of(steady: Scene) -> None:
    [one] = await steady.replicas(1)
    heard = []
    one.inbox.listen(lambda name, news: heard.append(news))
    newcomer = steady.replica()
    connection = newcomer.inbox._connection
    connects = asyncio.Event()
    has_tried = asyncio.Event()

    async def open_all_the_same(*args: Any) -> None:
        """As `asyncio.wait_for` of Python 3.11 may, it forgets its cancelling."""
        connects.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(AGES_SECONDS)
        await Connection.open(connection, *args)
        has_tried.set()

    connection.open = open_all_the_same  # type: ignore[method-assign]
    await connects.wait()
    await newcomer.inbox.leave()
    await has_tried.wait()
    # Whatever it may have said is here before this.
    await newcomer.inbox.tell(b"the last word")

    await until(lambda: heard == [b"the last word"])
    await shared(one)


async def test_who_vanishes_is_missed_within_seconds(stage: Scene) -> None:
    one, other = await stage.replicas(2)
    await shared(one, other)
    path = owned_by(other)[0]
    other.turns.gate.clear()
    await stage.keep(path, event(1))
    await until(lambda: other.turns.tries[event(1)] == 1)

    await other.stop()
    await one.inbox.post(path, event(2))

    await until(lambda: one.turns.has(event(1), event(2)))


async def test_nothing_is_lost_while_replicas_come_and_go(stage: Scene) -> None:
    first, second = await stage.replicas(2)
    posted: list[NodeFailed] = []

    async def post_all() -> None:
        while True:
            one = event(len(posted))
            posted.append(one)
            await first.inbox.post(EVERYWHERE[one.attempt % 64], one)
            await asyncio.sleep(0)

    posting = asyncio.ensure_future(post_all())
    third = stage.replica()
    await until(lambda: stage.shared_by(3))
    await second.inbox.leave()
    await until(lambda: stage.shared_by(2))
    await third.stop()
    await until(lambda: stage.shared_by(1))
    posting.cancel()
    await asyncio.wait([posting])

    everyone = (first, second, third)
    # The last one was not promised yet.
    posted.pop()

    def all_taken() -> bool:
        return set(posted) <= {e for one in everyone for _, e in one.turns.taken}

    await until(all_taken)
    await until(lambda: stage.holds(0))
