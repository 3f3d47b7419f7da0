"""Turns that run authors' code: in fair order between tasks, and not too long."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from documents import end, loop, node, starting_with
from engine.adapters.choice import Adapters
from engine.domain.code import Changes, Scope
from engine.domain.values import Json
from engine.usecases import code_turns
from engine.usecases.code_turns import CodeTurns
from playground import Playground, playground

from servers.waiting import until

THREADS = 4


class Jobs:
    """Jobs that run until they are let go; remembers which have begun, in order."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._ends: dict[str, threading.Event] = {}

    def job(self, name: str) -> None:
        self.begun.append(name)
        self._end_of(name).wait()

    def end(self, *names: str) -> None:
        for name in names:
            self._end_of(name).set()

    def _end_of(self, name: str) -> threading.Event:
        return self._ends.setdefault(name, threading.Event())


class Turns:
    """Turns under test, and the jobs that wait or run."""

    def __init__(self, turns: CodeTurns) -> None:
        self.turns = turns
        self.jobs = Jobs()
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(
        self, *names: str, task: str, pipeline: str = "p", loops: int = 0
    ) -> None:
        """Ask for a turn of each job; those that may begin have begun."""
        for name in names:
            turn = self.turns.run(
                lambda name=name: self.jobs.job(name),
                task=task,
                loops=loops,
                pipeline=(pipeline, "v1"),
            )
            self.tasks[name] = asyncio.create_task(turn)
        # A few rounds of the event loop, and the threads have begun.
        await asyncio.sleep(0)

    async def end(self, *names: str) -> None:
        self.jobs.end(*names)
        await asyncio.wait([self.tasks[name] for name in names])

    async def begun(self, *names: str) -> None:
        """Wait until exactly these have begun, in this order."""
        await until(lambda: len(self.jobs.begun) >= len(names))
        assert sorted(self.jobs.begun) == sorted(names)


@pytest.fixture
async def turns() -> AsyncIterator[Turns]:
    with ThreadPoolExecutor(THREADS) as threads:
        turns = Turns(CodeTurns(threads, THREADS, cores=8))
        yield turns
        turns.jobs.end(*turns.tasks)
        await asyncio.gather(*turns.tasks.values(), return_exceptions=True)


async def test_a_task_has_no_more_than_half_of_the_threads(turns: Turns) -> None:
    await turns.ask("a1", "a2", "a3", "a4", task="a")

    await turns.ask("b1", task="b")

    await turns.begun("a1", "a2", "b1")


async def test_the_lines_of_tasks_take_turns(turns: Turns) -> None:
    await turns.ask("a1", "a2", "a3", "a4", task="a")
    await turns.ask("b1", "b2", "b3", "b4", task="b")
    await turns.ask("c1", task="c")
    await turns.begun("a1", "a2", "b1", "b2")

    await turns.end("a1")
    await turns.begun("a1", "a2", "b1", "b2", "c1")


async def test_outer_frames_come_before_those_of_items(turns: Turns) -> None:
    await turns.ask("item1", "item2", "item3", task="a", loops=1)
    await turns.ask("outer", task="a", loops=0)
    await turns.begun("item1", "item2")

    await turns.end("item1")

    await turns.begun("item1", "item2", "outer")


