"""Scenario 13: replicas are restarted one after the other; no client notices."""

import asyncio
import signal
import time
from pathlib import Path

from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.scenario import run_scenario
from chaos.size import sized

ORDERLY_EXITS = (0, -signal.SIGTERM)


@on(EMBEDDED, REPLICAS, short=[REPLICAS])
async def test_a_rolling_restart_under_load_loses_nothing(
    tmp_path: Path, kind: Kind
) -> None:
    rounds = sized(4, 1)
    cluster = Cluster(tmp_path, kind)
    stop_seconds = list[float]()

    async with run_scenario(13, cluster) as scenario:
        await scenario.publish()

        async def restart_all() -> None:
            for replica in cluster.replicas * rounds:
                await scenario.until_accepted(5)
                deaths = len(replica.deaths)
                began_at = time.monotonic()

                replica.signal(signal.SIGTERM)
                await replica.died(deaths + 1)
                stop_seconds.append(time.monotonic() - began_at)

                await replica.up()
                scenario.count_hit("restarts")

        faults = asyncio.create_task(restart_all())
        await scenario.load(sized(300, 30), faults)
        await scenario.finish()

    longest = max(stop_seconds)
    scenario.judge(
        f"SIGTERM under load; {longest:.1f} s at most to leave", faults=cluster.deaths
    )
    codes = [code for replica in cluster.replicas for code in replica.deaths]
    assert all(code in ORDERLY_EXITS for code in codes), codes
