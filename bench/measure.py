"""Runs scenarios on several sides in turn, and keeps the figures."""

import asyncio
import time
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
from typing import Any

import orjson

from bench.load import Load
from bench.processes import Process, stopping
from bench.scenarios import SERVICE, Scenario

SETTLE = 0.3  # seconds for what follows a task's end, such as the last save
HEARTBEAT = 20.0


@dataclass
class Figures:
    """What the rounds of one scenario on one side showed."""

    cpu: list[float] = field(default_factory=list)
    """Seconds of CPU a task, by round."""
    speed: list[float] = field(default_factory=list)
    """Tasks a second, by round."""
    latencies: list[float] = field(default_factory=list)
    growth: int = 0
    """Bytes: the most memory in the rounds above that before the warm-up."""

    def to_json(self, scenario: Scenario) -> dict[str, Any]:
        latencies = self.latencies * 2  # one is too few for quantiles
        cuts = quantiles(latencies, n=20, method="inclusive")
        return {
            "tasks_per_second": median(self.speed),
            "p50_ms": cuts[9] * 1e3,
            "p95_ms": cuts[18] * 1e3,
            "cpu_ms_per_task": median(self.cpu) * 1e3,
            "cpu_us_per_call": median(self.cpu) * 1e6 / scenario.calls,
            "cpu_ms_by_round": [seconds * 1e3 for seconds in self.cpu],
            "memory_growth_mb": self.growth / 1e6,
        }


class Side:
    """One of those that are compared: processes that share a port."""

    def __init__(
        self, name: str, processes: Sequence[Process], announced: bool = True
    ) -> None:
        self.name, self.processes, self.announced = name, processes, announced
        self.url = processes[0].url
        self.load: Load

    def cpu(self) -> float:
        return sum(process.cpu() for process in self.processes)

    def memory(self, which: str = "VmRSS") -> int:
        return sum(process.memory(which) for process in self.processes)

    async def run(self, scenario: Scenario, tasks: int) -> list[float]:
        url = f"{self.url}/services/{scenario.route}"
        return await self.load.run(url, scenario.data, tasks, scenario.at_once)

    async def warm_up(self, scenario: Scenario, figures: Figures) -> None:
        figures.growth = -self.memory()
        for process in self.processes:
            process.forget_peak()
        await self.run(scenario, max(scenario.tasks // 3, 1))

    async def round(self, scenario: Scenario, figures: Figures) -> None:
        cpu, began = self.cpu(), time.perf_counter()
        figures.latencies += await self.run(scenario, scenario.tasks)
        seconds = time.perf_counter() - began
        await asyncio.sleep(SETTLE)
        figures.cpu.append((self.cpu() - cpu) / scenario.tasks)
        figures.speed.append(scenario.tasks / seconds)


async def compare(sides: Sequence[Side], scenario: Scenario) -> dict[str, Any]:
    """The sides take turns, so that a busy moment of the machine meets all of them."""
    found = [(side, Figures()) for side in sides]
    for side, figures in found:
        await side.warm_up(scenario, figures)
    for _ in range(scenario.rounds):
        for side, figures in found:
            await side.round(scenario, figures)
    for side, figures in found:
        figures.growth += side.memory("VmHWM")
    first = found[0][1]
    return {
        "title": scenario.title,
        "calls": scenario.calls,
        "rounds": scenario.rounds,
        "tasks_a_round": scenario.tasks,
        "at_once": scenario.at_once,
        "sides": {
            side.name: {"ratio": ratio(figures, first), **figures.to_json(scenario)}
            for side, figures in found
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
        service = Process("bench.service", "PORT")
        work = f"{service.url}/work"
        relay = Process("bench.serve", "PORT", work)
        engine = Process("engine.cli", "serve", "--port", "PORT", "--data", folder)
        with stopping(service, relay, engine):
            sides = [Side("relay", [relay], announced=False), Side("engine", [engine])]
            yield sides, service


async def _announce(sides: Sequence[Side], service: Process) -> None:
    api = {"route": SERVICE, "summary": "Does nothing", "body": {}}
    word = {"type": "service", "url": f"{service.url}/work", "api": api}
    for side in sides:
        if side.announced:
            await side.load.post(f"{side.url}/services", orjson.dumps(word))


async def _keep_announcing(sides: Sequence[Side], service: Process) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        await _announce(sides, service)


@asynccontextmanager
async def bench(
    started: Started, scenarios: tuple[Scenario, ...]
) -> AsyncIterator[Sequence[Side]]:
    """Everything running, the service announced, the pipelines published."""
    with started as (sides, service):
        load = Load()
        await load.open()
        for side in sides:
            side.load = load
        await _announce(sides, service)
        for side in sides:
            for scenario in scenarios if side.announced else ():
                await load.post(f"{side.url}/services", orjson.dumps(scenario.document))
        alive = asyncio.create_task(_keep_announcing(sides, service))
        try:
            yield sides
        finally:
            alive.cancel()
            with suppress(asyncio.CancelledError):
                await alive