async def test_slow_pipelines_share_half_of_the_threads(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Everything that waited for its end was slow.
    monkeypatch.setattr(code_turns, "SLOW_SECONDS", 0.0)
    await turns.ask("first", task="a", pipeline="slow")
    await turns.begun("first")
    await turns.end("first")

    for task in "bcd":
        await turns.ask(f"slow-{task}", task=task, pipeline="slow")
    await turns.ask("quick", task="e", pipeline="quick")
    await turns.begun("first", "slow-b", "slow-c", "quick")

    await turns.end("slow-b")
    await turns.begun("first", "slow-b", "slow-c", "quick", "slow-d")


async def test_a_turn_that_is_not_wanted_any_more_takes_no_thread(
    turns: Turns,
) -> None:
    await turns.ask("a1", "a2", task="a")
    unwanted = asyncio.create_task(
        turns.turns.run(
            lambda: turns.jobs.job("unwanted"),
            task="a",
            loops=0,
            pipeline=("p", "v1"),
            wanted=lambda: False,
        )
    )
    await turns.ask("a3", task="a")
    await turns.end("a1")

    assert await unwanted is None
    await turns.begun("a1", "a2", "a3")


async def test_who_gave_up_waiting_keeps_no_thread(turns: Turns) -> None:
    await turns.ask("a1", "a2", "a3", "a4", task="a")
    turns.tasks["a3"].cancel()

    await turns.end("a1")

    await turns.begun("a1", "a2", "a4")


SLOW = "node.out['slow'] = True"
"""Takes long: the evaluator of these tests sees to that."""
QUICK_CODE = "node.out['slow'] = False"


class SlowEvaluator:
    """Takes its time, and counts: in a thread, as the sandbox does."""

    limits_met: Mapping[str, int] = {}

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.evaluated: Counter[str] = Counter()

    def expression(self, source: str, scope: Scope) -> Json:
        return True

    def statements(self, source: str, scope: Scope) -> Changes:
        self.evaluated[source] += 1
        if source == SLOW:
            time.sleep(self.seconds)
        return {}


EACH = starting_with(
    loop(
        "each",
        [node("work", "loopEnd", after=SLOW)],
        "done",
        items="start.out.items",
        concurrency=1000,
    ),
    end("done"),
    route="each",
    body={"items": [1]},
)
QUICK = starting_with(
    node("work", "done", after=QUICK_CODE), end("done"), route="quick"
)
STEPS = 20
CHAIN = starting_with(
    *(node(f"n{n}", f"n{n + 1}", after=SLOW) for n in range(STEPS)),
    end(f"n{STEPS}"),
    route="chain",
)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    evaluator = SlowEvaluator(0.1)

    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, evaluator=evaluator)

    async with playground(tmp_path, adapt=adapt) as play:
        for document in (EACH, QUICK, CHAIN):
            await play.publish(document)
        yield play


def evaluated(play: Playground, source: str) -> int:
    return int(play.adapters.evaluator.evaluated[source])


async def test_a_task_with_slow_code_does_not_keep_others_waiting(
    play: Playground,
) -> None:
    await play.start({"items": [*range(100)]}, route="each")
    await until(lambda: evaluated(play, SLOW) > 2)

    quick = await play.start(route="quick")

    assert (await play.ended(quick))["status"] == "finished"
    assert evaluated(play, SLOW) < 100


async def test_the_code_of_a_cancelled_task_does_not_run_any_more(
    play: Playground,
) -> None:
    task = await play.start({"items": [*range(100)]}, route="each")
    await until(lambda: evaluated(play, SLOW) > 2)

    await play.engine.tasks.cancel(task)

    await until(lambda: all_ended(play, task))
    assert evaluated(play, SLOW) < 100


async def all_ended(play: Playground, task: str) -> bool:
    frames = await play.adapters.frames.of_task(task, None, 1_000)
    return not any(frame.open for frame in frames)


async def test_much_code_in_a_row_takes_several_turns(play: Playground) -> None:
    task = await play.start(route="chain")

    status = await play.engine.tasks.status(task)
    assert status["status"] == "running"

    assert (await play.ended(task))["status"] == "finished"
    assert evaluated(play, SLOW) == STEPS


async def test_a_task_can_be_cancelled_in_the_middle_of_its_code(
    play: Playground,
) -> None:
    task = await play.start(route="chain")

    await play.engine.tasks.cancel(task)

    assert (await play.ended(task))["cancelled"]
    assert evaluated(play, SLOW) < STEPS


async def test_a_turn_that_was_to_go_on_survives_a_crash(tmp_path: Path) -> None:
    evaluator = SlowEvaluator(0.1)

    def adapt(adapters: Adapters) -> Adapters:
        return replace(adapters, evaluator=evaluator)

    async with playground(tmp_path, adapt=adapt) as play:
        await play.publish(CHAIN)
        task = await play.start(route="chain")
        left = evaluator.evaluated[SLOW]

    async with playground(tmp_path, adapt=adapt) as play:
        assert (await play.ended(task))["status"] == "finished"

    assert left < STEPS
    # A node whose turn was not saved before the end may have run its code twice.
    assert STEPS <= evaluator.evaluated[SLOW] <= STEPS + 4
