"""Frames as the use cases want them: cached, large values kept outside, and packed."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

import orjson
from msgspec.structs import replace

from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath, Run
from engine.domain.values import Json, Large
from engine.ports import BlobStore, FrameStore

LARGE = 16_384  # bytes of JSON from which on a value leaves its document
CACHED_FRAMES = 4_096
CACHED_VALUES = 64

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The last used entries, so many at most."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        self._entries.pop(key, None)


class Frames:
    """A `FrameStore` whose documents stay small, and are read once.

    What it remembers it may lose: a stale copy is found out by its revision.
    """

    def __init__(self, store: FrameStore, blobs: BlobStore) -> None:
        self._store, self._blobs = store, blobs
        self._frames: Recent[FramePath, Frame] = Recent(CACHED_FRAMES)
        self._values: Recent[str, Json] = Recent(CACHED_VALUES)

    def remembered(self, path: FramePath) -> Frame | None:
        """A frame as it was saved or read here last; others may have moved it on."""
        return self._frames.get(path)

    async def get(self, path: FramePath, fresh: bool = False) -> Frame:
        """A frame with its large values; raises `Unknown`."""
        known = None if fresh else self._frames.get(path)
        if known is None:
            known = await self.unpacked(await self._store.get(path))
            self._frames.put(path, known)
        return known

    async def insert(self, frame: Frame) -> Frame | None:
        """Store a new frame; None if there is one already."""
        packed = await self._packed(None, frame)
        saved = await self._store.insert(packed)
        if saved is not None:
            self._frames.put(frame.path, saved)
        return saved

    async def save(self, before: Frame, after: Frame) -> Frame:
        """Store the next revision; raises `StaleFrame`."""
        saved = await self._store.save(await self._packed(before, after))
        if saved.open or saved.parent is None:
            self._frames.put(saved.path, saved)
        else:
            self._frames.drop(saved.path)  # an ended item is read once more, in bulk
        return saved

    async def remembers_task(self, frame: Frame) -> bool:
        """Whether the task of a frame is still there: an item may outlive it."""
        root = FramePath(frame.task)
        known = self._frames.get(root) or await self._store.find(root)
        return frame.parent is None or known is not None

    def forget(self, path: FramePath) -> None:
        self._frames.drop(path)

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
        content = self._values.get(value.key)
        if content is None:
            try:
                pieces = [piece async for piece in self._blobs.read(value.key)]
            except Unknown as error:
                raise Unknown("task", value.key.partition("/")[0]) from error
            content = orjson.loads(b"".join(pieces))
            self._values.put(value.key, content)
        return Large(value.key, content)

    async def _packed(self, before: Frame | None, after: Frame) -> Frame:
        """The frame with large values of runs that changed put into the blob store."""
        runs = {}
        for id_, run in after.runs.items():
            if before is None or before.runs.get(id_) is not run:
                packed = await self._packed_run(after.task, run)
                if packed is not run:
                    runs[id_] = packed
        if before is None and after.parent is not None:
            item = await self._outside(after.task, after.parent.item)
            after = replace(after, parent=replace(after.parent, item=item))
        return replace(after, runs={**after.runs, **runs}) if runs else after

    async def _packed_run(self, task: str, run: Run) -> Run:
        changes: dict[str, Json] = {}
        for part in ("params", "input", "out"):
            value = getattr(run, part)
            packed = await self._outside(task, value)
            if packed is not value:
                changes[part] = packed
        if run.loop and (items := run.loop.items):
            packed = await self._outside(task, items)
            if packed is not items:
                changes["loop"] = replace(run.loop, items=packed)
        return replace(run, **changes) if changes else run

    async def _outside(self, task: str, value: Json | Large) -> Json | Large:
        if not isinstance(value, (dict, list, str)) or not value:
            return value
        content = orjson.dumps(value)
        if len(content) < LARGE:
            return value
        name = f"json-{hashlib.sha256(content).hexdigest()[:32]}"
        key = await self._blobs.put_named(task, name, content)
        self._values.put(key, value)
        return Large(key, value)
