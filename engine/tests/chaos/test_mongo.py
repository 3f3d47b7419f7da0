"""Scenario 6: primaries die and freeze, writes are applied and end in an error."""

import asyncio
from functools import partial
from pathlib import Path

from chaos.cluster import REPLICAS, Cluster, Kind, Stores, on
from chaos.scenario import Scenario, run_scenario
from chaos.size import sized

from servers.mongo import Mongo

# The fail point of MongoDB that applies a write and answers with an error.
APPLIED_WITH_ERROR = {
    "failCommands": ["update", "insert"],
    "writeConcernError": {"code": 91, "errmsg": "the node is shutting down"},
}
ONE_WRITE_OF_TEN = {"activationProbability": 0.1}


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


async def fail_after_writing(mongo: Mongo, scenario: Scenario) -> int:
    """One write of ten is applied and answered with an error; how many were."""
    node = await asyncio.to_thread(mongo.primary)
    fail_point = partial(node.command, "configureFailPoint", "failCommand")

    hits = 0
    # Among the few writes of a short run there may by chance be none.
    while not hits:
        await asyncio.to_thread(
            partial(fail_point, mode=ONE_WRITE_OF_TEN, data=APPLIED_WITH_ERROR)
        )
        await scenario.until_accepted(sized(60, 10))
        before = await asyncio.to_thread(partial(fail_point, mode="off"))
        hits += int(before["count"])
    return hits


@on(REPLICAS)
async def test_primaries_may_die_freeze_and_lie(tmp_path: Path, kind: Kind) -> None:
    kills = sized(20, 2)
    seconds = sized(30, 5)
    stores = Stores(tmp_path, nodes=3)
    cluster = Cluster(tmp_path, kind, stores=stores)

    async with run_scenario(6, cluster) as scenario:
        await scenario.publish()

        async def harm_primaries() -> None:
            for _ in range(kills):
                await scenario.until_accepted(2)
                await kill_primary(stores.mongo)
                scenario.count_hit("primaries killed")

            await freeze_primary(stores.mongo, seconds)
            scenario.count_hit("primaries frozen")

            wrong = await fail_after_writing(stores.mongo, scenario)
            scenario.hits["errors after a write was applied"] = wrong

        faults = asyncio.create_task(harm_primaries())
        await scenario.load(sized(300, 40), faults)
        await scenario.finish()

    all_faults = sum(scenario.hits.values())
    scenario.judge(f"three nodes; a freeze of {seconds} s", faults=all_faults)
    cluster.assert_no_deaths()
