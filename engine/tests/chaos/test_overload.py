"""Scenario 11: ten times as much as the engine can do."""

import asyncio
import time
from pathlib import Path

from chaos.clients import each
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.scenario import run_scenario
from chaos.size import sized


@on(EMBEDDED, REPLICAS, short=[REPLICAS])
async def test_ten_times_the_load_is_refused_in_part_and_drains(
    tmp_path: Path, kind: Kind
) -> None:
    cluster = Cluster(tmp_path, kind, MAX_STARTS="10", TIMEOUT="5m")

    async with run_scenario(11, cluster) as scenario:
        await scenario.publish()

        measured = sized(200, 30)
        began_at = time.monotonic()
        await each(range(measured), scenario.run_task)
        rate = measured / (time.monotonic() - began_at)

        seconds = sized(5, 2)
        per_second = int(10 * rate)

        # So many clients would take the CPU time from the engine.
        scenario.clients.be_patient(look_seconds=10.0, patience_seconds=600.0)

        async def start_in_second(second: int) -> None:
            await asyncio.sleep(second)
            first = measured + second * per_second
            numbers = range(first, first + per_second)
            await asyncio.gather(*map(scenario.run_task, numbers))

        await asyncio.gather(*map(start_in_second, range(seconds)))
        await scenario.finish()

    clients = scenario.clients
    scenario.hits["refusals"] = clients.refusals["503"] + clients.refusals["429"]
    scenario.judge(
        f"{per_second} tasks a second for {seconds} s, {rate:.0f} are possible"
    )
    assert not clients.without_retry_after
