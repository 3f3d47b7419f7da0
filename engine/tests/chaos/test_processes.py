"""Scenario 12: any one process may be killed under many running tasks."""

import asyncio
from pathlib import Path

from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, Stores, on
from chaos.scenario import Scenario, run_scenario
from chaos.size import sized

from servers.server import Control
from servers.waiting import until

WORK_SECONDS = sized(5, 2)
"""What a service takes for one call."""


async def kill_one_of_each(scenario: Scenario, stores: Stores | None) -> None:
    """Kill one process of each kind, one after the other; each comes back."""
    await scenario.cluster.replicas[-1].kill()
    scenario.count_hit("replicas killed")

    await scenario.services.kill()
    scenario.count_hit("services killed")
    await scenario.services.up()

    if stores:
        primary = await asyncio.to_thread(stores.mongo.primary)
        servers: dict[str, Control] = {
            "mongo": primary,
            "nats": stores.nats,
            "s3": stores.s3,
        }
        for name, server in servers.items():
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            scenario.count_hit(f"{name} killed")

    await scenario.cluster.up()


@on(EMBEDDED, REPLICAS, short=[REPLICAS])
async def test_a_thousand_running_tasks_lose_any_process(
    tmp_path: Path, kind: Kind
) -> None:
    tasks = sized(1000, 100)
    stores = Stores(tmp_path, nodes=3) if kind.servers else None
    timeout = f"{6 * WORK_SECONDS}s"
    cluster = Cluster(tmp_path, kind, stores=stores, TIMEOUT=timeout)

    async with run_scenario(12, cluster) as scenario:
        polite = scenario.address_of("polite", delay=WORK_SECONDS)
        await scenario.publish(routes.sequence(polite))

        async def start(number: int) -> None:
            await scenario.clients.start("sequence", number)

        starting = asyncio.create_task(each(range(tasks), start))
        await until(lambda: len(scenario.logs.accepted) >= tasks // 2)
        await kill_one_of_each(scenario, stores)
        await starting
        await scenario.finish()

    all_faults = sum(scenario.hits.values())
    scenario.judge(f"{tasks:,} running tasks", faults=all_faults)
