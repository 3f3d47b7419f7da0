"""Scenario 8: the object store restarts, refuses, falls silent, breaks off."""

import asyncio
from pathlib import Path

import pytest
from chaos.cluster import MANY, Cluster, Kind, Stores, on
from chaos.size import sized
from chaos.trial import Trial
from faulty_proxy import Faults, open_proxy

NETWORK = Faults(busy=0.3, cut=0.2, lost=0.05)


@on(MANY)
@pytest.mark.timeout(900)
async def test_blobs_survive_a_bad_network(tmp_path: Path, kind: Kind) -> None:
    restarts = sized(10, 2)
    stores = Stores(tmp_path)
    async with open_proxy(stores.s3.url) as proxy:
        where = {"S3_URL": proxy.instead_of(stores.s3.url)}
        async with Trial(8, Cluster(tmp_path, kind, stores, **where)) as trial:
            await trial.publish()

            async def faults() -> None:
                for _ in range(restarts):
                    await trial.told(5)
                    await asyncio.to_thread(stores.s3.kill)
                    await asyncio.to_thread(stores.s3.start)
                    trial.count("restarts")
                    proxy.silence()
                    trial.count("times all connections fell silent")

            proxy.faults = NETWORK
            trial.routes = ["parcel"]
            await trial.load(sized(200, 40), asyncio.create_task(faults()))
            proxy.faults = Faults()
            await trial.settle()

    for fault in ("busy", "cut", "lost", "silent"):
        trial.hits[f"calls {fault}"] = proxy.hits[fault]
    many = sum(trial.hits.values())
    trial.judge("restarts, 503, broken and silent connections", faults=many)
    trial.cluster.nobody_died()
