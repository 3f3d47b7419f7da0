"""Scenario 9: the disk under the embedded engine is full, and is freed again."""

import asyncio
import errno
import os
import resource
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chaos.cluster import Cluster
from chaos.size import sized
from chaos.trial import Trial

SIZE = 96 << 20  # bytes of the small disk
GRAIN = 1 << 12


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
                    file.write(bytes(GRAIN))
            except OSError as error:
                assert error.errno == errno.ENOSPC, error

    def free(self, engine: int) -> None:
        self._ballast.unlink()


class Rationed(Disk):
    """The system lets the engine's files grow no more, as a quota does."""

    def fill(self, engine: int) -> None:
        _, hard = resource.prlimit(engine, resource.RLIMIT_FSIZE)
        resource.prlimit(engine, resource.RLIMIT_FSIZE, (GRAIN, hard))

    def free(self, engine: int) -> None:
        _, hard = resource.prlimit(engine, resource.RLIMIT_FSIZE)
        resource.prlimit(engine, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """The smallest that can be had here."""
    folder.mkdir()
    options = ["-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", *options]).returncode:
        yield Rationed()
        return
    try:
        yield Small(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("small", [disk], ids=["disk"])
async def test_a_full_disk_loses_nothing(
    tmp_path: Path, small: Callable[[Path], Iterator[Disk]]
) -> None:
    data = tmp_path / "small"
    with disk(data) as place:
        async with Trial(9, Cluster(tmp_path, DATA_DIR=str(data))) as trial:
            await trial.publish()
            # who could not open an item's frame looks again after 20 s
            trial.routes = sized(trial.routes, ("parcel", "row"))
            clients, (engine,) = trial.clients, trial.cluster.replicas

            async def fill_and_free() -> None:
                for _ in range(sized(5, 1)):
                    await trial.told(20)
                    place.fill(engine.pid)
                    await trial.refused(5)
                    place.free(engine.pid)

            await trial.load(sized(300, 40), asyncio.create_task(fill_and_free()))
            await trial.settle()

    trial.hits["requests refused with 503"] = clients.refusals["503"]
    trial.judge(f"a full disk ({type(place).__name__.lower()})", faults=10)
    assert not clients.without_retry_after
    trial.cluster.nobody_died()
