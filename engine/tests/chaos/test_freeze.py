"""Scenario 3: a replica that was frozen finds that others did its work."""

import asyncio
import signal
from functools import partial
from pathlib import Path

from chaos.cluster import REPLICAS, Cluster, Kind, on
from chaos.failpoints import BEFORE, FailPoint, hits
from chaos.scenario import run_scenario
from chaos.size import sized

from servers.waiting import until

# Others take over the work of a silent replica after 3.5 s, and get its events again
# after 30 s. A short run is longer than the first, a full run longer than both.
SHORT_FREEZE_SECONDS = 8
LONG_FREEZE_SECONDS = 35

# By then the replica is busy.
FIRST_FROZEN_SAVE = 15


@on(REPLICAS)
async def test_stale_writes_of_a_frozen_replica_are_refused(
    tmp_path: Path, kind: Kind
) -> None:
    rounds = sized(3, 1)
    seconds = sized(LONG_FREEZE_SECONDS, SHORT_FREEZE_SECONDS)

    # Each replica in turn stops in the middle of a turn: decided, but not saved yet.
    points = [
        FailPoint("frames.save", BEFORE, FIRST_FROZEN_SAVE + number, signal.SIGSTOP)
        for number in range(rounds)
    ]
    cluster = Cluster(tmp_path, kind, fail_points=points)

    def lines() -> list[str]:
        return [line for log in cluster.fail_point_logs for line in hits(log)]

    def frozen() -> int:
        return sum("SIGSTOP" in line for line in lines())

    async with run_scenario(3, cluster) as scenario:
        await scenario.publish()

        async def freeze_and_thaw() -> None:
            for round_ in range(1, rounds + 1):
                await until(
                    partial(lambda wanted: frozen() >= wanted, round_),
                    # Each look reads the logs.
                    look_seconds=0.05,
                    explain=lambda: f"{rounds} freezes, there were {frozen()}",
                )
                await asyncio.sleep(seconds)  # the fault itself
                for replica in cluster.replicas:
                    replica.signal(signal.SIGCONT)

        faults = asyncio.create_task(freeze_and_thaw())
        await scenario.load(sized(300, 60), faults)
        await scenario.finish()

    refused = sum("refused" in line for line in lines())
    scenario.hits["freezes in the middle of a turn"] = frozen()
    scenario.hits["stale writes refused"] = refused
    scenario.judge(f"SIGSTOP for {seconds} s, then SIGCONT", faults=rounds)
    assert not cluster.deaths
