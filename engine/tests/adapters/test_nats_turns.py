"""Events in the stream: each gets its turn, or is kept for people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from engine.adapters.nats import letters
from engine.adapters.nats.limits import NatsLimits
from engine.adapters.nats.members import partition
from engine.domain.errors import InvalidInput, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import NodeFailed
from frames import T, ack, event
from nats_trials import EVERYWHERE, Replica, Scene, scene

from servers.waiting import until

pytestmark = pytest.mark.external
AWAY = Unavailable("the store", "a test")
MISTAKE = ZeroDivisionError("a mistake\nof ours")
TWO_TRIES = NatsLimits(failed_turns=2)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(tmp_path) as one:
        yield one


@pytest.fixture
async def replica(alone: Scene) -> Replica:
    [one] = await alone.replicas(1)
    return one


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Scene]:
    """Where an event is dead after two mistakes."""
    async with scene(tmp_path, limits=TWO_TRIES) as one:
        yield one


async def test_an_event_stays_until_its_turn_has_ended(
    alone: Scene, replica: Replica
) -> None:
    replica.turns.gate.clear()
    await alone.keep(T, event(1))
    await until(lambda: replica.turns.tries[event(1)] == 1)
    assert await alone.holds(1)

    replica.turns.gate.set()

    await until(lambda: alone.holds(0))
    assert replica.turns.taken == [(T, event(1))]


async def test_events_of_every_partition_get_their_turns(
    alone: Scene, replica: Replica
) -> None:
    for number, path in EVERYWHERE.items():
        await alone.keep(path, event(number))

    await until(lambda: alone.holds(0))

    wanted = {(path, event(number)) for number, path in EVERYWHERE.items()}
    assert set(replica.turns.taken) == wanted


async def test_an_event_comes_again_until_its_turn_can_be_taken(
    alone: Scene, replica: Replica
) -> None:
    replica.turns.failing[event(1)] = AWAY
    await alone.keep(T, event(1))
    await until(lambda: replica.turns.tries[event(1)] == 3)
    assert await alone.holds(1)

    replica.turns.failing.clear()

    await until(lambda: alone.holds(0))
    assert replica.turns.has(event(1))
    assert not await replica.inbox.dead(10)


async def test_an_event_that_comes_too_late_is_no_mistake(
    alone: Scene, replica: Replica
) -> None:
    replica.turns.failing[event(1)] = Unknown("task", T)

    await alone.keep(T, event(1))

    await until(lambda: replica.turns.tries[event(1)] == 1)
    await until(lambda: alone.holds(0))
    assert not await replica.inbox.dead(10)


async def test_an_event_that_no_turn_can_take_is_kept_for_people(
    strict: Scene,
) -> None:
    [replica] = await strict.replicas(1)
    replica.turns.failing[event(1)] = MISTAKE

    await strict.keep(T, event(1))
    await until(lambda: strict.holds(0))

    [dead] = await replica.inbox.dead(10)
    assert replica.turns.tries[event(1)] == 2
    assert (dead.path, dead.reason) == (T, "ZeroDivisionError: a mistake of ours")
    assert letters.decode_event(dead.event.encode()) == event(1)


async def test_an_outage_before_is_no_mistake(
    strict: Scene,
) -> None:
    [replica] = await strict.replicas(1)
    replica.turns.failing[event(1)] = AWAY
    await strict.keep(T, event(1))
    await until(lambda: replica.turns.tries[event(1)] == 2)

    replica.turns.failing[event(1)] = MISTAKE
    await until(lambda: replica.turns.tries[event(1)] == 3)
    replica.turns.failing.clear()

    await until(lambda: replica.turns.has(event(1)))


async def test_a_dead_event_harms_no_other_one(
    strict: Scene,
) -> None:
    [replica] = await strict.replicas(1)
    innocent = [event(n) for n in range(20)]
    replica.turns.failing[event(13)] = MISTAKE
    replica.turns.gate.clear()
    for one in innocent:
        await strict.keep(T, one)
    await until(lambda: replica.turns.tries.total() > 0)

    replica.turns.gate.set()
    await until(lambda: strict.holds(0))

    innocent.remove(event(13))
    assert replica.turns.has(*innocent)
    assert len(await replica.inbox.dead(10)) == 1


async def test_what_the_timers_would_repeat_is_not_kept(
    strict: Scene,
) -> None:
    [replica] = await strict.replicas(1)
    replica.turns.failing[ack(1)] = MISTAKE

    await strict.keep(T, ack(1))
    await until(lambda: replica.turns.tries[ack(1)] == 2)
    await until(lambda: strict.holds(0))

    assert not await replica.inbox.dead(10)


NO_LETTERS = [
    b"",
    b"no JSON",
    b'{"path": "t"}',
    b'{"path": "t", "event": {"type": "NeverHeardOf"}}',
    '{"path": "t", "event": "ü"}'.encode("latin-1"),
]


@pytest.mark.parametrize("content", NO_LETTERS)
async def test_what_cannot_be_read_is_dead_at_once(
    alone: Scene, replica: Replica, content: bytes
) -> None:
    await alone.put(0, content)
    await until(lambda: alone.holds(0))

    [dead] = await replica.inbox.dead(10)

    assert (dead.path, dead.event) == ("", content.decode(errors="replace"))
    with pytest.raises(InvalidInput):
        await replica.inbox.revive(dead.id)
    await replica.inbox.bury(dead.id)
    assert not await replica.inbox.dead(10)


async def test_an_event_whose_blob_is_gone_comes_too_late(
    alone: Scene, replica: Replica
) -> None:
    await alone.put(partition(T), letters.encode(letters.Letter(T, large="t/gone")))

    await until(lambda: alone.holds(0))

    assert not await replica.inbox.dead(10)


async def test_an_event_whose_blob_cannot_be_read_is_dead_at_once(
    alone: Scene, replica: Replica
) -> None:
    key = await alone.blobs.put_named(T, "event-1", b"no JSON")
    await alone.put(partition(T), letters.encode(letters.Letter(T, large=key)))

    await until(lambda: alone.holds(0))

    [dead] = await replica.inbox.dead(10)
    assert dead.path == T and key in dead.event


async def test_a_dead_event_can_be_given_another_turn(
    strict: Scene,
) -> None:
    [replica] = await strict.replicas(1)
    replica.turns.failing[event(1)] = MISTAKE
    await strict.keep(T, event(1))
    await until(lambda: strict.holds(0))
    [dead] = await replica.inbox.dead(10)

    replica.turns.failing.clear()
    await replica.inbox.revive(dead.id)

    await until(lambda: replica.turns.has(event(1)))
    assert not await replica.inbox.dead(10)
    with pytest.raises(Unknown):
        await replica.inbox.revive(dead.id)


async def test_dead_events_are_listed_oldest_first_and_not_all_at_once(
    alone: Scene, replica: Replica
) -> None:
    for n in range(5):
        await alone.put(0, b"no JSON %d" % n)
    await until(lambda: alone.holds(0))

    first, second = await replica.inbox.dead(2)
    await replica.inbox.bury(first.id)

    assert [one.event for one in (first, second)] == ["no JSON 0", "no JSON 1"]
    assert len(await replica.inbox.dead(10)) == 4
    assert await replica.inbox.dead_count() == 4


@pytest.mark.parametrize("id_", ["", "0", "-1", "1.5", "²", "1" * 30])
async def test_an_id_that_cannot_be_is_unknown(replica: Replica, id_: str) -> None:
    for look in (replica.inbox.revive, replica.inbox.bury):
        with pytest.raises(Unknown):
            await look(id_)


async def test_what_was_promised_waits_while_no_turn_can_be_taken(
    alone: Scene, replica: Replica
) -> None:
    replica.turns.failing[event(1)] = AWAY

    assert await replica.inbox.post(T, event(1)) is None
    replica.turns.failing.clear()

    await until(lambda: replica.turns.has(event(1)))


async def test_a_repeated_result_waits_once(alone: Scene, replica: Replica) -> None:
    replica.turns.failing[event(1)] = AWAY

    for _ in range(3):
        assert await replica.inbox.post(T, event(1)) is None

    assert await alone.holds(1)


async def test_a_full_stream_refuses_what_comes_and_loses_nothing(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, limits=NatsLimits(waiting_events=2)) as small:
        [replica] = await small.replicas(1)
        replica.turns.failing = {event(n): AWAY for n in range(3)}
        for n in range(2):
            await replica.inbox.post(T, event(n))

        with pytest.raises(Unavailable, match="maximum messages exceeded"):
            await replica.inbox.post(T, event(2))
        replica.turns.failing.clear()

        await until(lambda: replica.turns.has(event(0), event(1)))
        assert await replica.inbox.post(T, event(2))


async def test_a_replica_has_few_events_of_a_partition_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path, limits=NatsLimits(pending_events=3)) as narrow:
        [replica] = await narrow.replicas(1)
        replica.turns.gate.clear()

        for n in range(10):
            await narrow.keep(FramePath(f"t/items[{n}]"), event(n))
        await until(lambda: len(replica.turns.tries) == 3)

        jetstream = await narrow.jetstream()
        waiting = await jetstream.consumer_info(narrow.stream, f"p{partition(T)}")
        assert (waiting.num_ack_pending, waiting.num_pending) == (3, 7)
        replica.turns.gate.set()
        await until(lambda: narrow.holds(0))


async def test_a_large_report_waits_outside_the_stream(
    alone: Scene, replica: Replica
) -> None:
    large = NodeFailed("node", 1, "x" * 2_000_000)
    replica.turns.failing[large] = AWAY

    await replica.inbox.post(T, large)
    assert (await alone.state()).bytes < 1000
    replica.turns.failing.clear()

    await until(lambda: replica.turns.has(large))
