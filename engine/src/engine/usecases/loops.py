"""Makes the frames of a loop, looks after them, and reads what they give."""

import asyncio
from collections.abc import AsyncIterator, Callable

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.budget import weight
from engine.domain.context import Context
from engine.domain.errors import (
    NewerFrame,
    TooManyFrames,
    ValueTooDeep,
    ValueTooLarge,
)
from engine.domain.frame import Frame, FramePath, FrameStatus, StandIn
from engine.domain.gate import NOTHING, named
from engine.domain.new_frames import new_child
from engine.domain.nodes.loop import Collected
from engine.domain.pipeline import LoopNode
from engine.domain.room import too_large
from engine.domain.run_faults import Cause, RunFault, fault_of
from engine.ports import Clock, FrameStore, Inbox
from engine.usecases.budgets import Budgets
from engine.usecases.decider import Decider
from engine.usecases.fair_places import FairPlaces
from engine.usecases.frames import Frames
from engine.usecases.recent import Recent

# Bounds how many frames of a loop are in memory while all of them are read.
FRAMES_PER_PAGE = 200

# Bounds how many inserts one loop has under way, whatever its concurrency. The stores
# save together what waits, so that a batch costs little more than one insert.
FRAMES_MADE_TOGETHER = 64

# Frames of items that are made at once, and those of one task: what the stores save
# together. Each pass of the event loop makes one step of all of them, and every other
# request waits for that.
MAX_FRAMES_IN_THE_MAKING = 32
MAX_FRAMES_IN_THE_MAKING_PER_TASK = 12

LARGE_ITEM_BYTES = 64 << 10
"""Of the values of a frame. If a loop has made a larger one, its next ones weigh more:
a dozen at once would be made without a pause."""

LARGE_ITEM_WEIGHT = 3
"""So four of one task are made at once: some while the others are being stored."""

MAX_LARGE_LOOPS = 1_000
"""Bounds how many loops are remembered as making large frames."""

Start = Callable[[Frame], None]
"""Starts what a frame orders that was just stored."""


