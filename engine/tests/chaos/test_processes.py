"""Any one process may be pulled out from under many running tasks."""

import asyncio
from pathlib import Path

import pytest
from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, Stores, on
from chaos.kept import until
from chaos.size import sized
from chaos.trial import Trial

SECONDS = sized(5, 2)  # that a service works


async def pull(trial: Trial, stores: Stores | None) -> None:
    """Kill one process of each kind, one after the other; each comes back."""
    await trial.cluster.replicas[-1].kill()
    trial.count("replicas killed")
    await trial.services.kill()
    trial.count("services killed")
    await trial.services.up()
    for name in ("mongo", "nats", "s3") if stores else ():
        server = getattr(stores, name)
        one = await asyncio.to_thread(server.primary) if name == "mongo" else server
        await asyncio.to_thread(one.kill)
        await asyncio.to_thread(one.start)
        trial.count(f"{name} killed")
    await trial.cluster.up()


@on(EMBEDDED, MANY, short=[MANY])
@pytest.mark.timeout(900)
async def test_a_thousand_running_tasks_lose_any_process(
    tmp_path: Path, kind: Kind
) -> None:
    tasks = sized(1000, 100)
    stores = Stores(tmp_path, nodes=3) if kind.servers else None
    async with Trial(
        12, Cluster(tmp_path, kind, stores, TIMEOUT=f"{6 * SECONDS}s")
    ) as trial:
        await trial.publish(routes.row(trial.way("polite", delay=SECONDS)))
        running = trial.logs.told

        async def start(number: int) -> None:
            await trial.clients.start("row", number)

        starting = asyncio.create_task(each(range(tasks), start))
        await until(lambda: len(running) >= tasks // 2)
        await pull(trial, stores)
        await starting
        await trial.settle()

    trial.judge(f"{tasks:,} running tasks", faults=sum(trial.hits.values()))
