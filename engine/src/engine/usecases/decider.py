"""Decides what becomes of a frame; deciding itself is the domain's."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import datetime

from engine.domain import messages as m
from engine.domain.advance import advance
from engine.domain.code import Evaluator
from engine.domain.context import Context
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail_undecided
from engine.domain.rules import Rules
from engine.domain.stand_in import take_place
from engine.ports import Clock
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines

THREAD_FROM_BYTES = 1 << 20
"""Values of a frame that take more are looked at in a thread."""
THREAD_FROM_RUNS = 200
"""So many nodes may all start in one turn: a thousand take a quarter of a second."""

log = logging.getLogger(__name__)


class Decider:
    """Applies events to frames. It reads what that needs, and stores nothing."""

    def __init__(
        self,
        *,
        frames: Frames,
        pipelines: Pipelines,
        evaluator: Evaluator,
        rules: Rules,
        threads: Executor,
        clock: Clock,
    ) -> None:
        self._frames = frames
        self._pipelines = pipelines
        self._evaluator = evaluator
        self._rules = rules
        self._threads = threads
        self._clock = clock

    async def context(self, frame: Frame) -> Context:
        """What a decision about this frame depends on."""
        program = await self._pipelines.program(frame.route, frame.version)

        outer: list[Frame] = []
        around = await self._frames.around(frame)
        while around:
            outer.append(around)
            around = await self._frames.around(around)

        return Context(
            program=program,
            evaluator=self._evaluator,
            rules=self._rules,
            outer=tuple(outer),
        )

    async def begin(self, frame: Frame) -> Frame:
        """A new frame with its first moves made; it is not stored yet."""
        return await self.decide(frame, (m.Started(),))

    async def decide(self, frame: Frame, events: Sequence[m.Event]) -> Frame:
        """The frame after these events; an error in the engine fails the frame.

        Raises `Unavailable`, and `Unknown` when the task has been erased.
        """
        now = self._clock()
        if frame.stand_in:
            log.error("%s has failed: %s", frame.path, frame.error)
            return take_place(frame, self._rules, events, now)

        try:
            context = await self.context(frame)
            if context.graph(frame).has_code:
                # An author's code may run for a quarter of a second: in the event loop
                # it would stop every other frame for that long.
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(
                    self._threads, _apply, frame, events, context, now
                )
            if _moves_much(frame, events):
                return await asyncio.to_thread(_apply, frame, events, context, now)
            return _apply(frame, events, context, now)
        except Unavailable:
            # A store is away. That says nothing about the frame: the turn fails,
            # and its events come again.
            raise
        except Exception as error:
            if isinstance(error, Unknown) and error.kind == "task":
                # The task was erased after the turn began: nothing is left to decide.
                raise

            # The same events would fail in the same way again and again. The task
            # ends with an error instead of hanging.
            log.exception("no decision about %s: its task has failed", frame.path)
            return self.failed(frame)

    def failed(self, frame: Frame) -> Frame:
        """The frame after the engine itself could not go on with it."""
        return fail_undecided(frame, self._rules, self._clock())


def _moves_much(frame: Frame, events: Sequence[m.Event]) -> bool:
    """Whether so much is looked at that the event loop would be late."""
    if frame.value_bytes > THREAD_FROM_BYTES or len(frame.runs) > THREAD_FROM_RUNS:
        return True
    return any(isinstance(event, m.LoopCollected) and event.out for event in events)


def _apply(
    frame: Frame, events: Sequence[m.Event], context: Context, now: datetime
) -> Frame:
    for event in events:
        frame = advance(frame, context, event, now)
    return frame
