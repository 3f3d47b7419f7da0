"""Scenario 8: the object store restarts, refuses, falls silent, breaks off."""

import asyncio
from pathlib import Path

from chaos.cluster import REPLICAS, Cluster, Kind, Stores, on
from chaos.scenario import run_scenario
from chaos.size import sized
from faulty_proxy import Faults, open_proxy

BAD_NETWORK = Faults(busy=0.3, cut=0.2, lost=0.05)


@on(REPLICAS)
async def test_blobs_survive_a_bad_network(tmp_path: Path, kind: Kind) -> None:
    restarts = sized(10, 2)
    stores = Stores(tmp_path)

    async with open_proxy(stores.s3.url) as proxy:
        s3_url = proxy.instead_of(stores.s3.url)
        cluster = Cluster(tmp_path, kind, stores=stores, S3_URL=s3_url)
        async with run_scenario(8, cluster, usual_routes=["binary"]) as scenario:
            await scenario.publish()

            async def restart_and_silence() -> None:
                for _ in range(restarts):
                    await scenario.until_accepted(5)
                    await asyncio.to_thread(stores.s3.kill)
                    await asyncio.to_thread(stores.s3.start)
                    scenario.count_hit("restarts")
                    proxy.silence()
                    scenario.count_hit("times all connections fell silent")

            proxy.faults = BAD_NETWORK
            faults = asyncio.create_task(restart_and_silence())
            await scenario.load(sized(200, 40), faults)

            # Healed: from now on the network is good.
            proxy.faults = Faults()
            await scenario.finish()

    for fault in ("busy", "cut", "lost", "silent"):
        scenario.hits[f"calls {fault}"] = proxy.hits[fault]
    all_faults = sum(scenario.hits.values())
    scenario.judge("restarts, 503, broken and silent connections", faults=all_faults)
    cluster.assert_no_deaths()
