"""Scenario 2: who dies before or after any write and any send loses nothing."""

import asyncio
import random
from itertools import count
from pathlib import Path

import pytest
from chaos import routes
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.failpoints import POINTS, hits
from chaos.size import SEED, sized
from chaos.trial import Trial

FEW = 6  # points in a short run; half as many where each replica needs its own


async def errand(trial: Trial, number: int) -> None:
    """Whatever can be done, so that every write and every send comes to pass."""
    clients = trial.clients
    if number % 4 == 0:
        await clients.refused_parcel(number)
        await clients.announce("visitor", trial.way("polite"))
        await clients.remove("visitor")
        await clients.publish(routes.single("spare", trial.way("polite")))
        await clients.remove("spare")
    if number % 4 == 1:
        told = await clients.start("parcel", 1_000_000 + number)  # a key of its own
        await clients.erase(told)
    for route in ("bulk", "inquiry"):
        told = await clients.start(route, number)
        await clients.follow(told.task)
    await trial.task(number)


@on(EMBEDDED, MANY)
@pytest.mark.timeout(900)
async def test_every_fail_point_hits_and_nothing_is_lost(
    tmp_path: Path, kind: Kind
) -> None:
    cluster = Cluster(tmp_path, kind, HTTP_ADDRESSES="127.0.0.1")
    few = random.Random(SEED).sample(POINTS, FEW // kind.replicas)
    points = sized(POINTS, few)
    witnesses = cluster.watch(*points)

    def hit() -> int:
        return sum(len(set(hits(file)) & set(map(str, points))) for file in witnesses)

    async with Trial(2, cluster) as trial:
        await trial.publish()
        echo, polite = trial.way("echo"), trial.way("polite")
        await trial.publish(routes.single("bulk", polite), routes.inquiry(echo))
        numbers = count()

        async def run_errands() -> None:
            while hit() < len(points):
                await errand(trial, next(numbers))

        await asyncio.gather(*(run_errands() for _ in range(4)))
        await cluster.up()
        await trial.settle()

    trial.hits["fail-points"] = hit()
    assert hit() == len(points)
    trial.judge("SIGKILL before and after writes and sends", faults=cluster.deaths)
