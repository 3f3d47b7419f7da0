"""Reads large values of frames from the blob store, and remembers them."""

import logging
from typing import Any

import orjson
from msgspec.structs import replace

from engine.domain.errors import Unknown
from engine.domain.frame import Frame
from engine.domain.gate import flaw, may_refer
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import Json, Large
from engine.ports import BlobStore
from engine.usecases.fair_places import FairPlaces
from engine.usecases.packing import Packing, has_small_values
from engine.usecases.recent import Recent
from engine.usecases.rests import Rests

log = logging.getLogger(__name__)

CACHE_BYTES = 32 << 20
"""Memory that the cached values may take, roughly."""

# Embedded, the saves of all tasks wait for the same disk: a sync takes five times as
# long while eight files of half a megabyte are being written.
WRITTEN_AT_ONCE_BYTES = 1 << 20
"""Of large values that are being stored, for all tasks; one may have half of it."""

# A value of many small objects takes about this many times the size of its JSON.
MEMORY_PER_JSON_BYTE = 8


def memory_of(value: Json | Large) -> int:
    """Bytes of memory that a large value takes, roughly; 0 for any other value."""
    return value.size * MEMORY_PER_JSON_BYTE if isinstance(value, Large) else 0


class LargeValues:
    """Packs frames for the store, and unpacks those that come from there.

    A value's key is made of its content, so what is in the cache never gets old.
    """

    def __init__(self, blobs: BlobStore, rests: Rests) -> None:
        self._blobs = blobs
        self._rests = rests
        self._cache: Recent[str, Large] = Recent(CACHE_BYTES, memory_of)
        self._writing = FairPlaces(WRITTEN_AT_ONCE_BYTES, WRITTEN_AT_ONCE_BYTES // 2)

    async def unpacked(self, frame: Frame) -> Frame:
        """The frame with the content of its large values."""
        # A value that was handed on from node to node is read once, and is in memory
        # once: a thousand runs may have it.
        read: dict[str, Large] = {}
        runs = {}
        for id_, run in frame.runs.items():
            runs[id_] = await self._unpacked_run(run, read)

        parent = frame.parent
        if parent is not None:
            parent = replace(parent, item=await self._content(parent.item, read))

        return replace(frame, runs=runs, parent=parent)

    async def _unpacked_run(self, run: Run, read: dict[str, Large]) -> Run:
        changes: dict[str, Any] = {}

        for section in SECTIONS:
            value = getattr(run, section)
            if isinstance(value, Large):
                changes[section] = await self._content(value, read)

        if run.loop and isinstance(run.loop.items, Large):
            items = await self._content(run.loop.items, read)
            changes["loop"] = replace(run.loop, items=items)

        return replace(run, **changes) if changes else run

    async def _content(
        self, value: Json | Large, read: dict[str, Large]
    ) -> Json | Large:
        if not isinstance(value, Large):
            return value

        known = read.get(value.key) or self._cache.get(value.key)
        if known is None:
            known = await self._read(value)
        read[value.key] = known
        return known

    async def _read(self, value: Large) -> Large:
        # The value is of the task of its key, or its frame could not be read.
        task = value.key.partition("/")[0]
        try:
            pieces = [piece async for piece in self._blobs.read(value.key)]
            content = b"".join(pieces)
            pieces.clear()
            read = _value_of(content, task)
        except (Unknown, ValueError) as error:
            # Raising would stop the whole task for ever, even if nothing needs this
            # value any more.
            log.error("the value %s is lost (%s): it is read as null", value.key, error)
            return value

        size = len(content)
        # Not two of them in memory while it rests.
        del content
        await self._rests.after_bytes(size, task)
        return self._keep(value.key, read, size)

    async def content(self, value: Json | Large) -> Json | Large:
        """A value of a frame, with its content."""
        return await self._content(value, {})

    async def packed(self, before: Frame | None, after: Frame) -> Frame:
        """The frame as it is stored: small enough, the rest in the blob store."""
        if has_small_values(before, after):
            self._rests.others_work()
            return after
        packing = Packing(
            blobs=self._blobs,
            writing=self._writing,
            rests=self._rests,
            keep=self._keep,
            frame=after,
        )
        return await packing.packed(before)

    def _keep(self, key: str, value: Json, size: int) -> Large:
        large = Large(key, value, size)
        self._cache.put(key, large)
        return large


def _value_of(content: bytes, task: str) -> Json:
    """The value of a content; raises `ValueError` for what no run can have."""
    value = orjson.loads(content)
    wrong = flaw(value, task) if may_refer(content) else None
    if wrong:
        raise ValueError(wrong)
    return value
