"""Starts what saved frames order, and keeps account of what is under way."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from engine.domain import messages as m
from engine.domain.effects import effects
from engine.domain.errors import EngineError, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.run_faults import Cause
from engine.ports import Inbox
from engine.usecases.admission import Admission, Beginning
from engine.usecases.budgets import Budgets
from engine.usecases.calls import Calls
from engine.usecases.frames import Frames
from engine.usecases.log_context import begin_attempt, begin_turn
from engine.usecases.loops import Loops
from engine.usecases.pushes import Pushes
from engine.usecases.statistics import Statistics
from engine.usecases.tracing import Tracing
from engine.usecases.watching import ChangeFeed
from engine.usecases.windows import Windows

log = logging.getLogger(__name__)

EFFECTS_GRACE = timedelta(seconds=5)
"""How long effects under way may go on when the engine stops."""

# Each effect under way keeps its frame in memory: new tasks are refused beyond this.
# One task alone cannot come near it (`admission.py`).
MAX_EFFECTS_UNDER_WAY = 5_000

LITTLE = 10
"""Who has less than a tenth of them under way has little."""

RESERVE = 2
"""Half as many again are kept for those who have little."""

# Effects that begin new work. An engine that stops leaves them to another replica,
# or to its next start. The others only finish what was begun.
BEGINNING_WORK = (m.CallNode, m.OpenFrames, m.ContinueTurn, m.PushResult)


class Effects:
    """Carries out the effects of saved frames, next to the turns."""

    def __init__(
        self,
        *,
        calls: Calls,
        loops: Loops,
        pushes: Pushes,
        changes: ChangeFeed,
        budgets: Budgets,
        statistics: Statistics,
        windows: Windows,
        inbox: Inbox,
        frames: Frames,
        tracing: Tracing | None = None,
        grace: timedelta = EFFECTS_GRACE,
        max_under_way: int = MAX_EFFECTS_UNDER_WAY,
    ) -> None:
        self._calls = calls
        self._loops = loops
        self._pushes = pushes
        self._changes = changes
        self._budgets = budgets
        self._statistics = statistics
        self._windows = windows
        self._inbox = inbox
        self._frames = frames
        self._tracing = tracing
        self._admission = Admission(self._begin)
        self._grace = grace
        self._max_under_way = max_under_way
        self._under_way: dict[asyncio.Task[None], str] = {}
        """Each with the person to whom it belongs."""
        self._of_person: defaultdict[str, int] = defaultdict(int)
        self._draining = False
        self.left: set[FramePath] = set()
        """Frames with effects that were not carried out before the engine stopped."""

    def full(self, *, called: bool, person: str = "") -> bool:
        """Whether so much is under way that no task of a person should begin.

        One that a running task called is taken for longer: otherwise an engine full of
        tasks that wait for those they call would stand still. And so is one of somebody
        who has little under way: it is others who have filled the engine.
        """
        limit = self._max_under_way * (2 if called else 1)
        # Results that are brought to callers have places of their own: a caller that
        # does not answer must not fill the engine.
        under_way = len(self._under_way) - len(self._pushes)
        if under_way < limit:
            return False

        has_little = self._of_person.get(person, 0) < self._max_under_way // LITTLE
        return not (person and has_little and under_way < limit + limit // RESERVE)

    def start(self, before: Frame | None, saved: Frame) -> None:
        """Start what a saved change orders; `before` is None for a new frame."""
        self._changes.saved(saved)
        if saved.path in self._windows.held:
            self._windows.saved(saved)
        self._budgets.saved(saved)
        self._statistics.saved(before, saved)
        if self._tracing:
            self._tracing.saved(before, saved)

        for effect in effects(before, saved):
            if self._draining and isinstance(effect, BEGINNING_WORK):
                self.left.add(saved.path)
            elif isinstance(effect, Beginning):
                self._admission.ask(saved, effect)
            elif isinstance(effect, m.PushResult) and saved.push:
                # Without the frame: it may wait long for its place.
                push = self._carry_out(saved.path, effect, push_to=saved.push.url)
                self._add(push, saved.owner)
            else:
                self._add(self._carry_out(saved.path, effect, saved), saved.owner)

    def _begin(
        self, path: FramePath, effect: Beginning, first_task: str, person: str
    ) -> None:
        """Carry out an effect that was admitted."""
        self._add(self._carry_out_admitted(path, effect, first_task), person)

    def _add(self, work: Coroutine[Any, Any, None], person: str) -> None:
        task = asyncio.create_task(work)
        # The event loop keeps only weak references to its tasks.
        self._under_way[task] = person
        self._of_person[person] += 1
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        person = self._under_way.pop(task)
        self._of_person[person] -= 1
        if not self._of_person[person]:
            del self._of_person[person]

    async def drain(self) -> None:
        """Begin no more work; wait for what is under way until the grace is over."""
        self._draining = True
        self.left |= self._admission.give_up()

        loop = asyncio.get_running_loop()
        until = loop.time() + self._grace.total_seconds()
        # An effect that ends may start others (a frame that ends tells its parent),
        # so one wait is not enough.
        while self._under_way:
            rest = until - loop.time()
            if rest <= 0:
                break
            await asyncio.wait(self._under_way, timeout=rest)

    async def drop(self) -> None:
        """Cancel what is still under way: the timers will order it again."""
        self._admission.give_up()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _carry_out_admitted(
        self, path: FramePath, effect: Beginning, first_task: str
    ) -> None:
        try:
            await self._carry_out(path, effect)
        finally:
            self._admission.ended(path, effect, first_task)

    async def _carry_out(
        self,
        path: FramePath,
        effect: m.Effect,
        frame: Frame | None = None,
        *,
        push_to: str = "",
    ) -> None:
        """Carry out one effect; what fails here is ordered again by the timers.

        Without `frame`, what is known of the frame by now will do. `push_to`: the URL
        to which it brings a result.
        """
        _begin(path, effect)
        try:
            # Both may wait for their places, and keep no frame in memory for that long.
            if isinstance(effect, m.CallNode):
                await self._calls.call(path, effect)
            elif push_to:
                await self._pushes.push(path, push_to)
            else:
                await self._perform(effect, frame or await self._frames.get(path))
        except asyncio.CancelledError:
            self.left.add(path)
            raise
        except EngineError as error:
            _log_failure(path, effect, error)
        except Exception:
            log.exception("%s of %s failed", type(effect).__name__, path)
            event = given_up(effect)
            if event is not None:
                await self._inbox.post(path, event)

    def _start_new(self, saved: Frame) -> None:
        self.start(None, saved)

    async def _perform(self, effect: m.Effect, frame: Frame) -> None:
        match effect:
            case m.CancelCall():
                await self._calls.cancel(frame, effect)
            case m.OpenFrames():
                await self._loops.open(frame, effect, self._start_new)
            case m.InspectLoop():
                await self._loops.inspect(frame, effect, self._start_new)
            case m.CollectLoop():
                await self._loops.collect(frame, effect)
            case m.CancelFrames():
                await self._loops.cancel(frame, effect)
            case m.TellParent():
                await self._loops.tell_parent(frame)
            case m.ContinueTurn():
                await self._inbox.post(frame.path, m.TurnContinued())


def _begin(path: FramePath, effect: m.Effect) -> None:
    """Let lines of the log say what this is about.

    What was admitted late is started by the end of something else, of another task.
    """
    match effect:
        case (
            m.CallNode(node=node, attempt=attempt)
            | m.CancelCall(node=node, attempt=attempt)
        ):
            begin_attempt(path, node, attempt)
        case _:
            begin_turn(path)


def _log_failure(path: FramePath, effect: m.Effect, error: EngineError) -> None:
    if isinstance(error, Unknown):
        log.info("a task was erased meanwhile")
    else:
        log.warning("%s of %s: %s", type(effect).__name__, path, error)


def given_up(effect: m.Effect) -> m.Event | None:
    """What a frame is told of an effect that failed by an error in the engine.

    None: the timers order such an effect again, which costs nothing but time.
    """
    reason = "the engine failed to carry it out: see its log"
    match effect:
        case m.CallNode(node=node, attempt=attempt):
            return m.NodeFailed(node, attempt, reason, code=Cause.ENGINE_FAILED)
        case m.OpenFrames() | m.InspectLoop() | m.CollectLoop():
            code = Cause.ENGINE_FAILED
            return m.LoopFailed(effect.node, effect.attempt, reason, code)
        case _:
            return None
