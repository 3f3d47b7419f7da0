"""A replica that dies before or after any write and any send loses nothing."""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from chaos import routes
from chaos.cluster import Cluster
from chaos.failpoints import POINTS, hits
from chaos.trial import Trial


async def errand(trial: Trial, number: int) -> None:
    """Whatever can be done, so that every write and every send comes to pass."""
    clients = trial.clients
    if number % 4 == 0:
        await clients.refused_parcel(number)
        await clients.announce("visitor", trial.way("polite"))
        await clients.ask("DELETE", "/services/visitor")
        spare = routes.document("spare", "one", routes.last("one", trial.way("polite")))
        await clients.publish(spare)
        await clients.ask("DELETE", "/services/spare")
    if number % 4 == 1:
        told = await clients.start("parcel", 1_000_000 + number)  # a key of its own
        await clients.erase(told)
    for route in ("bulk", "inquiry"):
        told = await clients.start(route, number)
        await clients.follow(told.task)
    await trial.task(number)


@pytest.mark.timeout(900)
async def test_every_fail_point_hits_and_nothing_is_lost(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    cluster = Cluster(
        tmp_path,
        module=["chaos.replica"],
        HTTP_ADDRESSES="127.0.0.1",
        FAILPOINTS="\n".join(map(str, POINTS)),
        WITNESS=str(witness),
    )
    async with Trial(2, cluster) as trial:
        await trial.publish()
        echo, polite = trial.way("echo"), trial.way("polite")
        await trial.publish(routes.bulk(polite), routes.inquiry(echo))
        numbers = count()

        async def run_errands() -> None:
            while len(hits(witness)) < len(POINTS):
                await errand(trial, next(numbers))

        await asyncio.gather(*(run_errands() for _ in range(4)))
        await cluster.up()
        await trial.settle()

    trial.hits["fail-points"] = len(set(hits(witness)) & set(map(str, POINTS)))
    assert trial.hits["fail-points"] == len(POINTS)
    points = f"SIGKILL before and after each of {len(POINTS) // 2} writes and sends"
    trial.judge(points, faults=len(POINTS))
