"""One run of a scenario: starts everything, heals it, joins the logs, judges."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from itertools import count, takewhile
from pathlib import Path
from typing import Any, cast

from chaos import routes
from chaos.checker import broken
from chaos.clients import Clients, client_session, each
from chaos.cluster import Cluster
from chaos.evidence import Allowed, Evidence
from chaos.logs import BlobContent, Json, Logs, blobs_in
from chaos.report import SCENARIOS
from chaos.services import checksum
from chaos.size import SEED
from chaos.supervised import SupervisedProcess
from engine.adapters.choice import chosen
from engine.domain.errors import Unknown
from engine.ports import BlobStore
from engine.settings import Settings

from servers.ports import free_port
from servers.waiting import until

# Between two tasks of a client that has started its share: the faults may take longer
# than the tasks, and the machine must not be busy with ever more of them.
REST_SECONDS = 5.0

# Healing may take 30 s, as promised; the rest is for a busy machine. A task in which
# nothing changes for so long is stuck.
QUIET_SECONDS = 45.0

# Between two looks at all open tasks.
LOOK_SECONDS = 0.2
LOOK_FOR_PUSHES_SECONDS = 0.5

# The part of the tasks whose end result is pushed.
CHANCE_OF_A_PUSH = 0.2

USUAL_ROUTES = ("forked", "forked", "binary", "sequence")
"""The routes of the usual tasks. Half of them fork: most can go wrong there."""

MAX_REPORTED = 50
"""Of the broken promises, in the message of a failed test."""


class Scenario:
    """What a test does with the running cluster, and what is known of it."""

    def __init__(
        self,
        *,
        number: int,
        cluster: Cluster,
        clients: Clients,
        choices: random.Random,
        logs: Logs,
        services: SupervisedProcess,
        services_url: str,
        services_log: Path,
        usual_routes: Sequence[str],
        began_at: float,
    ) -> None:
        self.number = number
        self.cluster = cluster
        self.clients = clients
        self.choices = choices
        self.logs = logs
        self.services = services
        self._services_url = services_url
        self._services_log = services_log

        self._usual_routes = usual_routes
        self._began_at = began_at

        self.hits: dict[str, int] = {}
        """Which faults hit, and how often: proven, not intended."""

        self._documents: dict[str, Json] = {}
        self._healing_seconds = 0.0

    def address_of(self, behaviour: str, **query: object) -> str:
        """The address of a service's operation that behaves so."""
        address = f"{self._services_url}/{behaviour}"
        if query:
            address += "?" + "&".join(f"{key}={value}" for key, value in query.items())
        return address

    async def publish(self, *documents: Json) -> None:
        """Publish pipelines; without any: the usual ones, with polite services."""
        polite = self.address_of("polite")
        usual = (
            routes.sequence(polite),
            routes.forked(polite),
            routes.binary(polite),
        )
        for document in documents or usual:
            route = document["nodes"][0]["api"]["route"]
            self._documents[route] = document
            await self.clients.publish(document)

    async def run_task(self, number: int) -> None:
        """Start one of the usual tasks, and follow it to its end."""
        route = self.choices.choice(self._usual_routes)
        is_pushed = self.choices.random() < CHANCE_OF_A_PUSH
        push_url = self.address_of("pushed") if is_pushed else None

        accepted = await self.clients.start(route, number, push_url=push_url)
        await self.clients.follow(accepted.task)

    async def load(
        self, at_least: int, faults: "asyncio.Task[Any]", many: int = 16
    ) -> None:
        """Keep the engine busy: so many tasks, then fewer until the faults are over."""

        def goes_on(number: int) -> bool:
            return number <= at_least or not faults.done()

        async def one(number: int) -> None:
            await self.run_task(number)
            if number > at_least:
                await asyncio.sleep(REST_SECONDS)

        await each(takewhile(goes_on, count(1)), one, many)
        await faults

    def count_hit(self, fault: str, times: int = 1) -> None:
        """A fault hit."""
        self.hits[fault] = self.hits.get(fault, 0) + times

    async def until_accepted(self, more: int) -> None:
        """Wait until so many more tasks were accepted."""
        wanted = len(self.logs.accepted) + more
        await until(lambda: len(self.logs.accepted) >= wanted)

    async def until_refused(self, more: int) -> None:
        """Wait until so many more requests were answered 503."""
        wanted = self.clients.refusals["503"] + more
        await until(lambda: self.clients.refusals["503"] >= wanted)

    async def finish(self) -> None:
        """Everything is healed: wait for the end of all tasks, then record them."""
        healed_at = time.monotonic()
        await self._until_all_ended()
        self._healing_seconds = time.monotonic() - healed_at

        await self._until_all_pushed()
        await each([one.task for one in self.logs.accepted], self._record)

        self.logs.listed = await self.clients.listed()
        for task in self.logs.erased:
            self.logs.erased[task] = await self.clients.raw(task)

    async def _until_all_ended(self) -> None:
        """Wait for the end of each task; those that do not move are stuck."""
        open_tasks = {one.task for one in self.logs.accepted}
        last_states: dict[str, int] = {}
        moved_at = time.monotonic()

        while open_tasks:
            for task in sorted(open_tasks):
                raw = await self.clients.raw(task)
                state = hash(repr(raw))
                if last_states.get(task) != state:
                    last_states[task] = state
                    moved_at = time.monotonic()
                if raw is None or raw["status"] != "running":
                    open_tasks.discard(task)

            if time.monotonic() - moved_at > QUIET_SECONDS:
                self.logs.stuck += sorted(open_tasks)
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _until_all_pushed(self) -> None:
        """Wait for the end results that are still on their way."""
        wanted = {one.push_id for one in self.logs.accepted if one.push_id}

        def all_pushed() -> bool:
            return wanted <= {one.id for one in self.read_services_log().pushed}

        # If some do not come, the checker tells which.
        with suppress(TimeoutError):
            await until(
                all_pushed, seconds=QUIET_SECONDS, look_seconds=LOOK_FOR_PUSHES_SECONDS
            )

    async def _record(self, task: str) -> None:
        # A stuck task has no end to look at.
        if task not in self.logs.stuck:
            await self.clients.look(task)
        self.logs.recorded[task] = await self.clients.raw(task)

    def read_services_log(self) -> Logs:
        """What the services have written down until now."""
        logs = Logs()
        logs.read_services(self._services_log)
        return logs

    async def read_blobs(self) -> None:
        """Read every blob that the engine refers to, from the store itself."""
        raws = [raw for raw in self.logs.recorded.values() if raw]
        blobs = {blob["$blob"]: blob for raw in raws for blob in blobs_in(raw)}
        if not blobs:
            return

        settings = Settings.from_environment(self.cluster.settings)
        store = chosen(settings).blobs
        async with AsyncExitStack() as running:
            # Behind what times its calls.
            await running.enter_async_context(cast(Any, store).adapter)
            await each(blobs.values(), partial(self._read_blob, store))

    async def _read_blob(self, store: BlobStore, blob: Json) -> None:
        key = blob["$blob"]
        found = None
        with suppress(Unknown):
            content = b"".join([chunk async for chunk in store.read(key)])
            found = checksum(content)
        self.logs.blobs.append(BlobContent(key, blob["name"], found))

    def judge(self, did: str, **allowed: Any) -> None:
        """Everything has stopped: check all promises, and add a row to the report."""
        evidence = Evidence(self.logs, self._documents, Allowed(**allowed))
        found = broken(evidence)
        missed = [fault for fault, times in self.hits.items() if not times]

        SCENARIOS.add(
            scenario=self.number,
            on=str(self.cluster.kind),
            did=did,
            hits=self.hits,
            tasks=len(self.logs.accepted),
            outcome=outcome(found, missed),
            healing=self._healing_seconds,
            seconds=time.monotonic() - self._began_at,
        )

        assert not missed, f"these faults never hit: {missed}"
        assert not found, "\n".join(found[:MAX_REPORTED])


