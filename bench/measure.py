"""Runs scenarios on several sides in turn, and keeps the figures."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass, field
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import orjson

from bench.load import Load
from bench.processes import ENGINE, Process, engine, python, stopping
from bench.scenarios import SERVICE, Scenario
from servers.memory import PEAK, RESIDENT

SAVED_SECONDS = 0.3
"""For what follows a task's end, such as the last save."""

HEARTBEAT_SECONDS = 20.0
"""The engine takes a service for gone that it has not heard of for 90."""


@dataclass
class Figures:
    """What the rounds of one scenario on one side showed."""

    cpu: list[float] = field(default_factory=list)
    """Seconds of CPU a task, by round."""
    speed: list[float] = field(default_factory=list)
    """Tasks a second, by round."""
    latencies: list[float] = field(default_factory=list)
    growth: list[int] = field(default_factory=list)
    """Bytes, by start of its processes: the most memory in the rounds above that before
    the warm-up."""

    def to_json(self, scenario: Scenario) -> dict[str, Any]:
        # Quantiles need two values, and there may be one.
        latencies = self.latencies * 2
        cuts = quantiles(latencies, n=20, method="inclusive")
        return {
            "tasks_per_second": median(self.speed),
            "p50_ms": cuts[9] * 1e3,
            "p95_ms": cuts[18] * 1e3,
            "cpu_ms_per_task": median(self.cpu) * 1e3,
            "cpu_us_per_call": median(self.cpu) * 1e6 / scenario.calls,
            "cpu_ms_by_round": [seconds * 1e3 for seconds in self.cpu],
            "memory_growth_mb": median(self.growth) / 1e6,
        }


BySide: TypeAlias = defaultdict[str, Figures]
"""By the name of a side; the first one is what the others are compared with."""


class Side:
    """One of those that are compared: processes that share a port.

    `publishes`: it learns of the service and of pipelines, as an engine does.
    `pushes`: it brings the result of a task; else that is the answer to the start.
    `token`: with which it is asked, where there are accounts.
    """

    def __init__(
        self,
        name: str,
        processes: Sequence[Process],
        *,
        publishes: bool = True,
        pushes: bool = True,
        token: str = "",
    ) -> None:
        self.name = name
        self.processes = processes
        self.publishes = publishes
        self.url = processes[0].url
        self.token = token
        self._pushes = pushes

    def cpu(self) -> float:
        return sum(process.cpu() for process in self.processes)

    def memory(self, which: str = RESIDENT) -> int:
        return sum(process.memory(which) for process in self.processes)

    def forget_peak(self) -> None:
        for process in self.processes:
            process.forget_peak()

    async def run(self, load: Load, scenario: Scenario, tasks: int) -> list[float]:
        return await load.run(
            url=f"{self.url}/services/{scenario.route}",
            data=scenario.data,
            tasks=tasks,
            at_once=scenario.at_once,
            pushed=self._pushes,
            token=self.token,
        )


@dataclass(frozen=True)
class Bench:
    """Everything that runs: the sides, and what brings them work."""

    sides: Sequence[Side]
    load: Load

    async def compare(self, scenario: Scenario, found: BySide) -> None:
        """Add the rounds of each side to its figures.

        The sides take turns, so that a busy moment of the machine meets them all.
        """
        before = {side.name: side.memory() for side in self.sides}
        for side in self.sides:
            side.forget_peak()
            await side.run(self.load, scenario, max(scenario.tasks // 3, 1))
        for _ in range(scenario.rounds):
            for side in self.sides:
                await self._round(side, scenario, found[side.name])
        for side in self.sides:
            found[side.name].growth.append(side.memory(PEAK) - before[side.name])

    async def _round(self, side: Side, scenario: Scenario, figures: Figures) -> None:
        cpu = side.cpu()
        began = time.perf_counter()
        figures.latencies += await side.run(self.load, scenario, scenario.tasks)
        seconds = time.perf_counter() - began

        await asyncio.sleep(SAVED_SECONDS)
        figures.cpu.append((side.cpu() - cpu) / scenario.tasks)
        figures.speed.append(scenario.tasks / seconds)


def told(scenario: Scenario, found: BySide) -> dict[str, Any]:
    """What a scenario showed, as JSON; all sides beside the first."""
    first = next(iter(found.values()))
    return {
        "title": scenario.title,
        "calls": scenario.calls,
        "starts": len(first.growth),
        "rounds": scenario.rounds,
        "tasks_a_round": scenario.tasks,
        "at_once": scenario.at_once,
        "sides": {
            name: {"ratio": ratio(figures, first), **figures.to_json(scenario)}
            for name, figures in found.items()
        },
    }


def ratio(figures: Figures, first: Figures) -> float:
    """CPU a task as a multiple: the median over pairs of neighbouring rounds."""
    pairs = zip(figures.cpu, first.cpu, strict=True)
    return median(mine / theirs for mine, theirs in pairs)


Started = AbstractContextManager[tuple[Sequence[Side], Process]]


@contextmanager
def beside_a_relay() -> Iterator[tuple[Sequence[Side], Process]]:
    """The relay, the engine in a new folder, and the service."""
    with TemporaryDirectory(prefix="bench-") as folder:
        service = Process(python("bench.service", "PORT"))
        relay = Process(python("bench.serve", "PORT", f"{service.url}/work"))
        served = Process(engine(folder), environment=ENGINE)
        with stopping(service, relay, served):
            sides = [Side("relay", [relay], publishes=False), Side("engine", [served])]
            yield sides, service


async def _announce(bench: Bench, service: Process) -> None:
    api = {"route": SERVICE, "summary": "Does nothing", "body": {}}
    announcement = {"type": "service", "url": f"{service.url}/work", "api": api}
    for side in bench.sides:
        if side.publishes:
            body = orjson.dumps(announcement)
            await bench.load.post(f"{side.url}/services", body, token=side.token)


async def _keep_announcing(bench: Bench, service: Process) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await _announce(bench, service)


async def _publish(
    bench: Bench, service: Process, scenarios: Sequence[Scenario]
) -> None:
    for side in bench.sides:
        if not side.publishes:
            continue
        for scenario in scenarios:
            document = orjson.dumps(scenario.document(f"{service.url}/work"))
            url = f"{side.url}/services"
            await bench.load.post(url, document, token=side.token)


@asynccontextmanager
async def running(
    started: Started, scenarios: Sequence[Scenario]
) -> AsyncIterator[Bench]:
    """Everything running, the service announced, the pipelines published."""
    with started as (sides, service):
        load = Load()
        await load.open()
        bench = Bench(sides, load)

        await _announce(bench, service)
        await _publish(bench, service, scenarios)
        alive = asyncio.create_task(_keep_announcing(bench, service))
        try:
            yield bench
        finally:
            alive.cancel()
            with suppress(asyncio.CancelledError):
                await alive
