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
from chaos.kept import Kept, until
from chaos.size import FULL, sized

from servers.mongo import Mongo
from servers.nats import Nats
from servers.s3 import S3
from servers.server import Control, free_port

USUAL = {
    "SECRET": "the same for all replicas",
    "PIPELINES_DIR": "/nonexistent",
    "TIMEOUT": "20s",
    "RETRY": "6",
}


@dataclass(frozen=True)
class Kind:
    """How an engine is set up."""

    replicas: int = 1
    servers: bool = False

    def __str__(self) -> str:
        if not self.servers:
            return "embedded"
        return f"{self.replicas} replica{'s' * (self.replicas > 1)}"


EMBEDDED, ONE, MANY = Kind(), Kind(1, servers=True), Kind(sized(3, 2), servers=True)


def on(*kinds: Kind, short: Sequence[Kind] = ()) -> pytest.MarkDecorator:
    """Run a scenario on each of these; `short`: on these alone in a short run."""
    kinds = tuple(short) if short and not FULL else kinds
    rows = [
        pytest.param(
            kind, id=str(kind), marks=[pytest.mark.external] if kind.servers else []
        )
        for kind in kinds
    ]
    return pytest.mark.parametrize("kind", rows)


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
        # nothing of it is wanted any more: no need to be gentle
        await asyncio.gather(*(asyncio.to_thread(one.kill) for one in self.all))

    def settings(self) -> dict[str, str]:
        """Where an engine finds them."""
        where = self.mongo.url, self.s3.url, self.nats.url
        return dict(zip(("MONGO_URL", "S3_URL", "NATS_URL"), where, strict=True))


class Cluster:
    """The replicas; each dies and is started again by itself."""

    def __init__(
        self,
        folder: Path,
        kind: Kind = EMBEDDED,
        stores: Stores | None = None,
        **settings: str,
    ) -> None:
        self.folder, self.kind, port = folder, kind, free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._stores = (stores or Stores(folder)) if kind.servers else None
        where = self._stores.settings() if self._stores else {}
        self.settings: Mapping[str, str] = {
            **USUAL,
            "PORT": str(port),
            "REUSE_PORT": str(int(kind.replicas > 1)),
            "DATA_DIR": str(folder / "data"),
            **where,
            **settings,
        }
        self.replicas = [
            Kept(
                folder / f"replica{number}.log", "engine.cli", "serve", **self.settings
            )
            for number in range(kind.replicas)
        ]

    @property
    def stores(self) -> Stores:
        """Its servers; the embedded engine has none."""
        assert self._stores
        return self._stores

    def watch(self, *points: FailPoint) -> Sequence[Path]:
        """Share the fail-points among the replicas; the files of their witnesses."""
        files = []
        for number, replica in enumerate(self.replicas):
            share = points[number :: len(self.replicas)]
            files.append(self.folder / f"witness{number}")
            replica.module = "chaos.replica"
            replica.environment["WITNESS"] = str(files[-1])
            replica.environment["FAILPOINTS"] = "\n".join(map(str, share))
        return files

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            if self._stores:
                await stack.enter_async_context(self._stores)
            for one in self.replicas:
                one.launch()
                stack.push_async_callback(one.stop)
            await self.up()
            self._stack = stack.pop_all()
        return self

    async def stop(self) -> None:
        """End the replicas as an operator does; the servers stay."""
        await asyncio.gather(*(one.stop() for one in self.replicas))

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()

    async def up(self) -> None:
        """Wait until every replica is ready."""
        await asyncio.gather(*(one.up() for one in self.replicas))

    async def one_up(self) -> list[Kept]:
        """Wait until some replica is ready; those that are."""
        await until(lambda: any(one.ready for one in self.replicas))
        return [one for one in self.replicas if one.ready]

    def nobody_died(self) -> None:
        """Replicas that nobody killed have not ended."""
        for one in self.replicas:
            words = one.log.read_text(errors="replace").splitlines()[-30:]
            assert not one.deaths, "\n".join([f"{one.log}: {one.deaths}", *words])

    @property
    def deaths(self) -> int:
        """How often replicas ended that should not."""
        return sum(len(one.deaths) for one in self.replicas)
