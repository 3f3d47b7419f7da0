"""Scenario 3: a replica that was away for long finds that others did its work."""

import asyncio
import signal
from functools import partial
from pathlib import Path

import pytest
from chaos.cluster import MANY, Cluster, Kind, on
from chaos.failpoints import SLEEP, FailPoint, hits
from chaos.kept import until
from chaos.size import sized
from chaos.trial import Trial

LEASES = 35.0  # seconds: a share of the work is lost after 3.5, an event after 30
SHARE = 8.0  # longer than the shorter of them


@on(MANY)
@pytest.mark.timeout(900)
async def test_stale_writes_of_a_frozen_replica_are_refused(
    tmp_path: Path, kind: Kind
) -> None:
    rounds, seconds = sized(3, 1), sized(int(LEASES), int(SHARE))
    cluster = Cluster(tmp_path, kind)
    # each replica in turn stops in the middle of a turn: decided, not yet saved
    points = [FailPoint("frames.save", "before", 15 + n, SLEEP) for n in range(rounds)]
    witnesses = cluster.watch(*points)

    def asleep() -> int:
        return sum("SIGSTOP" in line for file in witnesses for line in hits(file))

    async with Trial(3, cluster) as trial:
        await trial.publish()

        async def freeze_and_thaw() -> None:
            for round_ in range(1, rounds + 1):
                await until(partial(lambda wanted: asleep() >= wanted, round_))
                await asyncio.sleep(seconds)  # the fault itself
                for replica in cluster.replicas:
                    replica.signal(signal.SIGCONT)

        await trial.load(sized(300, 60), asyncio.create_task(freeze_and_thaw()))
        await trial.settle()

    lines = [line for file in witnesses for line in hits(file)]
    trial.hits["freezes in the middle of a turn"] = asleep()
    trial.hits["stale writes refused"] = sum("refused" in line for line in lines)
    trial.judge(f"SIGSTOP for {seconds} s, then SIGCONT", faults=rounds)
    assert not cluster.deaths