class Loops:
    """Carries out what concerns the frames of a loop's items."""

    def __init__(
        self,
        *,
        store: FrameStore,
        frames: Frames,
        decider: Decider,
        budgets: Budgets,
        inbox: Inbox,
        clock: Clock,
    ) -> None:
        self._store = store
        self._frames = frames
        self._decider = decider
        self._budgets = budgets
        self._inbox = inbox
        self._clock = clock
        self._making = FairPlaces(
            MAX_FRAMES_IN_THE_MAKING, MAX_FRAMES_IN_THE_MAKING_PER_TASK
        )
        self._weights: Recent[tuple[FramePath, str], int] = Recent(MAX_LARGE_LOOPS)
        """Of the frames of loops that make large ones."""

    async def open(
        self, frame: Frame, order: m.OpenFrames, start: Start, again: bool = False
    ) -> None:
        """Store the frames of some items, and start those that were not there.

        A loop whose task may not make so many frames has failed. `again`: some of its
        frames may be there, and count already.
        """
        context = await self._decider.context(frame)
        units = weight(context.program.graph((*frame.loops, order.node)))
        loop = frame.runs[order.node].loop

        try:
            if loop and not order.first and not again:
                await self._budgets.expect(frame.first_task, units * loop.total)
            await self._make(frame, context, order, units, start)
        except TooManyFrames as error:
            await self._inbox.post(frame.path, _failed(order, fault_of(error)))

    async def _make(
        self,
        frame: Frame,
        context: Context,
        order: m.OpenFrames,
        units: int,
        start: Start,
    ) -> None:
        """Raises `TooManyFrames`; each frame counts as so many units."""
        for first in range(order.first, order.stop, FRAMES_MADE_TOGETHER):
            stop = min(first + FRAMES_MADE_TOGETHER, order.stop)
            await self._budgets.take(frame.first_task, units * (stop - first))

            # If one item fails, the others are not left alone under way: all outcomes
            # are waited for before one is raised.
            outcomes = await asyncio.gather(
                *(
                    self._open_child(frame, context, order, index, start)
                    for index in range(first, stop)
                ),
                return_exceptions=True,
            )

            stored = [made for made in outcomes if isinstance(made, Frame)]
            missing = stop - first - len(stored)
            self._budgets.give_back(frame.first_task, units * missing)
            if stored:
                await self._erase_unless_wanted(stored[0])

            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome

    async def _open_child(
        self,
        frame: Frame,
        context: Context,
        order: m.OpenFrames,
        index: int,
        start: Start,
    ) -> Frame | None:
        """The stored frame of one item; None if it is there, or not wanted any more."""
        has_code = context.program.graph((*frame.loops, order.node)).has_code
        begun: Frame | None = None

        # Code has turns of its own: while it waits for them, others can be made.
        if has_code:
            begun = await self._begun(frame, context, order, index)
            if begun is None:
                return None

        loop = (frame.path, order.node)
        weight = self._weights.get(loop) or 1
        async with self._making.turn(frame.first_task, weight, person=frame.owner):
            begun = begun or await self._begun(frame, context, order, index)
            if begun and begun.value_bytes > LARGE_ITEM_BYTES:
                self._weights.put(loop, LARGE_ITEM_WEIGHT)
            saved = await self._frames.insert(begun) if begun else None

        # At once: an item must not wait for others, whose first code may take long.
        if saved is not None:
            start(saved)
        return saved

    async def _begun(
        self, frame: Frame, context: Context, order: m.OpenFrames, index: int
    ) -> Frame | None:
        """A frame that made its first moves; None if it is not wanted any more."""
        # The loop may have ended since the order was given: a cancelled task must
        # not get new frames that nobody would cancel.
        now = await self._frames.outline(frame.path)
        if not _loops(now, order.node, order.attempt):
            return None

        child = new_child(frame, context, order.node, index=index, now=self._clock())
        begun = await self._decider.begin(child)

        # It may have waited for its turn until the loop had ended.
        return None if begun.status is FrameStatus.CANCELLED else begun

    async def _erase_unless_wanted(self, child: Frame) -> None:
        """Erase what was stored for a task that was erased at the same moment.

        Asked only after storing: otherwise the task could be erased between the
        question and the insert, and its frames would stay for ever.
        """
        if not await self._frames.task_exists(child):
            await self._frames.erase(child.task)

    async def inspect(self, frame: Frame, order: m.InspectLoop, start: Start) -> None:
        """Look for frames that were never made, or whose end was not heard of.

        A crash or a lost message leaves both.
        """
        run = frame.runs.get(order.node)
        # The order may have waited: the loop may have ended since.
        if run is None or run.loop is None or not run.loops(order.attempt):
            return

        loop = run.loop
        missing = loop.under_way()
        first = min(missing, default=loop.opened)
        async for child in self._children(frame, order.node, order.attempt, first):
            if child.parent is None or child.parent.index not in missing:
                continue
            missing.discard(child.parent.index)
            if not child.open:
                await self.tell_parent(child)

        for index in sorted(missing):
            missed = m.OpenFrames(order.node, order.attempt, index, index + 1)
            await self.open(frame, missed, start, again=True)

        # All items have ended: then what is missing is the message of their values.
        if loop.count == loop.total:
            await self.collect(frame, m.CollectLoop(order.node, order.attempt))

    async def tell_parent(self, frame: Frame) -> None:
        """Tell the loop that the frame of an item ended."""
        parent = frame.parent
        if parent is None:
            return

        error = None
        if frame.status is not FrameStatus.FINISHED:
            error = frame.error or str(frame.status)

        event = m.FrameEnded(
            node=parent.node,
            attempt=parent.attempt,
            index=parent.index,
            error=error,
            fault=frame.fault,
            kept_bytes=frame.kept_bytes,
        )
        await self._inbox.post(parent.path, event)

    async def collect(self, frame: Frame, order: m.CollectLoop) -> None:
        """Read what the ended frames give, in the order of the items."""
        event: m.Event
        try:
            event = await self._collected(frame, order)
        except (ValueTooLarge, ValueTooDeep) as error:
            event = _failed(order, fault_of(error))
        await self._inbox.post(frame.path, event)

    async def _collected(self, frame: Frame, order: m.CollectLoop) -> m.Event:
        """Raises `ValueTooLarge` before more is in memory than a value may take."""
        context = await self._decider.context(frame)
        node = context.graph(frame).nodes[order.node]

        # Without `collect` nobody wants the values: the frames are not read at all.
        if not isinstance(node, LoopNode) or not node.collect:
            return m.LoopCollected(order.node, order.attempt, NOTHING)

        run = frame.runs[order.node]
        if run.loop is None:
            # It was turned back to since: nobody waits for this any more.
            return m.LoopCollected(order.node, order.attempt, NOTHING)

        found = Collected(node, run.loop.total)
        rules = context.rules
        inside = replace(context, outer=(frame, *context.outer))
        size = 0
        async for child in self._children(frame, order.node, order.attempt):
            if child.stand_in:
                return _not_collected(child, order)

            index = child.parent.index if child.parent else 0
            child = await self._frames.unpacked(child)
            values = found.add(child, inside, index)

            size += inside.sizes.of(values).bytes
            if size > rules.max_value_bytes:
                what = f"what it collects, up to item {index},"
                raise too_large(what, size, rules)
        return m.LoopCollected(order.node, order.attempt, named(found.out))

    async def cancel(self, frame: Frame, order: m.CancelFrames) -> None:
        """Stop the frames of a loop whose result is not needed any more."""
        async for child in self._children(frame, order.node, order.attempt):
            if child.open:
                await self._inbox.post(child.path, m.CancelRequested("not needed"))

    async def orphaned(self, frame: Frame) -> bool:
        """Whether the loop that a frame belongs to does not wait for it any more."""
        parent = frame.parent
        if parent is None:
            return False

        # Read afresh: a remembered frame may still loop after another replica ended it.
        outer = await self._frames.outline(parent.path, fresh=True)
        return not _loops(outer, parent.node, parent.attempt)

    async def _children(
        self, frame: Frame, node: str, attempt: int, first: int = 0
    ) -> AsyncIterator[Frame]:
        while True:
            page = await self._store.children(
                frame.path, node, attempt, first, FRAMES_PER_PAGE
            )
            if not page:
                return

            for child in page:
                yield child

            last = page[-1].parent
            first = last.index + 1 if last else first + FRAMES_PER_PAGE


def _loops(frame: Frame, node: str, attempt: int) -> bool:
    """Whether the frames of an activation of a loop are wanted."""
    run = frame.runs.get(node)
    return run is not None and run.loops(attempt)


def _failed(order: m.OpenFrames | m.CollectLoop, fault: RunFault) -> m.LoopFailed:
    return m.LoopFailed(order.node, order.attempt, str(fault), fault.code)


def _not_collected(child: Frame, order: m.CollectLoop) -> m.LoopFailed:
    """An item has ended, but what it gave cannot be read.

    Raises `NewerFrame` if a later version of the engine can read it.
    """
    if child.stand_in is StandIn.NEWER:
        raise NewerFrame(child.path)
    reason = f"{child.path}: {child.error}"
    return m.LoopFailed(order.node, order.attempt, reason, Cause.UNREADABLE)
