"""Scenario 6: primaries die and freeze, writes are applied and end in an error."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from chaos.cluster import MANY, Cluster, Kind, Stores, on
from chaos.size import sized
from chaos.trial import Trial

from servers.mongo import Mongo

APPLIED = {
    "failCommands": ["update", "insert"],
    "writeConcernError": {"code": 91, "errmsg": "the node is shutting down"},
}


async def kill_primary(mongo: Mongo) -> None:
    """The primary dies, another is elected; the dead one comes back and keeps up."""
    node = await asyncio.to_thread(mongo.primary)
    await asyncio.to_thread(node.kill)
    await asyncio.to_thread(mongo.primary)
    await asyncio.to_thread(node.start)


async def freeze_primary(mongo: Mongo, seconds: int) -> None:
    """The primary does nothing for a while, and does not know it afterwards."""
    node = await asyncio.to_thread(mongo.primary)
    node.freeze()
    await asyncio.sleep(seconds)  # the fault itself
    node.thaw()


async def fail_after_writing(mongo: Mongo, trial: Trial) -> int:
    """One write of ten is applied and answered with an error; how many were."""
    node = await asyncio.to_thread(mongo.primary)
    point = partial(node.command, "configureFailPoint", "failCommand")
    one_of_ten = partial(point, mode={"activationProbability": 0.1}, data=APPLIED)
    await asyncio.to_thread(one_of_ten)
    await trial.told(sized(60, 10))
    said = await asyncio.to_thread(partial(point, mode="off"))
    return int(said["count"])


@on(MANY)
@pytest.mark.timeout(900)
async def test_primaries_may_die_freeze_and_lie(tmp_path: Path, kind: Kind) -> None:
    kills, seconds = sized(20, 2), sized(30, 5)
    stores = Stores(tmp_path, nodes=3)
    async with Trial(6, Cluster(tmp_path, kind, stores)) as trial:
        await trial.publish()

        async def faults() -> None:
            for _ in range(kills):
                await trial.told(2)
                await kill_primary(stores.mongo)
                trial.count("primaries killed")
            await freeze_primary(stores.mongo, seconds)
            trial.count("primaries frozen")
            wrong = await fail_after_writing(stores.mongo, trial)
            trial.hits["errors after a write was applied"] = wrong

        await trial.load(sized(300, 40), asyncio.create_task(faults()))
        await trial.settle()

    many = sum(trial.hits.values())
    trial.judge(f"three nodes; a freeze of {seconds} s", faults=many)
    trial.cluster.nobody_died()
