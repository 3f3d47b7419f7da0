"""Keeps large values of frames outside their documents, in the blob store."""

import hashlib
import logging
from typing import Any

import orjson
from msgspec.structs import replace

from engine.domain.errors import Unknown
from engine.domain.frame import Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import Json, Large
from engine.ports import BlobStore
from engine.usecases.recent import Recent

log = logging.getLogger(__name__)

# From this size of its JSON on, a value leaves its document. A turn then writes what
# has changed, not what is large (docs/decisions/0005).
LARGE_VALUE_BYTES = 16_384

# A value of many small objects takes about this many times the size of its JSON.
MEMORY_PER_JSON_BYTE = 8

CACHE_BYTES = 32 << 20
"""Memory that the cached values may take, roughly."""


def memory_of(value: Json | Large) -> int:
    """Bytes of memory that a large value takes, roughly; 0 for any other value."""
    return value.size * MEMORY_PER_JSON_BYTE if isinstance(value, Large) else 0


class LargeValues:
    """Packs frames for the store, and unpacks those that come from there.

    A value's key is made of its content, so what is in the cache never gets old.
    """

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._cache: Recent[str, Large] = Recent(CACHE_BYTES, memory_of)

    async def unpacked(self, frame: Frame) -> Frame:
        """The frame with the content of its large values."""
        runs = {id_: await self._unpacked_run(run) for id_, run in frame.runs.items()}

        parent = frame.parent
        if parent is not None:
            parent = replace(parent, item=await self._content(parent.item))

        return replace(frame, runs=runs, parent=parent)

    async def _unpacked_run(self, run: Run) -> Run:
        changes: dict[str, Any] = {}

        for section in SECTIONS:
            value = getattr(run, section)
            if isinstance(value, Large):
                changes[section] = await self._content(value)

        if run.loop and isinstance(run.loop.items, Large):
            items = await self._content(run.loop.items)
            changes["loop"] = replace(run.loop, items=items)

        return replace(run, **changes) if changes else run

    async def _content(self, value: Json | Large) -> Json | Large:
        if not isinstance(value, Large):
            return value

        known = self._cache.get(value.key)
        if known:
            return known

        try:
            content = b"".join([piece async for piece in self._blobs.read(value.key)])
        except Unknown:
            # Raising would stop the whole task for ever, even if nothing needs this
            # value any more.
            log.error("the value %s is lost: it is read as null", value.key)
            return value

        return self._keep(value.key, orjson.loads(content), len(content))

    async def packed(self, before: Frame | None, after: Frame) -> Frame:
        """The frame with the large values of changed runs put into the blob store."""
        runs = {}
        for id_, run in after.runs.items():
            old = before.runs[id_] if before else None
            # A run that did not change holds no value that was not packed before.
            if run is not old:
                runs[id_] = await self._packed_run(after.task, old, run)

        # An item never changes: it is packed with the first revision of its frame.
        if before is None and after.parent is not None:
            item = await self._outside(after.task, after.parent.item)
            after = replace(after, parent=replace(after.parent, item=item))

        return replace(after, runs={**after.runs, **runs})

    async def _packed_run(self, task: str, old: Run | None, run: Run) -> Run:
        changes: dict[str, Any] = {}

        for section in SECTIONS:
            value = getattr(run, section)
            if old is None or getattr(old, section) is not value:
                packed = await self._outside(task, value)
                if packed is not value:
                    changes[section] = packed

        # The items of a loop stay the same from its first revision to its last.
        if run.loop and not (old and old.loop):
            items = await self._outside(task, run.loop.items)
            changes["loop"] = replace(run.loop, items=items)

        return replace(run, **changes) if changes else run

    async def _outside(self, task: str, value: Json | Large) -> Json | Large:
        """The value, or what stands for it if it is large."""
        # Other types are small, or are `Large` already: writing their JSON to learn
        # its size would be for nothing.
        if not isinstance(value, (dict, list, str)) or not value:
            return value

        content = orjson.dumps(value)
        if len(content) < LARGE_VALUE_BYTES:
            return value

        name = f"json-{hashlib.sha256(content).hexdigest()[:32]}"
        key = await self._blobs.put_named(task, name, content)
        return self._keep(key, value, len(content))

    def _keep(self, key: str, value: Json, size: int) -> Large:
        large = Large(key, value, size)
        self._cache.put(key, large)
        return large
