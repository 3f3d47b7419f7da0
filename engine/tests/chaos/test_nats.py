"""Scenario 7: NATS dies, loses messages, repeats them, and is away."""

import asyncio
from pathlib import Path

import nats
from chaos.cluster import REPLICAS, Cluster, Kind, Stores, on
from chaos.repeating_proxy import open_repeating_proxy
from chaos.scenario import run_scenario
from chaos.size import sized
from nats.js import JetStreamContext

STREAM = "marketplace"

# Ten seconds. Perhaps no result is on its way just now.
LOOKS_FOR_EVENTS = 500
LOOK_SECONDS = 0.02


async def stored(jetstream: JetStreamContext) -> int:
    """How many events wait in the stream."""
    return (await jetstream.stream_info(STREAM)).state.messages


async def purge(stores: Stores, jetstream: JetStreamContext) -> int:
    """Lose acknowledged results in the stream; how many waited there.

    They wait in the stream while MongoDB does not answer.
    """
    await asyncio.to_thread(stores.mongo.freeze)
    try:
        for _ in range(LOOKS_FOR_EVENTS):
            count = await stored(jetstream)
            if count:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await jetstream.purge_stream(STREAM)
    finally:
        await asyncio.to_thread(stores.mongo.thaw)
    return count


async def kill(stores: Stores) -> None:
    """NATS dies, and is started again with what it had on disk."""
    await asyncio.to_thread(stores.nats.kill)
    await asyncio.to_thread(stores.nats.start)


@on(REPLICAS)
async def test_nats_may_die_forget_and_repeat(tmp_path: Path, kind: Kind) -> None:
    rounds = sized(10, 2)
    away_seconds = sized(120, 8)
    stores = Stores(tmp_path)

    async with open_repeating_proxy(stores.nats.url) as proxy:
        cluster = Cluster(
            tmp_path, kind, stores=stores, NATS_URL=proxy.url, TIMEOUT="10s"
        )
        async with run_scenario(7, cluster) as scenario:
            await scenario.publish()

            async def harm_nats() -> None:
                for _ in range(rounds):
                    await scenario.until_accepted(3)
                    await kill(stores)
                    scenario.count_hit("times NATS was killed")

                # An event that is purged must not come a second time by the proxy.
                proxy.times = 1
                async with await nats.connect(stores.nats.url) as client:
                    for _ in range(rounds):
                        await scenario.until_accepted(3)
                        lost = await purge(stores, client.jetstream())
                        scenario.count_hit("events purged", lost)

                await asyncio.to_thread(stores.nats.stop)
                await asyncio.sleep(away_seconds)  # the fault itself
                await asyncio.to_thread(stores.nats.start)

            faults = asyncio.create_task(harm_nats())
            await scenario.load(sized(300, 40), faults)
            await scenario.finish()

    scenario.hits["messages delivered three times"] = proxy.hits
    scenario.judge(
        f"NATS dies, forgets, repeats, is off for {away_seconds} s",
        faults=sum(scenario.hits.values()),
        lost_acknowledgements=True,
    )
    cluster.assert_no_deaths()
