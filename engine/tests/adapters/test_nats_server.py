"""NATS goes away, comes back and forgets; the inbox lives on, and nothing is left."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Unavailable
from frames import T, ack, event
from nats_trials import EVERYWHERE, Replica, Scene, open_wire

from servers.nats import Nats
from servers.waiting import until

pytestmark = [pytest.mark.external, pytest.mark.outages]
AWAY = Unavailable("the store", "a test")


@pytest.fixture(autouse=True)
async def tidy(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """No task is left behind, no exception is logged or unheard."""
    unheard: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: unheard.append(context))
    caplog.set_level(logging.INFO)

    yield

    await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})
    gc.collect()
    ours = [one for one in caplog.get_records("call") if one.name.startswith("engine")]
    assert not unheard and not any(one.exc_info for one in ours)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Nats]:
    with Nats(tmp_path / "nats") as one:
        yield one


@pytest.fixture
async def stage(tmp_path: Path, server: Nats, tidy: None) -> AsyncIterator[Scene]:
    async with Scene(server.url, tmp_path) as one:
        yield one


async def deaf(message: object) -> None:
    """Does not listen."""


async def misses_nats(replica: Replica) -> bool:
    """Whether a replica has noticed that NATS is away."""
    try:
        await replica.inbox.check()
    except Unavailable as error:
        return "reached" in str(error)
    return False


async def works(stage: Scene, replica: Replica, number: int) -> None:
    """An event gets its turn by way of the stream."""
    await until(replica.takes_part)
    await until(lambda: stage.shared_by(1))
    await stage.keep(T, event(number))
    await until(lambda: replica.turns.has(event(number)))
    await until(lambda: stage.holds(0))


async def test_without_nats_every_turn_is_taken_here(
    stage: Scene, server: Nats
) -> None:
    server.kill()
    replica = stage.replica()

    for number, path in EVERYWHERE.items():
        assert replica.inbox.owns(path)
        assert await replica.inbox.post(path, event(number))

    assert await replica.inbox.post(T, ack(1))
    with pytest.raises(Unavailable, match="NATS is not available"):
        await replica.inbox.check()
    with pytest.raises(Unavailable, match="NATS is not available"):
        await replica.inbox.dead(10)


async def test_nats_may_come_later(stage: Scene, server: Nats) -> None:
    server.kill()
    replica = stage.replica()
    await replica.inbox.post(T, event(1))

    await asyncio.to_thread(server.start)

    await works(stage, replica, 2)


async def test_nats_may_die_and_come_back(stage: Scene, server: Nats) -> None:
    replica, _ = await stage.replicas(2)
    replica.turns.failing[event(0)] = AWAY
    await stage.keep(T, event(0))

    server.kill()
    await until(lambda: misses_nats(replica))
    assert await replica.inbox.post(T, event(1))
    replica.turns.failing.clear()
    await asyncio.to_thread(server.start)

    await until(lambda: stage.shared_by(2))
    await until(lambda: stage.holds(0))
    await until(replica.takes_part)


async def test_nats_may_forget_everything(
    stage: Scene, server: Nats, tmp_path: Path
) -> None:
    [replica] = await stage.replicas(1)

    server.kill()
    for file in sorted((tmp_path / "nats").rglob("*"), reverse=True):
        if file.is_dir():
            file.rmdir()
        elif file != server.log:
            file.unlink()
    await asyncio.to_thread(server.start)

    await works(stage, replica, 1)


async def test_a_frozen_nats_holds_nobody_up(stage: Scene, server: Nats) -> None:
    [replica] = await stage.replicas(1)

    server.freeze()
    try:
        async with asyncio.timeout(10):
            assert await replica.inbox.post(T, event(1))
            with pytest.raises(Unavailable):
                await replica.inbox.check()
            with pytest.raises(Unavailable):
                await replica.inbox.dead(1)
        await until(lambda: misses_nats(replica))
    finally:
        server.thaw()

    await works(stage, replica, 2)


async def test_the_end_comes_while_nats_is_frozen(stage: Scene, server: Nats) -> None:
    [replica] = await stage.replicas(1)

    server.freeze()
    try:
        async with asyncio.timeout(10):
            await replica.inbox.leave()
            await replica.stop()
    finally:
        server.thaw()


async def test_the_end_comes_while_nats_is_away(stage: Scene, server: Nats) -> None:
    [replica] = await stage.replicas(1)
    early = stage.replica()

    server.kill()
    posts = (replica.inbox.post(path, event(1)) for path in EVERYWHERE.values())
    await asyncio.gather(*posts)
    for one in (replica, early):
        await one.inbox.leave()
        await one.stop()


async def test_a_connection_that_is_lost_under_load_is_let_go(server: Nats) -> None:
    lost = asyncio.Event()
    connection = Connection(servers=[server.url], name="talker", timings=NatsTimings())
    await connection.open({"words": deaf}, lost.set)

    async def talk() -> None:
        while True:
            await connection.publish("words", b"x" * 1000)

    talking = [asyncio.ensure_future(talk()) for _ in range(5)]
    await asyncio.sleep(0)
    server.kill()
    async with asyncio.timeout(30):
        outcomes = await asyncio.gather(*talking, return_exceptions=True)
        await lost.wait()
        await connection.close()

    assert {type(outcome) for outcome in outcomes} == {Unavailable}


async def test_an_inbox_that_never_ran_is_closed(stage: Scene) -> None:
    async with NatsInbox(stage.url, blobs=stage.blobs) as inbox:
        await inbox.leave()


async def test_a_replica_that_is_cut_off_comes_back(stage: Scene) -> None:
    [one] = await stage.replicas(1)
    async with open_wire(stage.url) as wire:
        other = stage.replica(wire.url)
        await until(lambda: stage.shared_by(2))
        other.turns.gate.clear()
        for path in EVERYWHERE.values():
            await stage.keep(path, event(1))
        await until(lambda: other.turns.tries[event(1)] == 32)

        wire.cut()
        other.turns.gate.set()

        await until(lambda: stage.holds(0))
        await until(lambda: stage.shared_by(2))
        await until(other.takes_part)
        wanted = {(path, event(1)) for path in EVERYWHERE.values()}
        assert wanted <= {*one.turns.taken, *other.turns.taken}
        await other.stop()


@pytest.mark.parametrize("claims", [1, 10, 40])
async def test_a_replica_that_is_cut_off_while_it_claims_goes_on(
    stage: Scene, claims: int
) -> None:
    async with open_wire(stage.url) as wire:
        replica = stage.replica(wire.url)

        async def claimed() -> bool:
            return len(await stage.owners()) >= claims

        await until(claimed)
        wire.cut()

        await works(stage, replica, 1)
        await replica.stop()


@pytest.mark.parametrize(
    "line",
    [
        b"-ERR 'User Authentication Expired'\r\n",
        b"-ERR 'Stale Connection'\r\n",
        b"what is this?\r\n",
        b"INFO no JSON\r\n",
    ],
)
async def test_whatever_nats_says_the_replica_comes_back(
    stage: Scene, line: bytes
) -> None:
    async with open_wire(stage.url) as wire:
        replica = stage.replica(wire.url)
        await until(replica.takes_part)
        connections = wire.connections

        wire.say(line)

        await until(lambda: wire.connections > connections)
        await works(stage, replica, 1)
        await replica.stop()


async def test_a_stream_that_is_removed_is_made_again(
    tmp_path: Path, server: Nats, tidy: None
) -> None:
    watchful = NatsTimings(look_seconds=0.0)
    async with Scene(server.url, tmp_path, timings=watchful) as stage:
        [replica] = await stage.replicas(1)
        jetstream = await stage.jetstream()

        await jetstream.delete_stream(stage.stream)
        await jetstream.delete_stream(f"{stage.stream}-dead")

        await works(stage, replica, 1)
        await stage.put(0, b"no JSON")
        await until(lambda: stage.holds(0))
        assert len(await replica.inbox.dead(10)) == 1


async def test_a_stream_that_is_purged_goes_on(stage: Scene) -> None:
    [replica] = await stage.replicas(1)
    replica.turns.failing[event(1)] = AWAY
    await replica.inbox.post(T, event(1))

    await (await stage.jetstream()).purge_stream(stage.stream)

    await works(stage, replica, 2)


async def test_a_stream_of_an_older_version_is_changed(stage: Scene) -> None:
    jetstream = await stage.jetstream()
    await jetstream.add_stream(
        name=stage.stream,
        subjects=[f"{stage.stream}.frames.*"],
        retention="workqueue",
        max_msgs=7,
    )

    replica = stage.replica()

    await works(stage, replica, 1)
    info = await jetstream.stream_info(stage.stream)
    assert info.config.max_msgs == 1_000_000
