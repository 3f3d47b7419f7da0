"""Scenario 9: the disk under the embedded engine is full, and is freed again."""

import asyncio
import errno
import os
import resource
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.cluster import Cluster
from chaos.scenario import USUAL_ROUTES, run_scenario
from chaos.size import sized

SMALL_DISK_BYTES = 96 << 20

PAGE_BYTES = 4 << 10
"""The smallest piece that a file system gives out."""


class Disk(ABC):
    """What the engine keeps its data on."""

    @abstractmethod
    def fill(self, engine: int) -> None:
        """From now on nothing more can be written."""

    @abstractmethod
    def free(self, engine: int) -> None:
        """There is room again."""


class Small(Disk):
    """A file system of its own, in memory; only root can have it."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self, engine: int) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(PAGE_BYTES))
            except OSError as error:
                assert error.errno == errno.ENOSPC, error

    def free(self, engine: int) -> None:
        self._ballast.unlink()


class Rationed(Disk):
    """The system does not let the engine's files grow, as a quota does."""

    def fill(self, engine: int) -> None:
        _, hard = resource.prlimit(engine, resource.RLIMIT_FSIZE)
        resource.prlimit(engine, resource.RLIMIT_FSIZE, (PAGE_BYTES, hard))

    def free(self, engine: int) -> None:
        _, hard = resource.prlimit(engine, resource.RLIMIT_FSIZE)
        resource.prlimit(engine, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A small file system where that is allowed, else a ration."""
    folder.mkdir()
    is_root = os.geteuid() == 0
    options = ["-o", f"size={SMALL_DISK_BYTES}", "tmpfs", str(folder)]
    mount = ["mount", "-t", "tmpfs", *options]

    if not is_root or subprocess.run(mount).returncode:
        yield Rationed()
        return

    try:
        yield Small(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "small"

    # A loop whose item's frame could not be opened is looked at again after 20 s: too
    # long for a short run.
    usual_routes = sized(USUAL_ROUTES, ("binary", "sequence"))

    with small_disk(data) as disk:
        cluster = Cluster(tmp_path, DATA_DIR=str(data))
        async with run_scenario(9, cluster, usual_routes=usual_routes) as scenario:
            await scenario.publish()
            (engine,) = cluster.replicas

            async def fill_and_free() -> None:
                for _ in range(sized(5, 1)):
                    await scenario.until_accepted(20)
                    disk.fill(engine.pid)
                    await scenario.until_refused(5)
                    disk.free(engine.pid)

            faults = asyncio.create_task(fill_and_free())
            await scenario.load(sized(300, 40), faults)
            await scenario.finish()

    clients = scenario.clients
    scenario.hits["requests refused with 503"] = clients.refusals["503"]
    scenario.judge(f"a full disk ({type(disk).__name__.lower()})", faults=10)
    assert not clients.without_retry_after
    cluster.assert_no_deaths()
