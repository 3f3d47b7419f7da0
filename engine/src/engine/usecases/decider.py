"""Decides what becomes of a frame; deciding itself is the domain's."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.advance import advance
from engine.domain.code import Evaluator
from engine.domain.context import Context
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame
from engine.domain.nodes.end import fail_undecided
from engine.domain.rules import Rules
from engine.domain.sizes import has_items
from engine.domain.stand_in import take_place
from engine.ports import Clock
from engine.usecases.code_turns import CodeTurns
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines
from engine.usecases.rests import Rests
from engine.usecases.tracing import Tracing

THREAD_FROM_BYTES = 1 << 20
"""Values of a frame that take more are looked at in a thread."""
THREAD_FROM_ITEMS = 5_000
"""A value is counted before it becomes a part of a frame, which takes some milliseconds
for so many."""
THREAD_FROM_RUNS = 200
"""So many nodes may all start in one turn: a thousand take a quarter of a second."""

TURN_TIME = timedelta(seconds=0.25)
"""After this a turn takes no more code: as long as one evaluation may run."""

WITHOUT_CODE = (
    m.NodeAcknowledged,
    m.NodeProgressed,
    m.ResultRefused,
    m.NodePostponed,
    m.CancelRequested,
    m.EraseRequested,
    m.FramesMade,
    m.ResultPushed,
)
"""Events that run no code, so that they need not wait for a thread. Above all a task
can be cancelled while its own code keeps the threads busy."""

log = logging.getLogger(__name__)


class Decision(NamedTuple):
    """A frame after the first `taken` of some events; the rest needs another turn."""

    frame: Frame
    taken: int


class Decider:
    """Applies events to frames. It reads what that needs, and stores nothing."""

    def __init__(
        self,
        *,
        frames: Frames,
        pipelines: Pipelines,
        evaluator: Evaluator,
        rules: Rules,
        turns: CodeTurns,
        rests: Rests,
        clock: Clock,
        tracing: Tracing | None = None,
    ) -> None:
        self._frames = frames
        self._pipelines = pipelines
        self._evaluator = evaluator
        self._rules = rules
        self._turns = turns
        self._rests = rests
        self._clock = clock
        self._tracing = tracing

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
        return (await self.decide(frame, (m.Started(),))).frame

    async def decide(self, frame: Frame, events: Sequence[m.Event]) -> Decision:
        """The frame after the first of these events, and how many these are.

        An error in the engine fails the frame. Raises `Unavailable`, and `Unknown` when
        the task has been erased.
        """
        now = self._clock()
        if frame.stand_in:
            log.error("%s has failed: %s", frame.path, frame.error)
            broken = take_place(frame, self._rules, events, now)
            return Decision(broken, len(events))

        try:
            context = await self.context(frame)
            if context.graph(frame).has_code and any(map(_may_run_code, events)):
                return await self._decide_with_code(frame, events, context, now)
            if _moves_much(frame, context, events):
                job = partial(_apply, frame, events, context, now)
                return await self._rests.beside(
                    job, task=frame.first_task, person=frame.owner
                )
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
            return Decision(self.failed(frame), len(events))

    async def _decide_with_code(
        self,
        frame: Frame,
        events: Sequence[m.Event],
        context: Context,
        now: datetime,
    ) -> Decision:
        """An author's code may run long: in a thread, when it is the task's turn."""
        decision = await self._turns.run(
            partial(_apply_in_time, frame, events, context, now),
            task=frame.first_task,
            person=frame.owner,
            loops=len(frame.loops),
            pipeline=(frame.route, frame.version),
            wanted=partial(self._frames.wanted, frame),
        )
        if decision is not None:
            if self._tracing:
                self._tracing.ran_code(frame, decision.frame, now)
            return decision

        # The loop around it has ended while this waited: no code runs for it any more.
        return _apply(frame, [m.CancelRequested("not needed")], context, now)

    def failed(self, frame: Frame) -> Frame:
        """The frame after the engine itself could not go on with it."""
        return fail_undecided(frame, self._rules, self._clock())


def _moves_much(frame: Frame, context: Context, events: Sequence[m.Event]) -> bool:
    """Whether so much is looked at that the event loop would be late."""
    if frame.value_bytes > THREAD_FROM_BYTES or len(frame.runs) > THREAD_FROM_RUNS:
        return True
    return any(_brings_much(frame, context, event) for event in events)


def _brings_much(frame: Frame, context: Context, event: m.Event) -> bool:
    """Whether values that are not counted yet are many."""
    match event:
        case m.LoopCollected() | m.NodeFinished():
            return has_items(event.out, THREAD_FROM_ITEMS)
        case m.Started():
            start = frame.runs[context.graph(frame).start]
            return has_items(start.input, THREAD_FROM_ITEMS)
        case _:
            return False


def _may_run_code(event: m.Event) -> bool:
    """Whether an author's code may have to run because of an event."""
    if isinstance(event, m.FrameEnded):
        # A failed item may lead to the nodes that catch it.
        return event.error is not None
    return not isinstance(event, WITHOUT_CODE)


def _apply(
    frame: Frame, events: Sequence[m.Event], context: Context, now: datetime
) -> Decision:
    for event in events:
        frame = advance(frame, context, event, now)
    return Decision(frame, len(events))


def _apply_in_time(
    frame: Frame, events: Sequence[m.Event], context: Context, now: datetime
) -> Decision:
    """Apply the first events at least, and more while there is time."""
    until = monotonic() + TURN_TIME.total_seconds()
    context = replace(context, is_over=lambda: monotonic() > until)

    taken = 0
    for event in events:
        frame = advance(frame, context, event, now)
        taken += 1
        if context.is_over():
            break
    return Decision(frame, taken)
