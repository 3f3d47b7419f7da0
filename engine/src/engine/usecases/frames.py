"""Frames as the use cases want them: cached, large values kept outside, and packed."""

import hashlib
import logging

import orjson
from msgspec.structs import replace

from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.run import Run
from engine.domain.values import Json, Large
from engine.ports import BlobStore, FrameStore
from engine.usecases.recent import Recent

log = logging.getLogger(__name__)

LARGE = 16_384  # bytes of JSON from which on a value leaves its document
MEMORY = 32 << 20  # bytes that remembered frames may take, roughly
OBJECTS = 8  # bytes in memory of a byte of JSON, roughly
ENDED = 4_096  # ended frames of items whose paths are remembered


def _weight(frame: Frame) -> int:
    return sum(
        2_000 + sum(_size(value) for value in _values(run))
        for run in frame.runs.values()
    )


def _values(run: Run) -> tuple[Json | Large, ...]:
    items = run.loop.items if run.loop else None
    return (run.params, run.input, run.out, items)


def _size(value: Json | Large) -> int:
    return value.size * OBJECTS if isinstance(value, Large) else 0


class Frames:
    """A `FrameStore` whose documents stay small, and are read once.

    What it remembers it may lose: a stale copy is found out by its revision. `alone`:
    nobody else saves frames, so that what is remembered is how they are.
    """

    def __init__(self, *, store: FrameStore, blobs: BlobStore, alone: bool) -> None:
        self._store = store
        self._blobs = blobs
        self._alone = alone
        self._frames: Recent[FramePath, Frame] = Recent(MEMORY, _weight)
        self._contents: Recent[str, Large] = Recent(MEMORY, _size)
        self._ended: Recent[FramePath, bool] = Recent(ENDED)
        self._forgotten = 0

    def awaits(self, path: FramePath, node: str, attempt: int) -> bool:
        """Whether a result is still awaited, as far as is known here."""
        known = self._frames.get(path)
        if known is None:
            return not self._ended.get(path)
        return known.open and known.runs[node].awaits(attempt)

    async def get(self, path: FramePath, fresh: bool = False) -> Frame:
        """A frame with its large values; raises `Unknown`."""
        known = None if fresh else self._frames.get(path)
        if known is None:
            forgotten = self._forgotten
            known = await self.unpacked(await self._store.get(path))
            if forgotten == self._forgotten:
                known = self._remember(known)
        return known

    async def current(self, path: FramePath) -> Frame:
        """A frame as it is now, whoever saved it; raises `Unknown`."""
        return await self.get(path, fresh=not self._alone)

    async def newer(self, frame: Frame) -> Frame | None:
        """A frame as somebody else saved it since; None: it is the last revision."""
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
        if outer.runs[parent.node].attempt < parent.attempt:
            outer = await self.get(parent.path, fresh=True)
        return outer

    async def expect(self, path: FramePath) -> None:
        """Raises `Unknown` unless the frame is there, readable or not."""
        if not (self._alone and self._frames.get(path)):
            await self._store.get(path)

    def _remember(self, frame: Frame) -> Frame:
        """Keep a frame unless a newer revision is known; what is known then.

        An ended item is not asked for any more: its loop reads all of them at once.
        """
        known = self._frames.get(frame.path)
        if known is not None and known.revision > frame.revision:
            return known
        if frame.open or frame.parent is None:
            self._frames.put(frame.path, frame)
        else:
            self._frames.drop(frame.path)
            self._ended.put(frame.path, True)
        return frame

    async def insert(self, frame: Frame) -> Frame | None:
        """Store a new frame; None if there is one already."""
        saved = await self._store.insert(await self._packed(None, frame))
        return saved and self._remember(saved)

    async def save(self, before: Frame, after: Frame) -> Frame:
        """Store the next revision; raises `StaleFrame`."""
        saved = await self._store.save(await self._packed(before, after))
        return self._remember(saved)

    async def task_exists(self, frame: Frame) -> bool:
        """Whether the task of a frame is still there: an item may outlive it."""
        root = FramePath(frame.task)
        if frame.parent is None or (self._alone and self._frames.get(root)):
            return True
        return await self._store.find(root) is not None

    async def erase(self, task: str) -> None:
        """Leave no trace of a task, blobs first: until all is done it can be found."""
        await self._blobs.erase(task)
        await self._store.erase(task)
        self._forgotten += 1
        self._frames.drop(FramePath(task))

    async def unpacked(self, frame: Frame) -> Frame:
        """The frame with the content of its large values."""
        runs = {id_: await self._unpacked_run(run) for id_, run in frame.runs.items()}
        parent = frame.parent
        if parent is not None:
            parent = replace(parent, item=await self._content(parent.item))
        return replace(frame, runs=runs, parent=parent)

    async def _unpacked_run(self, run: Run) -> Run:
        changes: dict[str, Json] = {}
        for part in ("params", "input", "out"):
            if isinstance(value := getattr(run, part), Large):
                changes[part] = await self._content(value)
        if run.loop and isinstance(run.loop.items, Large):
            items = await self._content(run.loop.items)
            changes["loop"] = replace(run.loop, items=items)
        return replace(run, **changes) if changes else run

    async def _content(self, value: Json | Large) -> Json | Large:
        if not isinstance(value, Large):
            return value
        if known := self._contents.get(value.key):
            return known
        try:
            content = b"".join([piece async for piece in self._blobs.read(value.key)])
        except Unknown:
            log.error("the value %s is lost: it is read as null", value.key)
            return value
        return self._keep(value.key, orjson.loads(content), len(content))

    def _keep(self, key: str, value: Json, size: int) -> Large:
        large = Large(key, value, size)
        self._contents.put(key, large)
        return large

    async def _packed(self, before: Frame | None, after: Frame) -> Frame:
        """The frame with large values of runs that changed put into the blob store."""
        runs = {}
        for id_, run in after.runs.items():
            old = before.runs[id_] if before else None
            if run is not old:
                runs[id_] = await self._packed_run(after.task, old, run)
        if before is None and after.parent is not None:
            item = await self._outside(after.task, after.parent.item)
            after = replace(after, parent=replace(after.parent, item=item))
        return replace(after, runs={**after.runs, **runs})

    async def _packed_run(self, task: str, old: Run | None, run: Run) -> Run:
        changes: dict[str, Json] = {}
        for part in ("params", "input", "out"):
            value = getattr(run, part)
            if old is None or getattr(old, part) is not value:
                packed = await self._outside(task, value)
                if packed is not value:
                    changes[part] = packed
        if run.loop and not (old and old.loop):
            items = await self._outside(task, run.loop.items)
            changes["loop"] = replace(run.loop, items=items)
        return replace(run, **changes) if changes else run

    async def _outside(self, task: str, value: Json | Large) -> Json | Large:
        if not isinstance(value, (dict, list, str)) or not value:
            return value
        content = orjson.dumps(value)
        if len(content) < LARGE:
            return value
        name = f"json-{hashlib.sha256(content).hexdigest()[:32]}"
        key = await self._blobs.put_named(task, name, content)
        return self._keep(key, value, len(content))
