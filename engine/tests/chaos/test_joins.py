"""Scenario 4: a join starts once, even when all results come at the same instant."""

from pathlib import Path

from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.scenario import run_scenario
from chaos.size import sized

BRANCHES = 20
SAME_INSTANT_SECONDS = 0.010


@on(EMBEDDED, REPLICAS, short=[REPLICAS])
async def test_a_join_of_twenty_results_at_once_fires_once(
    tmp_path: Path, kind: Kind
) -> None:
    tasks = sized(200, 20)
    async with run_scenario(4, Cluster(tmp_path, kind)) as scenario:
        await scenario.publish(
            routes.fan_out(
                branches_url=scenario.address_of("together", of=BRANCHES),
                join_url=scenario.address_of("polite"),
                width=BRANCHES,
            )
        )

        async def run_one(number: int) -> None:
            accepted = await scenario.clients.start("fan_out", number)
            await scenario.clients.follow(accepted.task)

        await each(range(tasks), run_one, many=2)
        await scenario.finish()

    whole = [burst for burst in scenario.logs.bursts if burst.count == BRANCHES]
    fast = [burst for burst in whole if burst.spread < SAME_INSTANT_SECONDS]
    scenario.hits["times 20 results within 10 ms"] = len(fast)
    scenario.judge("20 branches call back at once")
