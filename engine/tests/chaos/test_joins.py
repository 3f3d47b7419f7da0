"""Scenario 4: whatever comes at the same instant, a join starts once."""

from pathlib import Path

import pytest
from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.size import sized
from chaos.trial import Trial

WIDTH = 20
INSTANT = 0.010  # seconds


@on(EMBEDDED, MANY, short=[MANY])
@pytest.mark.timeout(600)
async def test_a_join_of_twenty_results_at_once_fires_once(
    tmp_path: Path, kind: Kind
) -> None:
    tasks = sized(200, 20)
    async with Trial(4, Cluster(tmp_path, kind)) as trial:
        await trial.publish(routes.fan(trial.way("together", of=WIDTH), WIDTH))

        async def one(number: int) -> None:
            told = await trial.clients.start("fan", number)
            await trial.clients.follow(told.task)

        await each(range(tasks), one, many=2)
        await trial.settle()

    bursts = [burst for burst in trial.logs.bursts if burst.count == WIDTH]
    fast = [burst for burst in bursts if burst.spread < INSTANT]
    trial.hits["times 20 results within 10 ms"] = len(fast)
    trial.judge("20 branches call back at once")
