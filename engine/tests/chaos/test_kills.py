"""Scenario 1: nothing that was acknowledged is lost, whenever the engine is killed."""

import asyncio
import signal
from pathlib import Path

from chaos.cluster import EMBEDDED, ONE_REPLICA, REPLICAS, Cluster, Kind, on
from chaos.scenario import run_scenario
from chaos.size import sized


@on(EMBEDDED, ONE_REPLICA, REPLICAS, short=[EMBEDDED, REPLICAS])
async def test_every_accepted_task_survives_kills(tmp_path: Path, kind: Kind) -> None:
    kills = sized(50, 3)
    tasks = sized(500, 40)
    async with run_scenario(1, Cluster(tmp_path, kind)) as scenario:
        await scenario.publish()

        # The kills follow the tasks, not the clock: on a slow machine, too, tasks are
        # accepted between two of them.
        most_between = 2 * tasks // kills - 1

        async def kill_again_and_again() -> None:
            for _ in range(kills):
                more = scenario.choices.randint(1, most_between)
                await scenario.until_accepted(more)
                ready = await scenario.cluster.one_up()
                await scenario.choices.choice(ready).kill()

        faults = asyncio.create_task(kill_again_and_again())
        await scenario.load(tasks, faults, many=32)
        await scenario.cluster.up()
        await scenario.finish()

    replicas = scenario.cluster.replicas
    deaths = [code for replica in replicas for code in replica.deaths]
    scenario.hits["kills"] = deaths.count(-signal.SIGKILL)
    scenario.judge("SIGKILL of replicas, again and again", faults=len(deaths))
