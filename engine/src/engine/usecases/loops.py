"""Opens the frames of a loop, looks after them, and reads what they give."""

import asyncio
from collections.abc import AsyncIterator

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.advance import new_child
from engine.domain.frame import Frame, FrameStatus
from engine.domain.graph import Program
from engine.domain.nodes import collected
from engine.domain.pipeline import LoopNode
from engine.domain.values import Json
from engine.ports import Clock, FrameStore, Inbox
from engine.usecases.frames import Frames
from engine.usecases.worker import Decider, Worker

PAGE = 200  # frames read at once
TOGETHER = 64  # frames made side by side


class Loops:
    """Carries out what concerns the frames of a loop's items."""

    def __init__(
        self,
        store: FrameStore,
        frames: Frames,
        decider: Decider,
        worker: Worker,
        inbox: Inbox,
        clock: Clock,
    ) -> None:
        self._store, self._frames, self._decider = store, frames, decider
        self._worker, self._inbox, self._clock = worker, inbox, clock

    async def open(self, frame: Frame, order: m.OpenFrames) -> None:
        """Make the frames of some items; those that are there stay as they are."""
        program = (await self._decider.context(frame)).program
        for first in range(order.first, order.stop, TOGETHER):
            indexes = range(first, min(first + TOGETHER, order.stop))
            opening = (self._open(frame, program, order, index) for index in indexes)
            await asyncio.gather(*opening)

    async def _open(
        self, frame: Frame, program: Program, order: m.OpenFrames, index: int
    ) -> None:
        now = await self._frames.get(frame.path)
        if now.runs[order.node].loops(order.attempt):
            child = new_child(frame, program, order.node, index, self._clock())
            await self._worker.open(child)
            if not await self._frames.task_exists(child):
                await self._frames.erase(child.task)

    async def inspect(self, frame: Frame, order: m.InspectLoop) -> None:
        """Find frames that were never made, or whose end was not heard of."""
        run = frame.runs[order.node]
        loop = run.loop
        if loop is None:
            return
        missing = loop.under_way()
        first = min(missing, default=loop.opened)
        async for child in self._children(frame, order.node, order.attempt, first):
            if child.parent is None or child.parent.index not in missing:
                continue
            missing.discard(child.parent.index)
            if not child.open:
                await self.tell_parent(child)
        for index in sorted(missing):
            again = m.OpenFrames(order.node, order.attempt, index, index + 1)
            await self.open(frame, again)
        if loop.count == loop.total:
            await self.collect(frame, m.CollectLoop(order.node, order.attempt))

    async def tell_parent(self, frame: Frame) -> None:
        """Tell the loop that the frame of an item ended."""
        if parent := frame.parent:
            error = None
            if frame.status is not FrameStatus.FINISHED:
                error = frame.error or str(frame.status)
            event = m.FrameEnded(parent.node, parent.attempt, parent.index, error)
            await self._inbox.post(parent.path, event)

    async def collect(self, frame: Frame, order: m.CollectLoop) -> None:
        """Read what the ended frames give, in the order of the items."""
        context = await self._decider.context(frame)
        node = context.graph(frame).nodes[order.node]
        out: dict[str, Json] = {}
        if isinstance(node, LoopNode) and node.collect:
            inside = replace(context, outer=(frame, *context.outer))
            async for child in self._children(frame, order.node, order.attempt):
                index = child.parent.index if child.parent else 0
                child = await self._frames.unpacked(child)
                out |= collected(child, inside, node, index)
        event = m.LoopCollected(order.node, order.attempt, out)
        await self._inbox.post(frame.path, event)

    async def cancel(self, frame: Frame, order: m.CancelFrames) -> None:
        """Stop the frames of a loop that nobody waits for."""
        async for child in self._children(frame, order.node, order.attempt):
            if child.open:
                await self._inbox.post(child.path, m.CancelRequested("not needed"))

    async def orphaned(self, frame: Frame) -> bool:
        """Whether the loop that a frame belongs to does not wait for it any more."""
        parent = frame.parent
        if parent is None:
            return False
        outer = await self._frames.get(parent.path, fresh=True)
        return not outer.runs[parent.node].loops(parent.attempt)

    async def _children(
        self, frame: Frame, node: str, attempt: int, first: int = 0
    ) -> AsyncIterator[Frame]:
        while page := await self._store.children(
            frame.path, node, attempt, first, PAGE
        ):
            for child in page:
                yield child
            last = page[-1].parent
            first = last.index + 1 if last else first + PAGE
