"""Scenario 2: a replica that dies around any write or send loses nothing."""

import asyncio
import random
from itertools import count
from pathlib import Path

from chaos import routes
from chaos.clients import LARGE_TEXT_ROUTE
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.failpoints import ALL_POINTS, hits
from chaos.scenario import Scenario, run_scenario
from chaos.size import SEED, sized

POINTS_IN_A_SHORT_RUN = 6
"""Half as many on two replicas: each must be started again for each of its points."""

# Tasks that are erased have numbers of their own, so that their keys are, too.
ERASED_NUMBERS_FROM = 1_000_000


async def do_everything(scenario: Scenario, number: int) -> None:
    """All that a client can do, so that every write and every send happens."""
    clients = scenario.clients
    polite = scenario.address_of("polite")

    if number % 4 == 0:
        await clients.send_unknown_file(number)
        await clients.announce("announced", polite)
        await clients.remove("announced")
        await clients.publish(routes.single("published", polite))
        await clients.remove("published")

    if number % 4 == 1:
        accepted = await clients.start("binary", ERASED_NUMBERS_FROM + number)
        await clients.erase(accepted)

    for route in (LARGE_TEXT_ROUTE, "http_call"):
        accepted = await clients.start(route, number)
        await clients.follow(accepted.task)
    await scenario.run_task(number)


@on(EMBEDDED, REPLICAS)
async def test_every_fail_point_hits_and_nothing_is_lost(
    tmp_path: Path, kind: Kind
) -> None:
    few = random.Random(SEED).sample(ALL_POINTS, POINTS_IN_A_SHORT_RUN // kind.replicas)
    points = sized(ALL_POINTS, few)
    names = set(map(str, points))
    cluster = Cluster(tmp_path, kind, fail_points=points, HTTP_ADDRESSES="127.0.0.1")

    def hit() -> int:
        return sum(len(names & set(hits(log))) for log in cluster.fail_point_logs)

    async with run_scenario(2, cluster) as scenario:
        await scenario.publish()
        polite = scenario.address_of("polite")
        await scenario.publish(
            routes.single(LARGE_TEXT_ROUTE, polite),
            routes.http_call(scenario.address_of("echo")),
        )
        numbers = count()

        async def until_all_hit() -> None:
            while hit() < len(points):
                await do_everything(scenario, next(numbers))

        await asyncio.gather(*(until_all_hit() for _ in range(4)))
        await cluster.up()
        await scenario.finish()

    scenario.hits["fail-points"] = hit()
    assert hit() == len(points)
    scenario.judge("SIGKILL before and after writes and sends", faults=cluster.deaths)
