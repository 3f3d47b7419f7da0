"""One run of a scenario: starts everything, heals it, joins the logs, judges."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count, takewhile
from typing import Any, Self, cast

from chaos import report, routes
from chaos.checker import Allowed, Evidence, broken
from chaos.clients import Clients, each
from chaos.cluster import Cluster
from chaos.kept import Kept, until
from chaos.logs import Content, Json, Logs, blobs_in
from chaos.services import checksum
from chaos.size import SEED
from engine.adapters.choice import chosen
from engine.domain.errors import Unknown
from engine.ports import BlobStore
from engine.settings import Settings

from servers.server import free_port

REST = 5.0  # seconds between two tasks of a client that has done its share
QUIET = 45.0  # seconds without any change: 30 of the promise, and a busy machine


@dataclass
class Trial:
    """What a scenario holds. Leaving it stops everything; then `judge`."""

    number: int
    cluster: Cluster
    logs: Logs = field(default_factory=Logs)
    hits: dict[str, int] = field(default_factory=dict)
    """Which faults hit, and how often: proven, not intended."""

    routes: Sequence[str] = ("knot", "knot", "parcel", "row")
    """What the usual tasks are."""

    async def __aenter__(self) -> Self:
        print(f"seed of the choices: {SEED} (CHAOS_SEED)")
        self.chance, self._began = random.Random(SEED), time.monotonic()
        folder, port = self.cluster.folder, free_port()
        self._services_log = folder / "services.jsonl"
        self._services_log.touch()
        arguments = "chaos.serve", str(port), str(self._services_log)
        self.services = Kept(folder / "services.log", *arguments)
        self._services_url = f"http://127.0.0.1:{port}"
        self.clients = Clients(self.cluster.url, self.chance, self.logs)
        self._documents: dict[str, Json] = {}
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.cluster)
            await stack.enter_async_context(self.services)
            await stack.enter_async_context(self.clients)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exception: object) -> None:
        try:
            await self.cluster.stop()
            await self._read_blobs()
        finally:
            await self._stack.aclose()
        self.logs.read_services(self._services_log)

    def way(self, name: str, **query: object) -> str:
        """The address of an operation that behaves so."""
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return f"{self._services_url}/{name}{'?' * bool(asked)}{asked}"

    async def publish(self, *documents: Json) -> None:
        """Publish pipelines; without any: the usual ones, served politely."""
        polite = self.way("polite")
        usual = routes.row(polite), routes.knot(polite), routes.parcel(polite)
        for document in documents or usual:
            self._documents[document["nodes"][0]["api"]["route"]] = document
            await self.clients.publish(document)

    async def task(self, number: int) -> None:
        """Start one of the usual tasks, and follow it to its end."""
        route = self.chance.choice(self.routes)
        push = self.way("pushed") if self.chance.random() < 0.2 else None
        told = await self.clients.start(route, number, push)
        await self.clients.follow(told.task)

    async def load(
        self, at_least: int, faults: "asyncio.Task[Any]", many: int = 16
    ) -> None:
        """Keep the engine busy: so many tasks, then fewer until the faults are over."""
        going_on = takewhile(lambda n: n <= at_least or not faults.done(), count(1))

        async def one(number: int) -> None:
            await self.task(number)
            if number > at_least:
                await asyncio.sleep(REST)

        await each(going_on, one, many)
        await faults

    def count(self, fault: str, times: int = 1) -> None:
        """A fault hit."""
        self.hits[fault] = self.hits.get(fault, 0) + times

    async def told(self, more: int) -> None:
        """Wait until so many more tasks were acknowledged."""
        wanted = len(self.logs.told) + more
        await until(lambda: len(self.logs.told) >= wanted)

    async def refused(self, more: int) -> None:
        """Wait until so many more requests were answered 503."""
        wanted = self.clients.refusals["503"] + more
        await until(lambda: self.clients.refusals["503"] >= wanted)

    async def settle(self) -> None:
        """Everything is healed: wait for every task's end, then write it all down."""
        healed, moved = time.monotonic(), time.monotonic()
        states, open_ = dict[str, int](), {told.task for told in self.logs.told}
        while open_:
            for task in sorted(open_):
                raw = await self.clients.raw(task)
                state = hash(repr(raw))
                if states.get(task) != state:
                    states[task], moved = state, time.monotonic()
                if raw is None or raw["status"] != "running":
                    open_.discard(task)
            if time.monotonic() - moved > QUIET:
                self.logs.stuck += sorted(open_)
                break
            await asyncio.sleep(0.2)
        self.healing = time.monotonic() - healed
        await self._pushes()
        await each([told.task for told in self.logs.told], self._record)
        self.logs.listed = await self.clients.listed()
        for task in self.logs.erased:
            self.logs.erased[task] = await self.clients.raw(task)

    async def _record(self, task: str) -> None:
        if task not in self.logs.stuck:
            await self.clients.look(task)
        self.logs.recorded[task] = await self.clients.raw(task)

    async def _pushes(self) -> None:
        """Wait for the end results that are still on their way."""
        wanted = {told.push for told in self.logs.told if told.push}

        def pushed() -> bool:
            return wanted <= {one.id for one in self.services_saw().pushed}

        with suppress(TimeoutError):  # then the checker tells which are missing
            await until(pushed, QUIET, every=0.5)

    def services_saw(self) -> Logs:
        """What the services have written down until now."""
        logs = Logs()
        logs.read_services(self._services_log)
        return logs

    def judge(self, did: str, **allowed: Any) -> None:
        """Everything has stopped: check all promises, and add a row to the report."""
        evidence = Evidence(self.logs, self._documents, Allowed(**allowed))
        found = broken(evidence)
        missed = [fault for fault, times in self.hits.items() if not times]
        report.add(
            scenario=self.number,
            on=str(self.cluster.kind),
            did=did,
            hits=self.hits,
            tasks=len(self.logs.told),
            outcome=outcome(found, missed),
            healing=self.healing,
            seconds=time.monotonic() - self._began,
        )
        assert not missed, f"these faults never hit: {missed}"
        assert not found, "\n".join(found[:50])

    async def _read_blobs(self) -> None:
        """Read every blob that the engine refers to, from the store itself."""
        settings = Settings.from_environment(self.cluster.settings)
        adapters = chosen(settings)
        raws = [raw for raw in self.logs.recorded.values() if raw]
        found = {blob["$blob"]: blob for raw in raws for blob in blobs_in(raw)}
        async with AsyncExitStack() as stack:
            if found:
                await stack.enter_async_context(cast(Any, adapters.blobs))
            await each(found.values(), partial(self._read_blob, adapters.blobs))

    async def _read_blob(self, store: BlobStore, blob: Json) -> None:
        key, found = blob["$blob"], None
        with suppress(Unknown):
            content = b"".join([piece async for piece in store.read(key)])
            found = checksum(content)
        self.logs.contents.append(Content(key, blob["name"], found))


def outcome(found: list[str], missed: list[str]) -> str:
    """In few words what a run showed."""
    broken_ = Counter(said.partition(":")[0] for said in found)
    told = [f"{times} × {name} broken" for name, times in broken_.items()]
    return "; ".join(told + [f"no {fault} hit" for fault in missed]) or "held"
