"""Scenario 7: NATS dies, forgets, repeats, and stays away."""

import asyncio
from pathlib import Path

import nats
import pytest
from chaos.cluster import MANY, Cluster, Kind, Stores, on
from chaos.size import sized
from chaos.trial import Trial
from chaos.tripling import Tripling
from nats.js import JetStreamContext

STREAM = "marketplace"


async def stored(jetstream: JetStreamContext) -> int:
    """How many events wait in the stream."""
    return (await jetstream.stream_info(STREAM)).state.messages


async def purge(stores: Stores, jetstream: JetStreamContext) -> int:
    """MongoDB does not answer, so results wait in the stream; there they are lost."""
    await asyncio.to_thread(stores.mongo.freeze)
    try:
        for _ in range(500):  # times 0.02 s: perhaps no result is on its way
            if count := await stored(jetstream):
                break
            await asyncio.sleep(0.02)
        await jetstream.purge_stream(STREAM)
    finally:
        await asyncio.to_thread(stores.mongo.thaw)
    return count


async def kill(stores: Stores) -> None:
    """NATS dies, and is started again with what it had on disk."""
    await asyncio.to_thread(stores.nats.kill)
    await asyncio.to_thread(stores.nats.start)


@on(MANY)
@pytest.mark.timeout(900)
async def test_nats_may_die_forget_and_repeat(tmp_path: Path, kind: Kind) -> None:
    rounds, away = sized(10, 2), sized(120, 8)
    stores = Stores(tmp_path)
    async with Tripling(stores.nats.url) as proxy:
        where = {"NATS_URL": proxy.url, "TIMEOUT": "10s"}
        async with Trial(7, Cluster(tmp_path, kind, stores, **where)) as trial:
            await trial.publish()

            async def faults() -> None:
                for _ in range(rounds):
                    await trial.told(3)
                    await kill(stores)
                    trial.count("times NATS was killed")
                proxy.times = 1  # what was lost is not to come three times
                async with await nats.connect(stores.nats.url) as client:
                    for _ in range(rounds):
                        await trial.told(3)
                        lost = await purge(stores, client.jetstream())
                        trial.count("events purged", lost)
                await asyncio.to_thread(stores.nats.stop)
                await asyncio.sleep(away)  # the fault itself
                await asyncio.to_thread(stores.nats.start)

            await trial.load(sized(300, 40), asyncio.create_task(faults()))
            await trial.settle()

    trial.hits["messages delivered three times"] = proxy.hits
    trial.judge(
        f"NATS dies, forgets, repeats, is off for {away} s",
        faults=sum(trial.hits.values()),
        acknowledged_in_vain=True,
    )
    trial.cluster.nobody_died()
