"""A replica is killed while it starts the task of a schedule: another one goes on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import external
import pytest
from documents import end, entry, pipeline
from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.mongo.schedules import MongoScheduleStore
from engine.domain.schedule import Missed, Schedule, Wish
from real_replicas import replica

from servers.waiting import block_until, until

pytestmark = pytest.mark.external

DOCUMENT = pipeline(entry("end", id_="e", route="report", body={}), end())
EVERY_HOUR = Wish(
    route="report",
    cron="0 * * * *",
    timezone="UTC",
    input={},
    paused=False,
    missed=Missed.ONCE,
)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_killed_replica_costs_no_task_and_makes_none_twice(
    tmp_path: Path, moment: str
) -> None:
    cluster = external.cluster()
    due_at = datetime.now(UTC) - timedelta(seconds=1)
    schedule = Schedule(
        id="s", wish=EVERY_HOUR, created_at=due_at, next_at=due_at, revision=1
    )
    point = f"frames.insert {moment} 1 SIGKILL"
    async with MongoDatabase(cluster["mongo_url"]) as database:
        store = MongoScheduleStore(database)
        with replica(tmp_path, cluster, killed=point) as first:
            first.post("/services", json=DOCUMENT).raise_for_status()

            await store.add(schedule)

            block_until(lambda: first.process.poll() == -9)
        assert (await store.get("s")).next_at == due_at

        with replica(tmp_path, cluster) as second:

            async def seen_to() -> bool:
                return (await store.get("s")).next_at != due_at

            await until(seen_to)
            tasks = second.get("/tasks").json()["items"]
            known = await store.get("s")
    assert [task["id"] for task in tasks] == [known.last_task]
    assert known.last_error is None
