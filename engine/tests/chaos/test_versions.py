"""Scenario 14: replicas of two versions work on the same stores, there and back.

The version before is that of VERSION_BEFORE, a commit; by default the one that was
accepted last, whose data is kept in tests/upgrades. Its source is taken out of git, and
runs with the packages that it was locked to. `make test-versions` runs it: not a part
of `make check`.
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
from chaos.supervised import PYTHON
from upgrades.packages import KEPT as KEPT_VERSIONS
from upgrades.packages import version_of
from upgrades.record import PREVIOUS, ROOT, environment_of

ORDERLY_EXITS = (0, -signal.SIGTERM)
KEPT = (PREVIOUS / "COMMIT").read_text("utf-8").strip()
COMMIT = os.environ.get("VERSION_BEFORE") or KEPT
TASKS_BETWEEN = 5


Environment = dict[str, str]
"""With what a process is one of a version."""

HERE: Environment = {
    "PYTHONPATH": environment_of(ROOT)["PYTHONPATH"],
    PYTHON: sys.executable,
}


@pytest.fixture(scope="module")
def before() -> Environment:
    """The version before this one, with its own packages."""
    version = version_of(COMMIT)
    # Else both would be the same one, and nothing proven.
    for found in found_with(str(version.python), version.path):
        assert found.startswith(str(KEPT_VERSIONS)), found
    return {"PYTHONPATH": version.path, PYTHON: str(version.python)}


def found_with(python: str, path: str) -> list[str]:
    """Where Python finds the engine then, and a package."""
    code = "import engine, pydantic; print(engine.__file__, pydantic.__file__)"
    environment = {**os.environ, "PYTHONPATH": path}
    told = subprocess.run(
        (python, "-c", code), check=True, capture_output=True, env=environment
    )
    return told.stdout.decode().split()


def commits_between() -> str:
    """How far the version before is from this one: next to nothing proves little."""
    words = ("git", "-C", str(ROOT), "rev-list", "--count", f"{COMMIT}..HEAD")
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    return told.stdout.strip()


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
async def test_two_versions_at_once_lose_nothing(
    tmp_path: Path, kind: Kind, before: Environment
) -> None:
    cluster = Cluster(tmp_path, kind, **before)

    async with run_scenario(14, cluster) as scenario:
        await scenario.publish()

        async def there_and_back() -> None:
            await replace_all(scenario, cluster, **HERE)
            await replace_all(scenario, cluster, **before)

        faults = asyncio.create_task(there_and_back())
        await scenario.load(sized(300, 60), faults)
        await scenario.finish()

    scenario.judge(
        f"each replica replaced, from {COMMIT} to this version, "
        f"{commits_between()} commits later, and back",
        faults=cluster.deaths,
    )
    codes = [code for replica in cluster.replicas for code in replica.deaths]
    assert all(code in ORDERLY_EXITS for code in codes), codes