@asynccontextmanager
async def run_scenario(
    number: int, cluster: Cluster, *, usual_routes: Sequence[str] = USUAL_ROUTES
) -> AsyncIterator[Scenario]:
    """Start everything; at the end stop it, and read what is on disk."""
    print(f"seed of the choices: {SEED} (CHAOS_SEED)")
    began_at = time.monotonic()
    choices = random.Random(SEED)
    logs = Logs()

    services_port = free_port()
    services_log = cluster.folder / "services.jsonl"
    services_log.touch()
    services = SupervisedProcess(
        cluster.folder / "services.log",
        "chaos.serve",
        str(services_port),
        str(services_log),
    )

    async with cluster, services, client_session() as http:
        scenario = Scenario(
            number=number,
            cluster=cluster,
            clients=Clients(engine=cluster.url, http=http, choices=choices, logs=logs),
            choices=choices,
            logs=logs,
            services=services,
            services_url=f"http://127.0.0.1:{services_port}",
            services_log=services_log,
            usual_routes=usual_routes,
            began_at=began_at,
        )
        try:
            yield scenario
        finally:
            # The stores still run: the blobs are read from them, without the engine.
            await cluster.stop()
            await scenario.read_blobs()

    logs.read_services(services_log)


def outcome(found: list[str], missed: list[str]) -> str:
    """What a run showed, in few words."""
    times_broken = Counter(said.partition(":")[0] for said in found)
    words = [f"{times} × {promise} broken" for promise, times in times_broken.items()]
    words += [f"no {fault} hit" for fault in missed]
    return "; ".join(words) or "held"
