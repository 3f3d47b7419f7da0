"""Scenario 13: replicas are restarted one after the other, and nobody notices."""

import asyncio
import signal
import time
from pathlib import Path

import pytest
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.size import sized
from chaos.trial import Trial

GENTLE = (0, -signal.SIGTERM)


@on(EMBEDDED, MANY, short=[MANY])
@pytest.mark.timeout(900)
async def test_a_rolling_restart_under_load_loses_nothing(
    tmp_path: Path, kind: Kind
) -> None:
    rounds, longest = sized(4, 1), 0.0
    async with Trial(13, Cluster(tmp_path, kind)) as trial:
        await trial.publish()

        async def restart() -> None:
            nonlocal longest
            for replica in trial.cluster.replicas * rounds:
                await trial.told(5)
                began, died = time.monotonic(), len(replica.deaths)
                replica.signal(signal.SIGTERM)
                await replica.died(died + 1)
                longest = max(longest, time.monotonic() - began)
                await replica.up()
                trial.count("restarts")

        await trial.load(sized(300, 30), asyncio.create_task(restart()))
        await trial.settle()

    many = trial.cluster.deaths
    trial.judge(f"SIGTERM under load; {longest:.1f} s at most to leave", faults=many)
    codes = [code for replica in trial.cluster.replicas for code in replica.deaths]
    assert all(code in GENTLE for code in codes), codes
