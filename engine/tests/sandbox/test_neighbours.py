"""While some authors attack, the others move on and the event loop stays awake."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.domain.code import Scope
from engine.domain.errors import CodeFailed

from .attacks import ESCAPES, EXHAUSTION, OUTPUTS

ATTACKS = [source for source, _ in (ESCAPES | EXHAUSTION | OUTPUTS).values()]
ATTACKERS = 4
NEIGHBOURS = 4
THREADS = 16
WATCH_SECONDS = 0.005
MAX_LAG_SECONDS = 0.15
MAX_ATTACK_SECONDS = 1.5
ROUNDS = 4
"""A busy machine delays everything: the best round counts."""

SCHEDSTAT = Path("/proc/thread-self/schedstat")


def queued() -> float:
    """Seconds that this thread has waited for a processor, where that is known."""
    with suppress(FileNotFoundError):
        return int(SCHEDSTAT.read_text().split()[1]) / 1e9
    return 0.0


@dataclass
class Battle:
    """Attacks and honest evaluations side by side, and how long all of it took."""

    evaluator: MontyEvaluator
    scope: Scope
    sources: Iterator[str] = field(default_factory=lambda: iter(ATTACKS))
    lags: list[float] = field(default_factory=list)
    attacks: list[float] = field(default_factory=list)
    honest: list[float] = field(default_factory=list)

    async def fight(self) -> None:
        aside = [self.watch(), *(self.live() for _ in range(NEIGHBOURS))]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in aside]
            await asyncio.gather(*(self.attack() for _ in range(ATTACKERS)))
            for task in tasks:
                task.cancel()

    async def watch(self) -> None:
        """How late the event loop wakes up, other than for lack of a processor."""
        while True:
            due_at = monotonic() + WATCH_SECONDS
            queued_before = queued()
            await asyncio.sleep(WATCH_SECONDS)
            lag = monotonic() - due_at
            self.lags.append(lag - (queued() - queued_before))

    async def attack(self) -> None:
        for source in self.sources:
            started_at = monotonic()
            try:
                await asyncio.to_thread(self.evaluator.statements, source, self.scope)
            except CodeFailed:
                self.attacks.append(monotonic() - started_at)
            else:
                pytest.fail(f"this attack went through: {source[:80]}")

    async def live(self) -> None:
        for number in range(10**9):
            started_at = monotonic()
            code = f"node.out['n'] = [input.x, {number}]"
            changes = await asyncio.to_thread(
                self.evaluator.statements, code, self.scope
            )
            assert changes == {"this": {"out": {"n": [1, number]}}}
            self.honest.append(monotonic() - started_at)
            await asyncio.sleep(0.01)

    def is_won(self) -> bool:
        return (
            max(self.lags) < MAX_LAG_SECONDS
            and max(self.attacks) < MAX_ATTACK_SECONDS
            and max(self.honest) < MAX_ATTACK_SECONDS
        )


async def test_attacks_disturb_neither_other_authors_nor_the_event_loop(
    scope, nodes
) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        for _ in range(ROUNDS):
            with MontyEvaluator() as evaluator:
                battle = Battle(evaluator, scope(**nodes))
                await battle.fight()
            if battle.is_won():
                break

    assert len(battle.attacks) == len(ATTACKS)
    assert len(battle.honest) > 50
    assert max(battle.lags) < MAX_LAG_SECONDS
    assert max(battle.attacks) < MAX_ATTACK_SECONDS
    assert max(battle.honest) < MAX_ATTACK_SECONDS
