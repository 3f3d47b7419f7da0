"""Scenario 1: nothing that was acknowledged is lost, whenever the engine is killed."""

import asyncio
import signal
from pathlib import Path

import pytest
from chaos.cluster import EMBEDDED, MANY, ONE, Cluster, Kind, on
from chaos.size import sized
from chaos.trial import Trial


@on(EMBEDDED, ONE, MANY, short=[EMBEDDED, MANY])
@pytest.mark.timeout(900)
async def test_every_accepted_task_survives_kills(tmp_path: Path, kind: Kind) -> None:
    kills, tasks = sized(50, 3), sized(500, 40)
    async with Trial(1, Cluster(tmp_path, kind)) as trial:
        await trial.publish()

        async def kill() -> None:
            for _ in range(kills):
                await trial.told(trial.chance.randint(1, 2 * tasks // kills - 1))
                await trial.chance.choice(await trial.cluster.one_up()).kill()

        await trial.load(tasks, asyncio.create_task(kill()), many=32)
        await trial.cluster.up()
        await trial.settle()

    deaths = [code for one in trial.cluster.replicas for code in one.deaths]
    trial.hits["kills"] = deaths.count(-signal.SIGKILL)
    trial.judge("SIGKILL of replicas, again and again", faults=len(deaths))
