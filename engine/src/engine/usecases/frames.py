"""Frames as the use cases want them: remembered, with their large values."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TypeVar
from weakref import WeakValueDictionary

from engine.domain.errors import NewerFrame, StaleFrame, Unavailable
from engine.domain.frame import Frame, FramePath, StandIn
from engine.domain.room import values_of
from engine.domain.values import Json, Large, unwrap
from engine.ports import BlobStore, FrameStore
from engine.usecases.capacity import LARGE_BYTES_PER_SECOND, Capacity
from engine.usecases.large_values import LargeValues
from engine.usecases.meter import Meter
from engine.usecases.recent import Recent
from engine.usecases.rests import Rests

T = TypeVar("T")

# The largest frame (MAX_FRAME_BYTES) fits: otherwise each of its turns would read it.
CACHE_BYTES = 64 << 20
"""Memory that the remembered frames may take, roughly."""

READ_AT_ONCE_BYTES = 64 << 20
"""Of the values of frames that are read for a turn. The timers wake 500 at once."""

RUN_BYTES = 2_000
"""Memory of a run without its values, roughly."""

# Bounds how many paths of ended items are remembered. A call that still waits for its
# place learns from them that its item has ended.
MAX_ENDED_ITEMS = 4_096


def _memory_of(frame: Frame) -> int:
    # What values count is about the memory that they take.
    return RUN_BYTES * len(frame.runs) + frame.value_bytes


class Frames:
    """A `FrameStore` whose documents stay small, and are read once.

    What it remembers it may lose: a stale copy is found out by its revision. `alone`:
    nobody else saves frames, so what is remembered is what is stored.
    """

    def __init__(
        self,
        *,
        store: FrameStore,
        blobs: BlobStore,
        alone: bool,
        meter: Meter | None = None,
        rests: Rests | None = None,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._alone = alone
        self._meter = meter or Meter()
        self._values = LargeValues(blobs, rests or Rests())
        self._known: Recent[FramePath, Frame] = Recent(CACHE_BYTES, _memory_of)
        self._ended: Recent[FramePath, bool] = Recent(MAX_ENDED_ITEMS)
        self._erasures = 0
        self._capacity = Capacity(READ_AT_ONCE_BYTES, LARGE_BYTES_PER_SECOND)
        self._reading: WeakValueDictionary[FramePath, asyncio.Lock]
        self._reading = WeakValueDictionary()

    def awaits(self, path: FramePath, node: str, attempt: int) -> bool:
        """Whether a result is still awaited, as far as is known here."""
        known = self._known.get(path)
        if known is None:
            return not self._ended.get(path)
        return known.awaits(node, attempt)

    async def get(self, path: FramePath, fresh: bool = False) -> Frame:
        """A frame with its large values; raises `Unknown`, `NewerFrame`.

        It may be an older revision than the stored one, unless it is read `fresh`.
        """
        if fresh:
            return await self._read(path)

        # As most are: nothing waits, and no lock is made.
        known = self._known.get(path)
        if known is not None:
            return known

        # Of many who want it at the same time, such as the items of a loop, one reads.
        lock = self._reading.setdefault(path, asyncio.Lock())
        async with lock:
            return self._known.get(path) or await self._read(path)

    async def _read(self, path: FramePath) -> Frame:
        erasures = self._erasures
        frame = await self._values.unpacked(await self._stored(path))
        return self._remember_unless_erased(frame, erasures)

    def _remember_unless_erased(self, frame: Frame, erasures: int) -> Frame:
        # Something was erased while this was being read, perhaps this very task. To
        # remember it now would show an erased task, for as long as it is remembered.
        if erasures != self._erasures:
            return frame
        return self._remember(frame)

    async def outline(self, path: FramePath, fresh: bool = False) -> Frame:
        """Like `get`, for those who need no values: the large ones may be missing."""
        known = None if fresh else self._known.get(path)
        if known is not None:
            return known

        erasures = self._erasures
        stored = await self._stored(path)
        if any(isinstance(value, Large) for value in values_of(stored)):
            return stored
        return self._remember_unless_erased(stored, erasures)

    def at_hand(self, path: FramePath) -> Frame | None:
        """A frame that can have its turn at once, as most can: nothing is read."""
        known = self._known.get(path)
        return known if known is not None and known.parent is None else None

    @asynccontextmanager
    async def held(self, path: FramePath) -> AsyncIterator[Frame]:
        """A frame for one turn. Waits while large ones have theirs."""
        task = path.partition("/")[0]
        to_read, person = await self._to_read(path)
        async with self._capacity.holding(task, to_read, person):
            yield await self.get(path)

    async def _to_read(self, path: FramePath) -> tuple[int, str]:
        """Bytes of values not yet in memory: of a frame and of those around it.

        And whose task it is.
        """
        to_read = 0
        person = ""
        at: FramePath | None = path
        while at is not None:
            frame = await self.outline(at)
            if self._known.get(at) is None:
                to_read += frame.value_bytes
            person = frame.owner
            at = frame.parent.path if frame.parent else None
        return to_read, person

    async def current(self, path: FramePath) -> Frame:
        """The last saved revision of a frame; raises `Unknown`, `NewerFrame`.

        Its large values may be without their content: `content` gives it.
        """
        return await self.outline(path, fresh=not self._alone)

    async def _stored(self, path: FramePath) -> Frame:
        stored = await self._store.get(path)
        if stored.stand_in is StandIn.NEWER:
            raise NewerFrame(path)
        return stored

    async def content(self, value: Json | Large) -> Json:
        """A value of a frame, wherever it is kept."""
        return unwrap(await self._values.content(value))

    async def newer(self, frame: Frame) -> Frame | None:
        """A newer revision, saved by another replica; None if there is none."""
        if self._alone:
            return None

        last = await self.get(frame.path, fresh=True)
        return last if last.revision != frame.revision else None

    async def around(self, frame: Frame) -> Frame | None:
        """The frame whose loop a frame belongs to, not older than that loop."""
        parent = frame.parent
        if parent is None:
            return None

        outer = await self.get(parent.path)
        # Another replica started this activation of the loop after the frame around
        # it was remembered here: its runs are not yet those that the item may read.
        run = outer.runs.get(parent.node)
        if run is not None and run.attempt < parent.attempt:
            outer = await self.get(parent.path, fresh=True)
        return outer

    async def expect(self, path: FramePath) -> None:
        """Raises `Unknown` unless the frame is there; reads no large values."""
        if not (self._alone and self._known.get(path)):
            await self._store.get(path)

    async def runs_now(self, path: FramePath) -> bool:
        """Whether there is such a frame, and it is open; reads no large values."""
        frame = self._known.get(path) if self._alone else None
        if frame is None:
            frame = await self._store.find(path)
        return frame is not None and frame.open

    def wanted(self, frame: Frame) -> bool:
        """Whether the loops around a frame still run, as far as is known here."""
        while frame.parent:
            parent = frame.parent
            outer = self._known.get(parent.path)
            if outer is None:
                return not self._ended.get(parent.path)

            run = outer.runs.get(parent.node)
            if run is None or not run.loops(parent.attempt):
                return False
            frame = outer
        return True

    async def unpacked(self, frame: Frame) -> Frame:
        """A frame that was read from the store, with its large values."""
        return await self._values.unpacked(frame)

    async def insert(self, frame: Frame) -> Frame | None:
        """Store a new frame; None if there is one already."""
        packed = await self._values.packed(None, frame)
        saved = await self._measured(self._store.insert(packed))
        return saved and self._remember(saved)

    async def save(self, before: Frame, after: Frame) -> Frame:
        """Store the next revision; raises `StaleFrame`."""
        packed = await self._values.packed(before, after)
        saved = await self._measured(self._store.save(packed))
        return self._remember(saved)

    async def _measured(self, write: Awaitable[T]) -> T:
        began = perf_counter()
        try:
            written = await write
        except (StaleFrame, Unavailable) as error:
            self._meter.save_errors[type(error).__name__] += 1
            raise
        self._meter.saves.add(perf_counter() - began)
        return written

    def remembered(self) -> list[Frame]:
        """The frames that are at hand, the open ones and tasks that have ended."""
        return self._known.values()

    async def look_again(self, path: FramePath) -> None:
        """Forget a frame that another replica has saved, or erased, meanwhile."""
        if self._alone:
            return

        stored = await self._store.find(path)
        # It may have been saved here meanwhile.
        known = self._known.get(path)
        if known is not None and (stored is None or stored.revision > known.revision):
            self._known.drop(path)

    async def task_exists(self, frame: Frame) -> bool:
        """Whether the task of a frame is still there: an item may outlive it."""
        root = FramePath(frame.task)
        if frame.parent is None or (self._alone and self._known.get(root)):
            return True
        return await self._store.find(root) is not None

    async def erase(self, task: str) -> None:
        """Erase a task. Blobs go first: until all are erased, the task can be found."""
        await self._blobs.erase(task)
        await self._store.erase(task)
        self._erasures += 1
        self._known.drop(FramePath(task))

    def _remember(self, frame: Frame) -> Frame:
        """Keep a frame unless a newer revision is known; gives what is known then."""
        known = self._known.get(frame.path)
        # A slow read may end after a save that began later.
        if known is not None and known.revision > frame.revision:
            return known

        if frame.open or frame.parent is None:
            self._known.put(frame.path, frame)
        else:
            # Nobody asks for an ended item by itself: its loop reads all of them at
            # once from the store. So a long loop takes no memory.
            self._known.drop(frame.path)
            self._ended.put(frame.path, True)
        return frame
