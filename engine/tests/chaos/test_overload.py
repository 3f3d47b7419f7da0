"""Scenario 11: ten times as much as the engine can do."""

import asyncio
import time
from pathlib import Path

import pytest
from chaos.clients import each
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.size import sized
from chaos.trial import Trial


@on(EMBEDDED, MANY, short=[MANY])
@pytest.mark.timeout(900)
async def test_ten_times_the_load_is_refused_in_part_and_drains(
    tmp_path: Path, kind: Kind
) -> None:
    async with Trial(
        11, Cluster(tmp_path, kind, MAX_STARTS="10", TIMEOUT="5m")
    ) as trial:
        await trial.publish()
        measured = sized(200, 30)
        began = time.monotonic()
        await each(range(measured), trial.task)
        rate = measured / (time.monotonic() - began)

        seconds, many = sized(5, 2), int(10 * rate)
        trial.clients.between, trial.clients.patience = 10.0, 600.0  # of so many

        async def second(number: int) -> None:
            await asyncio.sleep(number)
            first = measured + number * many
            await asyncio.gather(*map(trial.task, range(first, first + many)))

        await asyncio.gather(*map(second, range(seconds)))
        await trial.settle()

    clients = trial.clients
    trial.hits["refusals"] = clients.refusals["503"] + clients.refusals["429"]
    did = f"{many} tasks a second for {seconds} s, {rate:.0f} are possible"
    trial.judge(did)
    assert not clients.without_retry_after
