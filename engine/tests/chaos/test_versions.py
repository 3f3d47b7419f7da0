"""Scenario 14: replicas of two versions work on the same stores, there and back.

The version before is that of VERSION_BEFORE, a commit; by default the one whose data is
kept in tests/upgrades. Its source is taken out of git and runs with the packages that
are installed here. `make test-versions` runs it: not a part of `make check`.
"""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from chaos.cluster import REPLICAS, Cluster, Kind, on
from chaos.scenario import Scenario, run_scenario
from chaos.size import sized
from upgrades.record import PREVIOUS, ROOT, environment_of, take_out

ORDERLY_EXITS = (0, -signal.SIGTERM)
KEPT = (PREVIOUS / "COMMIT").read_text("utf-8").strip()
COMMIT = os.environ.get("VERSION_BEFORE") or KEPT
TASKS_BETWEEN = 5


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The PYTHONPATH with which Python finds the version before this one."""
    folder = tmp_path_factory.mktemp("before")
    take_out(COMMIT, folder)
    path = environment_of(folder)["PYTHONPATH"]
    # Else both would be the same one, and nothing proven.
    assert str(folder) in found_with(path)
    return path


def found_with(path: str) -> str:
    """Where Python finds the engine then."""
    words = (sys.executable, "-c", "import engine; print(engine.__file__)")
    environment = {**os.environ, "PYTHONPATH": path}
    told = subprocess.run(words, check=True, capture_output=True, env=environment)
    return told.stdout.decode()


async def replace_all(scenario: Scenario, cluster: Cluster, **environment: str) -> None:
    """One replica after the other, while tasks run on all of them."""
    for replica in cluster.replicas:
        await scenario.until_accepted(TASKS_BETWEEN)
        replica.become(**{**cluster.settings, **environment})
        deaths = len(replica.deaths)
        replica.signal(signal.SIGTERM)
        await replica.died(deaths + 1)
        await replica.up()
        # Both versions take starts, results and turns of each other meanwhile.
        await scenario.until_accepted(TASKS_BETWEEN)
        scenario.count_hit("replacements")


@on(REPLICAS)
@pytest.mark.versions
@pytest.mark.timeout(900)
async def test_two_versions_at_once_lose_nothing(
    tmp_path: Path, kind: Kind, before: str
) -> None:
    cluster = Cluster(tmp_path, kind, PYTHONPATH=before)

    async with run_scenario(14, cluster) as scenario:
        await scenario.publish()

        async def there_and_back() -> None:
            here = environment_of(ROOT)["PYTHONPATH"]
            await replace_all(scenario, cluster, PYTHONPATH=here)
            await replace_all(scenario, cluster, PYTHONPATH=before)

        faults = asyncio.create_task(there_and_back())
        await scenario.load(sized(300, 60), faults)
        await scenario.finish()

    scenario.judge(
        f"each replica replaced, from {COMMIT} to this version and back",
        faults=cluster.deaths,
    )
    codes = [code for replica in cluster.replicas for code in replica.deaths]
    assert all(code in ORDERLY_EXITS for code in codes), codes
