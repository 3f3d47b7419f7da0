"""Replicas share the work: each frame has one owner, and what was promised is kept."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import nats_replica
import pytest
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.nats.limits import NatsLimits
from engine.adapters.nats.members import partition
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Unavailable, Unknown
from engine.domain.messages import NodeFailed
from frames import T, ack, event
from nats.aio.msg import Msg
from nats_trials import (
    AGES_SECONDS,
    EVERYWHERE,
    STEADY,
    Scene,
    owned_by,
    scene,
    shared,
)

from servers.waiting import until

pytestmark = pytest.mark.external


@pytest.mark.parametrize("count", [2, 3])
async def test_every_task_has_the_same_owner_for_all_replicas(
    steady: Scene, count: int
) -> None:
    replicas = await steady.replicas(count)
    await shared(*replicas)

    posts = []
    for number, path in EVERYWHERE.items():
        for n, one in enumerate(replicas):
            posts.append(one.inbox.post(path, event(number + 64 * n)))
            posts.append(one.inbox.post(path, ack(number + 64 * n)))
    await asyncio.gather(*posts)

    for one in replicas:
        assert {path for path, _ in one.turns.taken} == set(owned_by(one))
    taken = {event for one in replicas for _, event in one.turns.taken}
    assert len(taken) == len(posts)


async def test_the_poster_hears_what_the_owner_says(steady: Scene) -> None:
    one, other = await steady.replicas(2)
    await shared(one, other)
    path = owned_by(other)[0]
    away = Unavailable("the store", "a test")
    other.turns.failing = {event(1): Unknown("task", path), ack(1): away}

    assert await one.inbox.post(path, event(0)) is True
    with pytest.raises(Unknown, match=path):
        await one.inbox.post(path, event(1))
    with pytest.raises(Unavailable, match="a test"):
        await one.inbox.post(path, ack(1))


async def test_a_large_report_reaches_the_owner(steady: Scene) -> None:
    one, other = await steady.replicas(2)
    await shared(one, other)
    path = owned_by(other)[0]
    large = NodeFailed("node", 1, "x" * 2_000_000)

    await one.inbox.post(path, large)

    assert other.turns.taken == [(path, large)]


async def test_words_that_nobody_understands_do_no_harm(steady: Scene) -> None:
    [one] = await steady.replicas(1)
    deliveries = (await steady.owners())[0]
    heartbeats = f"{steady.stream}.members"
    questions = f"{heartbeats}.{deliveries.rpartition('.')[2]}"
    client = await steady.client()

    for subject in (heartbeats, questions, deliveries):
        for words in (b"", b"\xff", b"[1, 2]", b"{}"):
            await client.publish(subject, words)
    answer = await client.request(questions, b'[{"path": "t"}]', 60)

    assert b"there is no event in it" in answer.data
    assert await one.inbox.post(T, event(1))


@pytest.mark.parametrize("answer", [b"", b"[]", b"no JSON", b'[{"taken": 7}]'])
async def test_an_owner_that_nobody_understands_is_passed_over(
    steady: Scene, answer: bytes
) -> None:
    [one] = await steady.replicas(1)
    client = await steady.client()

    async def mumble(question: Msg) -> None:
        await question.respond(answer)

    await client.subscribe(f"{steady.stream}.members.a-stranger", cb=mumble)
    await client.publish(f"{steady.stream}.members", b"a-stranger")
    await until(lambda: len(owned_by(one)) == 32)
    path = next(p for p in EVERYWHERE.values() if not one.inbox.owns(p))

    assert await one.inbox.post(path, event(1))
    assert one.turns.taken == [(path, event(1))]


async def test_what_an_owner_could_not_take_waits_for_it(steady: Scene) -> None:
    one, other = await steady.replicas(2)
    await shared(one, other)
    path = owned_by(other)[0]
    other.turns.failing[event(1)] = Unavailable("the store", "a test")

    assert await one.inbox.post(path, event(1)) is None
    other.turns.failing.clear()

    await until(lambda: other.turns.has(event(1)))
    await until(lambda: steady.holds(0))


async def test_claims_rest_while_nobody_comes_or_goes(tmp_path: Path) -> None:
    hectic = NatsTimings(
        absent_after_seconds=AGES_SECONDS, look_seconds=0.0, heartbeat_seconds=0.02
    )
    async with scene(tmp_path, timings=hectic) as stage:
        replicas = await stage.replicas(3)
        await shared(*replicas)
        before = await claims(stage)
        heartbeats: list[Msg] = []

        async def heartbeat(message: Msg) -> None:
            heartbeats.append(message)

        client = await stage.client()
        await client.subscribe(f"{stage.stream}.members", cb=heartbeat)
        await until(lambda: len(heartbeats) > 60)

        assert await claims(stage) == before


async def claims(stage: Scene) -> dict[str, object]:
    """When each partition was claimed."""
    jetstream = await stage.jetstream()
    consumers = await jetstream.consumers_info(stage.stream)
    return {consumer.name: consumer.created for consumer in consumers}


async def test_claims_of_others_are_found_and_settled(tmp_path: Path) -> None:
    watchful = NatsTimings(look_seconds=0.0)
    async with scene(tmp_path, timings=watchful) as stage:
        await stage.replicas(1)
        before = await stage.owners()

        await stage.claim(7, "somebody.else")

        async def back() -> bool:
            return await stage.owners() == before

        await until(back)


async def test_replicas_without_a_share_are_of_use(tmp_path: Path) -> None:
    two_shares = NatsLimits(partitions=2)
    tasks = {partition(path, 2): path for path in EVERYWHERE.values()}
    async with scene(tmp_path, limits=two_shares, timings=STEADY) as stage:
        replicas = [stage.replica() for _ in range(4)]
        for one in replicas:
            await until(one.takes_part)

        async def divided() -> bool:
            own = [one for one in replicas if any(map(one.inbox.owns, tasks.values()))]
            subjects = set((await stage.owners()).values())
            return len(own) == 2 == len(subjects)

        await until(divided)

        for number, one in enumerate(replicas):
            for path in tasks.values():
                assert await one.inbox.post(path, event(number))


# Replicas in processes of their own.


class Other:
    """A replica that can be killed and frozen."""

    def __init__(self, stage: Scene, folder: Path, *how: str) -> None:
        self._turns = folder / "turns"
        script = str(Path(nats_replica.__file__))
        arguments = [sys.executable, script, stage.url, stage.stream, str(folder), *how]
        with (folder / "log").open("w") as log:
            self.process = Popen(arguments, stderr=log)

    def taken(self) -> list[str]:
        return self._turns.read_text().split() if self._turns.exists() else []

    def send(self, sign: signal.Signals) -> None:
        self.process.send_signal(sign)
        if sign is signal.SIGSTOP:
            os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)


@contextmanager
def other(stage: Scene, folder: Path, *how: str) -> Iterator[Other]:
    one = Other(stage, folder, *how)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()


async def test_an_event_in_the_turn_of_a_killed_replica_is_not_lost(
    stage: Scene, tmp_path: Path
) -> None:
    [one] = await stage.replicas(1)
    with other(stage, tmp_path, "hang") as doomed:
        await until(lambda: stage.shared_by(2))
        await until(lambda: len(owned_by(one)) == 32)
        path = next(p for p in EVERYWHERE.values() if not one.inbox.owns(p))

        await stage.keep(path, event(1))
        await until(lambda: doomed.taken() == [path])
        doomed.send(signal.SIGKILL)

        await until(lambda: one.turns.has(event(1)))
    await until(lambda: stage.holds(0))
    assert await one.inbox.post(path, event(2))


async def test_a_frozen_replica_is_replaced_and_gets_its_share_back(
    stage: Scene, tmp_path: Path
) -> None:
    [one] = await stage.replicas(1)
    with other(stage, tmp_path) as frozen:
        await until(lambda: stage.shared_by(2))
        await until(lambda: len(owned_by(one)) == 32)
        path = next(p for p in EVERYWHERE.values() if not one.inbox.owns(p))

        frozen.send(signal.SIGSTOP)
        await stage.keep(path, event(1))
        # By a turn of our own.
        assert await one.inbox.post(path, event(2))
        await until(lambda: one.turns.has(event(1)))
        frozen.send(signal.SIGCONT)

        await until(lambda: stage.shared_by(2))
        await until(lambda: not one.inbox.owns(path))
        assert await one.inbox.post(path, event(3))


async def test_what_one_tells_all_others_hear_and_it_does_not(steady: Scene) -> None:
    replicas = await steady.replicas(3)
    await shared(*replicas)
    heard: list[tuple[int, str, bytes]] = []
    for number, one in enumerate(replicas):
        one.inbox.listen(lambda name, news, at=number: heard.append((at, name, news)))

    await replicas[0].inbox.tell(b"two words")
    await until(lambda: len(heard) == 2)
    # What it told itself would have come before this.
    await replicas[1].inbox.tell(b"more")
    await until(lambda: len(heard) == 4)

    assert sorted(at for at, _, news in heard if news == b"two words") == [1, 2]
    assert len({name for _, name, news in heard if news == b"two words"}) == 1


async def test_before_there_is_a_connection_nobody_can_be_told(tmp_path: Path) -> None:
    inbox = NatsInbox("nats://127.0.0.1:9", blobs=DiskBlobStore(tmp_path))

    with pytest.raises(Unavailable):
        await inbox.tell(b"news")
