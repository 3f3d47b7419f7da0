"""Gives turns that run authors' code their threads, in fair order between tasks.

Code of one evaluation may take a quarter of a second, and a turn may evaluate much of
it. There are a few threads for all. So:

* each task that a person started has a line of its own, with all that it called, and
  the lines take turns; no task has more than half of the threads; of several people
  the one comes next who had least lately (`fair_places.py`);
* pipelines whose last turn took long share half of the threads, and leave a core free:
  what an author wrote stays the same, so the last turn tells what to expect;
* a turn ends when its time is over (`Context.is_over`), and its frame waits in line
  again.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from time import monotonic
from typing import TypeVar

from engine.usecases.fair_places import Lines, Waiter
from engine.usecases.meter import Meter
from engine.usecases.recent import Recent

T = TypeVar("T")

SLOW_SECONDS = 0.1
"""A turn that takes longer is slow. An honest one takes some milliseconds."""

# Bounds how many versions of pipelines are remembered as slow. One that is forgotten is
# slow once more in a thread of the others.
MAX_SLOW_PIPELINES = 4_096


class CodeTurns:
    """Runs functions in threads, so many at once, each task in its turn."""

    def __init__(
        self, threads: Executor, width: int, cores: int, meter: Meter | None = None
    ) -> None:
        self._threads = threads
        self._width = width
        self._meter = meter or Meter()
        self._half = max(1, width // 2)
        # One core at least is left to what is quick, and to the engine itself.
        self._slow_width = max(1, min(self._half, cores - 1))

        self._running: dict[str, int] = {}
        """How many threads a task has now."""
        self._slow_running = 0
        self._quick = Lines()
        self._slow = Lines()
        self._slow_pipelines: Recent[tuple[str, str], bool] = Recent(MAX_SLOW_PIPELINES)

    async def run(
        self,
        job: Callable[[], T],
        *,
        task: str,
        person: str = "",
        loops: int,
        pipeline: tuple[str, str],
        wanted: Callable[[], bool] = lambda: True,
    ) -> T | None:
        """What a job gives that runs in a thread, when it is the task's turn.

        None if it is not `wanted` any more when its turn comes: then it takes no
        thread. `person` is the one to whom the task belongs, `loops` says how many lie
        around its frame, `pipeline` whose code it is.
        """
        slow = bool(self._slow_pipelines.get(pipeline))
        await self._enter(task, person, loops, slow)
        try:
            if not wanted():
                return None

            began = monotonic()
            loop = asyncio.get_running_loop()
            outcome = await loop.run_in_executor(self._threads, job)
            took = monotonic() - began
            self._meter.code.add(took)
            self._remember(pipeline, took > SLOW_SECONDS)
            return outcome
        finally:
            self._leave(task, slow)

    async def _enter(self, task: str, person: str, loops: int, slow: bool) -> None:
        lines = self._slow if slow else self._quick
        # Outer frames come first: they are few, and what they decide (the next items,
        # the end) moves the others.
        admitted = lines.wait(task, person=person, rank=loops)
        self._admit()

        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self._leave(task, slow)
            raise

    def _leave(self, task: str, slow: bool) -> None:
        self._running[task] -= 1
        if not self._running[task]:
            del self._running[task]
        self._slow_running -= slow
        self._admit()

    def _admit(self) -> None:
        """Let in who may run now."""
        while sum(self._running.values()) < self._width:
            found = self._next()
            if found is None:
                return

            task, waiter, slow = found
            self._running[task] = self._running.get(task, 0) + 1
            self._slow_running += slow
            waiter.admitted.set_result(None)

    def _next(self) -> tuple[str, Waiter, bool] | None:
        # Slow ones come first while none of them runs: quick ones must not keep them
        # waiting for ever.
        kinds = ((self._slow, True), (self._quick, False))
        if self._slow_running:
            kinds = ((self._quick, False), (self._slow, True))

        for lines, slow in kinds:
            if slow and self._slow_running >= self._slow_width:
                continue
            found = lines.next(self._running, self._half)
            if found:
                return (*found, slow)
        return None

    def _remember(self, pipeline: tuple[str, str], slow: bool) -> None:
        if slow:
            self._slow_pipelines.put(pipeline, True)
        else:
            self._slow_pipelines.drop(pipeline)
