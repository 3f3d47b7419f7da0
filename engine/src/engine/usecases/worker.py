"""Takes a frame's events and carries them out: load, decide, save, act."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Any, Self

from engine.domain import messages as m
from engine.domain.advance import advance, effects, took
from engine.domain.code import Evaluator
from engine.domain.context import Context
from engine.domain.errors import EngineError, StaleFrame, Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.nodes import spoiled
from engine.domain.rules import Rules
from engine.ports import Clock
from engine.usecases.changes import ChangeFeed
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines

log = logging.getLogger(__name__)

BEGINNINGS = (m.CallNode, m.OpenFrames, m.PushResult)
SIDE_BY_SIDE = 5_000  # effects under way: each keeps its frame in memory
GRACE = 5.0  # seconds that effects have to end when the engine stops

Perform = Callable[[Frame, m.Effect], Awaitable[None]]


class Decider:
    """Decides what becomes of frames; an author's code runs in a thread."""

    def __init__(
        self,
        frames: Frames,
        pipelines: Pipelines,
        evaluator: Evaluator,
        rules: Rules,
        threads: Executor,
        clock: Clock,
    ) -> None:
        self._frames, self._pipelines = frames, pipelines
        self._evaluator, self._rules = evaluator, rules
        self._threads, self._clock = threads, clock

    async def context(self, frame: Frame) -> Context:
        """What a decision about this frame depends on."""
        program = await self._pipelines.program(frame.route, frame.version)
        outer: list[Frame] = []
        around = await self._frames.around(frame)
        while around:
            outer.append(around)
            around = await self._frames.around(around)
        return Context(program, self._evaluator, self._rules, tuple(outer))

    async def decide(self, frame: Frame, events: Sequence[m.Event]) -> Frame:
        """The frame after these events; a mistake of ours fails it, not the turn."""
        now = self._clock()
        try:
            context = await self.context(frame)
            if not context.graph(frame).has_code:
                return _apply(frame, events, context, now)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._threads, _apply, frame, events, context, now
            )
        except Unavailable:
            raise
        except Exception as error:
            if isinstance(error, Unknown) and error.kind == "task":
                raise  # the task around it was erased
            log.exception("no decision about %s: its task is given up", frame.path)
            return spoiled(frame, self._rules, now)


def _apply(
    frame: Frame, events: Sequence[m.Event], context: Context, now: datetime
) -> Frame:
    for event in events:
        frame = advance(frame, event, context, now)
    return frame


class Worker:
    """One turn of a frame at a time; effects are carried out beside the turns."""

    def __init__(self, frames: Frames, decider: Decider, changes: ChangeFeed) -> None:
        self._frames, self._decider, self._changes = frames, decider, changes
        self._performing: set[asyncio.Task[None]] = set()
        self._settling = False
        self.left: set[FramePath] = set()
        """Frames with effects that were not carried out before the end."""
        self.perform: Perform
        """Carries out one effect; set by whoever puts the parts together."""
        self.post: Callable[[FramePath, m.Event], Awaitable[bool | None]]
        """The inbox's; set likewise."""

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(self, *exception: Any) -> None:
        """Effects still under way are dropped: the timers will order them again."""
        for task in self._performing:
            task.cancel()
        await asyncio.gather(*self._performing, return_exceptions=True)

    @property
    def busy(self) -> bool:
        """Whether so much is under way that nothing new should begin."""
        return len(self._performing) >= SIDE_BY_SIDE

    async def settle(self) -> None:
        """Begin no work any more; see what is under way to its end, for a while."""
        self._settling = True
        until = self._loop.time() + GRACE
        while self._performing and (rest := until - self._loop.time()) > 0:
            await asyncio.wait(self._performing, timeout=rest)

    async def turn(self, path: FramePath, events: Sequence[m.Event]) -> Sequence[bool]:
        """Load, decide, save, act: a crash repeats an effect but never loses one.

        Of each event, whether the frame has taken it.
        """
        before, after = await self._moved(path, without_overtaken(events))
        if after is not before:
            self.act(before, after)
        return [took(after, event) for event in events]

    async def _moved(
        self, path: FramePath, events: Sequence[m.Event]
    ) -> tuple[Frame, Frame]:
        """The last revision without these events, and the one with them."""
        before = await self._frames.get(path)
        while True:
            after = await self._decider.decide(before, events)
            if after is before:
                newer = await self._frames.newer(before)
                if newer is None:
                    return before, before
                before = newer
                continue
            try:
                return before, await self._frames.save(before, after)
            except StaleFrame:
                before = await self._frames.get(path, fresh=True)

    async def open(self, frame: Frame) -> None:
        """Store a new frame with its first moves made, unless it is there already."""
        started = await self._decider.decide(frame, (m.Started(),))
        saved = await self._frames.insert(started)
        if saved is not None:
            self.act(None, saved)

    def act(self, before: Frame | None, saved: Frame) -> None:
        """Carry out what a saved change orders."""
        self._changes.saved(saved)
        for effect in effects(before, saved):
            if self._settling and isinstance(effect, BEGINNINGS):
                self.left.add(saved.path)
                continue
            task = self._loop.create_task(self._performed(saved, effect))
            self._performing.add(task)
            task.add_done_callback(self._performing.discard)

    async def _performed(self, frame: Frame, effect: m.Effect) -> None:
        """Whatever goes wrong here is made good by the timers."""
        try:
            await self.perform(frame, effect)
        except asyncio.CancelledError:
            self.left.add(frame.path)
            raise
        except Unknown:
            log.info("a task was erased meanwhile", extra={"path": frame.path})
        except EngineError as error:
            log.warning("%s of %s: %s", type(effect).__name__, frame.path, error)
        except Exception:
            log.exception("%s of %s failed", type(effect).__name__, frame.path)
            if event := given_up(effect):
                await self.post(frame.path, event)


def given_up(effect: m.Effect) -> m.Event | None:
    """What a frame is told of an effect that failed by a mistake of ours."""
    reason = "the engine failed to carry it out: see its log"
    match effect:
        case m.CallNode(node=node, attempt=attempt):
            return m.NodeFailed(node, attempt, reason)
        case m.OpenFrames() | m.InspectLoop() | m.CollectLoop():
            return m.LoopFailed(effect.node, effect.attempt, reason)
        case _:
            return None


def without_overtaken(events: Sequence[m.Event]) -> Sequence[m.Event]:
    """The events without acknowledgements whose results came along with them."""
    if len(events) == 1:
        return events
    over = {(e.node, e.attempt) for e in events if isinstance(e, m.NodeFinished)}
    return [
        e
        for e in events
        if not (isinstance(e, m.NodeAcknowledged) and (e.node, e.attempt) in over)
    ]
