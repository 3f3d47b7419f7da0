"""An engine that is attacked, while ordinary users go on beside it."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from attacks.bystander import ordinary
from attacks.goals import (
    MAX_DELAY_FACTOR,
    MAX_MEMORY_BYTES,
    MAX_STALL_SECONDS,
    ORDINARY_TASKS,
    sized,
)
from attacks.priority import giving_way
from attacks.report import ATTACKS
from chaos.cluster import EMBEDDED, ONE_REPLICA, Cluster, Kind, on
from chaos.supervised import SupervisedProcess
from documents import Document

from servers.memory import PEAK, RESIDENT, forget_peak, memory
from servers.ports import free_port
from servers.waiting import until

# An attack may keep the engine busy for long: what is judged is what the others see.
REQUEST_TIMEOUT_SECONDS = 60.0

FEWEST_TASKS = 5
"""Ordinary tasks that are measured, however soon an attack is over."""

ADMINISTRATOR = "root"
PASSWORD = "fish under blue stairs"
"""Of all who have accounts here."""

ENDED = ("finished", "error")

on_all_stores = on(*sized((EMBEDDED, ONE_REPLICA), (EMBEDDED,)))
"""For attacks whose traces are in the stores: SQLite and files; MongoDB, S3, NATS."""


class Victim:
    """What an attacker can do, and what is measured meanwhile."""

    def __init__(
        self, *, cluster: Cluster, client: httpx.AsyncClient, bystander: str
    ) -> None:
        self.cluster = cluster
        self.client = client
        self._bystander = bystander
        self.tasks = list[str]()
        """All that were started by `start`."""

    @property
    def url(self) -> str:
        return self.cluster.url

    @property
    def pid(self) -> int:
        """The process of the engine."""
        return self.cluster.replicas[0].pid

    async def publish(self, document: Document) -> httpx.Response:
        """Publish a pipeline; the answer may refuse it."""
        return await self.client.post("/services", json=document)

    async def start(self, route: str, **data: Any) -> str:
        """Start a task and give its id."""
        answer = await self.client.post(f"/services/{route}", json=data)
        assert answer.is_success, answer.text

        task = answer.json()["jobId"]
        self.tasks.append(task)
        return str(task)

    async def status(self, task: str) -> dict[str, Any]:
        answer = await self.client.get(f"/tasks/{task}/status")
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def ended(self, task: str) -> dict[str, Any]:
        """Wait until a task has ended; its last status."""

        async def has_ended() -> bool:
            return (await self.status(task))["status"] in ENDED

        await until(has_ended, look_seconds=0.1)
        return await self.status(task)

    async def erased(self, task: str) -> None:
        """Erase a task; nothing of it can be found then."""
        answer = await self.client.delete(f"/tasks/{task}")
        assert answer.is_success, answer.text

        gone = await self.client.get(f"/tasks/{task}/status")
        assert gone.status_code == 404, gone.text

    async def restart(self) -> None:
        """Kill the engine and wait until it is back."""
        await self.cluster.replicas[0].kill()
        await self.cluster.up()

    @asynccontextmanager
    async def under_attack(
        self, item: int, attack: str, *, is_of_engine: bool = True
    ) -> AsyncIterator[list[str]]:
        """Measure as long as the block runs, and judge by the goals.

        What the block appends to the list tells in the report how the attack ended.
        `item` is that of the list of attacks in docs/explanation/security.md. What the
        engine has nothing to do with may make tasks as slow as the machine does: it is
        measured for comparison.
        """
        await self._begin()
        alone = await self._figures(ORDINARY_TASKS)

        pid = self.pid
        before = memory(pid, RESIDENT)
        forget_peak(pid)
        await self._begin()
        outcome = list[str]()
        with giving_way():
            yield outcome
        during = await self._figures(FEWEST_TASKS)

        assert self.pid == pid, "the engine died during the attack"
        taken = memory(pid, PEAK) - before
        factor = during["median_seconds"] / alone["median_seconds"]
        ATTACKS.add(
            item=item,
            attack=attack,
            on=str(self.cluster.kind),
            memory=taken,
            stall=during["silence_seconds"],
            factor=factor,
            slowest=during["slowest_seconds"],
            outcome="; ".join(outcome),
        )

        assert taken <= MAX_MEMORY_BYTES, f"{taken >> 20} MB more memory"
        assert during["silence_seconds"] <= MAX_STALL_SECONDS, during
        is_slow = factor > MAX_DELAY_FACTOR
        assert not (is_of_engine and is_slow), f"before {alone}, during {during}"

    async def _begin(self) -> None:
        await self.client.post(f"{self._bystander}/begin")

    async def _figures(self, at_least: int) -> dict[str, Any]:
        """What ordinary users saw until now, of at least so many tasks."""
        figures = dict[str, Any]()

        async def holds(condition: Callable[[], bool]) -> bool:
            answer = await self.client.get(f"{self._bystander}/figures")
            figures.update(answer.json())
            return condition()

        await until(lambda: holds(lambda: figures["tasks"] >= at_least))
        # A task that began during the attack counts with its whole time.
        await self.client.post(f"{self._bystander}/close")
        await until(lambda: holds(lambda: not figures["open_tasks"]))
        return figures


@asynccontextmanager
async def victim(
    folder: Path, kind: Kind = EMBEDDED, **settings: str
) -> AsyncIterator[Victim]:
    """An engine in a process of its own, with ordinary users; it ends with the block.

    `settings` are those of the engine, by the names of their variables.
    """
    port = free_port()
    bystander = f"http://127.0.0.1:{port}"

    # What is attacked has the settings that people have.
    defaults = {"TIMEOUT": "5m", "RETRY": "4"}
    cluster = Cluster(folder, kind, **(defaults | settings))
    timeout = httpx.Timeout(REQUEST_TIMEOUT_SECONDS)

    async with (
        cluster,
        httpx.AsyncClient(base_url=cluster.url, timeout=timeout) as client,
    ):
        token = ""
        if settings.get("AUTH") == "accounts":
            token = await administrator(client, cluster.replicas[0].log)
            client.headers["authorization"] = f"Bearer {token}"

        answer = await client.post("/services", json=ordinary(bystander))
        assert answer.is_success, answer.text

        log = folder / "bystander.log"
        users = SupervisedProcess(
            log, "attacks.bystander", cluster.url, str(port), MARKETPLACE_TOKEN=token
        )
        async with users:
            yield Victim(cluster=cluster, client=client, bystander=bystander)
        assert not users.deaths, log.read_text()


async def administrator(client: httpx.AsyncClient, log: Path) -> str:
    """Become the first administrator, by the address in the log; a token for it."""
    found: list[str] = []

    def is_told() -> bool:
        found[:] = re.findall(r"/first-administrator#(\S+)", log.read_text())
        return bool(found)

    await until(is_told)
    account = {"name": ADMINISTRATOR, "password": PASSWORD}
    made = await client.post(
        "/first-administrator", json={"invitation": found[0], **account}
    )
    assert made.is_success, made.text

    scopes = ["read", "run", "publish", "manage", "announce"]
    wish = {"label": "attacks", "scopes": scopes, "announces": ["*"]}
    answer = await client.post("/tokens", json=wish)
    assert answer.is_success, answer.text
    client.cookies.clear()
    return str(answer.json()["token"])
