"""An engine as operators run it: replicas behind one port, and the servers they need.

The embedded engine is the case of one replica and no servers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from chaos.failpoints import FailPoint
from chaos.size import FULL, sized
from chaos.supervised import SupervisedProcess

from servers.mongo import Mongo
from servers.nats import Nats
from servers.ports import free_port
from servers.s3 import S3
from servers.server import Control
from servers.waiting import until

ENGINE_SETTINGS = {
    "SECRET": "the same secret for all the replicas",
    "PIPELINES_DIR": "/nonexistent",
    # A service that was killed took its work with it: the work is given out again
    # after this time, so it bounds how long a scenario takes.
    "TIMEOUT": "20s",
    "RETRY": "6",
}

LOG_LINES_IN_ERRORS = 30


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How an engine is set up."""

    replicas: int = 1
    servers: bool = False

    def __str__(self) -> str:
        if not self.servers:
            return "embedded"
        plural = "s" if self.replicas > 1 else ""
        return f"{self.replicas} replica{plural}"


EMBEDDED = Kind()
ONE_REPLICA = Kind(servers=True)
REPLICAS = Kind(replicas=sized(3, 2), servers=True)


def on(*kinds: Kind, short: Sequence[Kind] = ()) -> pytest.MarkDecorator:
    """Run a scenario on each of these; `short`: on these alone in a short run."""
    chosen = tuple(short) if short and not FULL else kinds

    parameters = []
    for kind in chosen:
        marks = [pytest.mark.external] if kind.servers else []
        parameters.append(pytest.param(kind, id=str(kind), marks=marks))
    return pytest.mark.parametrize("kind", parameters)


class Stores:
    """MongoDB, S3 and NATS of one cluster, started side by side."""

    def __init__(self, folder: Path, nodes: int = 1) -> None:
        self.mongo = Mongo(folder / "mongo", nodes)
        self.s3 = S3(folder / "s3")
        self.nats = Nats(folder / "nats")

    @property
    def all(self) -> Sequence[Control]:
        return self.mongo, self.s3, self.nats

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(asyncio.to_thread(one.start) for one in self.all))
        return self

    async def __aexit__(self, *exception: object) -> None:
        # Killed, not stopped: their data is not needed any more.
        await asyncio.gather(*(asyncio.to_thread(one.kill) for one in self.all))

    def settings(self) -> dict[str, str]:
        """Where an engine finds them."""
        return {
            "MONGO_URL": self.mongo.url,
            "S3_URL": self.s3.url,
            "NATS_URL": self.nats.url,
        }


class Cluster:
    """The replicas; each is started again when it dies.

    The fail-points are shared among the replicas; each writes its hits into one of
    `fail_point_logs`.
    """

    def __init__(
        self,
        folder: Path,
        kind: Kind = EMBEDDED,
        *,
        stores: Stores | None = None,
        fail_points: Sequence[FailPoint] = (),
        **settings: str,
    ) -> None:
        self.folder = folder
        self.kind = kind

        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._stores = (stores or Stores(folder)) if kind.servers else None

        self.settings: Mapping[str, str] = {
            **ENGINE_SETTINGS,
            "PORT": str(port),
            "REUSE_PORT": str(int(kind.replicas > 1)),
            "DATA_DIR": str(folder / "data"),
            **(self._stores.settings() if self._stores else {}),
            **settings,
        }

        numbers = range(kind.replicas)
        self.fail_point_logs = [folder / f"failpoints{number}" for number in numbers]
        self.replicas = [self._replica(number, fail_points) for number in numbers]
        self._running = AsyncExitStack()

    def _replica(
        self, number: int, fail_points: Sequence[FailPoint]
    ) -> SupervisedProcess:
        log = self.folder / f"replica{number}.log"
        if not fail_points:
            return SupervisedProcess(log, "engine.cli", "serve", **self.settings)

        share = fail_points[number :: self.kind.replicas]
        return SupervisedProcess(
            log,
            "chaos.replica",
            FAILPOINTS="\n".join(map(str, share)),
            FAILPOINT_LOG=str(self.fail_point_logs[number]),
            **self.settings,
        )

    @property
    def stores(self) -> Stores:
        """Its servers; the embedded engine has none."""
        assert self._stores
        return self._stores

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            if self._stores:
                await starting.enter_async_context(self._stores)
            for replica in self.replicas:
                replica.launch()
                starting.push_async_callback(replica.stop)
            await self.up()

            # Only now: a cluster that does not start must not leave processes behind.
            await self._running.enter_async_context(starting.pop_all())
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._running.aclose()

    async def stop(self) -> None:
        """End the replicas as an operator does; the servers stay."""
        await asyncio.gather(*(replica.stop() for replica in self.replicas))

    async def up(self) -> None:
        """Wait until every replica is ready."""
        await asyncio.gather(*(replica.up() for replica in self.replicas))

    async def one_up(self) -> list[SupervisedProcess]:
        """Wait until some replica is ready; those that are."""
        await until(lambda: any(replica.ready for replica in self.replicas))
        return [replica for replica in self.replicas if replica.ready]

    def assert_no_deaths(self) -> None:
        """Replicas that were not killed on purpose have not ended."""
        for replica in self.replicas:
            lines = replica.log.read_text(errors="replace").splitlines()
            end = lines[-LOG_LINES_IN_ERRORS:]
            assert not replica.deaths, "\n".join(
                [f"{replica.log}: {replica.deaths}", *end]
            )

    @property
    def deaths(self) -> int:
        """How often replicas ended before they were stopped."""
        return sum(len(replica.deaths) for replica in self.replicas)
