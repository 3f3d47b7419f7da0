"""Runs scenarios on the relay and the engine in turn, and keeps the figures."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
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
    """One of the two that are compared."""

    def __init__(self, process: Process, load: Load) -> None:
        self.process, self._load = process, load

    async def run(self, scenario: Scenario, tasks: int) -> list[float]:
        url = f"{self.process.url}/services/{scenario.route}"
        return await self._load.run(url, scenario.data, tasks, scenario.at_once)

    async def warm_up(self, scenario: Scenario, figures: Figures) -> None:
        figures.growth = -self.process.memory()
        self.process.forget_peak()
        await self.run(scenario, scenario.tasks // 3)

    async def round(self, scenario: Scenario, figures: Figures) -> None:
        process = self.process
        cpu, began = process.cpu(), time.perf_counter()
        figures.latencies += await self.run(scenario, scenario.tasks)
        seconds = time.perf_counter() - began
        await asyncio.sleep(SETTLE)
        figures.cpu.append((process.cpu() - cpu) / scenario.tasks)
        figures.speed.append(scenario.tasks / seconds)


class Bench:
    """The processes, ready to be measured."""

    def __init__(self, engine: Side, relay: Side) -> None:
        self.engine, self.relay = engine, relay

    async def compare(self, scenario: Scenario) -> dict[str, Any]:
        """The sides take turns, so that a busy moment of the machine meets both."""
        found = {"relay": Figures(), "engine": Figures()}
        sides = (self.relay, found["relay"]), (self.engine, found["engine"])
        for side, figures in sides:
            await side.warm_up(scenario, figures)
        for _ in range(scenario.rounds):
            for side, figures in sides:
                await side.round(scenario, figures)
        for side, figures in sides:
            figures.growth += side.process.memory("VmHWM")
        pairs = zip(found["engine"].cpu, found["relay"].cpu, strict=True)
        return {
            "title": scenario.title,
            "calls": scenario.calls,
            "rounds": scenario.rounds,
            "tasks_a_round": scenario.tasks,
            "at_once": scenario.at_once,
            "ratio": median(engine / relay for engine, relay in pairs),
            **{name: figures.to_json(scenario) for name, figures in found.items()},
        }


@contextmanager
def started() -> Iterator[tuple[Process, Process, Process]]:
    """The engine, the relay and the service; the engine's folder is new."""
    with TemporaryDirectory(prefix="bench-") as folder:
        service = Process("bench.service", "PORT")
        work = f"{service.url}/work"
        relay = Process("bench.serve", "PORT", work)
        engine = Process("engine.cli", "serve", "--port", "PORT", "--data", folder)
        with stopping(service, relay, engine):
            yield engine, relay, service


async def _announce(load: Load, engine: Process, service: Process) -> None:
    api = {"route": SERVICE, "summary": "Does nothing", "body": {}}
    word = {"type": "service", "url": f"{service.url}/work", "api": api}
    await load.post(f"{engine.url}/services", orjson.dumps(word))


async def _keep_announcing(load: Load, engine: Process, service: Process) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        await _announce(load, engine, service)


@asynccontextmanager
async def bench(scenarios: tuple[Scenario, ...]) -> AsyncIterator[Bench]:
    """Everything running, the service announced, the pipelines published."""
    with started() as (engine, relay, service):
        load = Load()
        await load.open()
        await _announce(load, engine, service)
        for scenario in scenarios:
            await load.post(f"{engine.url}/services", orjson.dumps(scenario.document))
        alive = asyncio.create_task(_keep_announcing(load, engine, service))
        try:
            yield Bench(Side(engine, load), Side(relay, load))
        finally:
            alive.cancel()
            with suppress(asyncio.CancelledError):
                await alive
