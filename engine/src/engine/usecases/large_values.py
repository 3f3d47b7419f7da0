"""Keeps large values of frames outside their documents, in the blob store."""

import asyncio
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

CACHE_BYTES = 32 << 20
"""Memory that the cached values may take, roughly."""

# A value of many small objects takes about this many times the size of its JSON.
MEMORY_PER_JSON_BYTE = 8

# A document is written anew with each turn, and MongoDB takes none above 16 MB. So the
# largest values leave it until the rest fits.
MAX_DOCUMENT_BYTES = 1_000_000

RUN_DOCUMENT_BYTES = 400
"""Of a run without its values: times, attempts, its last changes."""

# Then some turns can come before another value has to leave.
ROOM_MADE = 0.25

VALUES_OF_RUN = (*SECTIONS, "items")

SMALL_FRAME_RUNS = MAX_DOCUMENT_BYTES // (
    RUN_DOCUMENT_BYTES + len(VALUES_OF_RUN) * LARGE_VALUE_BYTES
)
"""No document of so few runs can be too large."""

HASH_IN_THREAD_BYTES = 256 << 10
"""What is larger is hashed beside the event loop."""


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
        try:
            content = b"".join([piece async for piece in self._blobs.read(value.key)])
        except Unknown:
            # Raising would stop the whole task for ever, even if nothing needs this
            # value any more.
            log.error("the value %s is lost: it is read as null", value.key)
            return value

        return self._keep(value.key, orjson.loads(content), len(content))

    async def content(self, value: Json | Large) -> Json | Large:
        """A value of a frame, with its content."""
        return await self._content(value, {})

    async def packed(self, before: Frame | None, after: Frame) -> Frame:
        """The frame as it is stored: small enough, the rest in the blob store."""
        task = after.task
        counts = len(after.runs) > SMALL_FRAME_RUNS

        runs = dict(after.runs)
        for id_, run in after.runs.items():
            old = before.runs[id_] if before else None
            # A run that did not change holds no value that was not packed before.
            if run is not old:
                runs[id_] = await self._packed_run(task, old, run, counts)

        # An item never changes: it is packed with the first revision of its frame.
        if before is None and after.parent is not None:
            item, _ = await self._outside(task, after.parent.item)
            after = replace(after, parent=replace(after.parent, item=item))

        if counts:
            await self._make_room(task, runs)
        return replace(after, runs=runs)

    async def _packed_run(
        self, task: str, old: Run | None, run: Run, counts: bool
    ) -> Run:
        changes: dict[str, Any] = {}
        known = run.inline_bytes or (0,) * len(VALUES_OF_RUN)
        inline = list(known)

        for place, section in enumerate(SECTIONS):
            value = getattr(run, section)
            if old is None or getattr(old, section) is not value:
                packed, inline[place] = await self._outside(task, value)
                if packed is not value:
                    changes[section] = packed

        # The items of a loop stay the same from its first revision to its last.
        if run.loop and not (old and old.loop):
            items, inline[-1] = await self._outside(task, run.loop.items)
            changes["loop"] = replace(run.loop, items=items)

        if counts and tuple(inline) != known:
            changes["inline_bytes"] = tuple(inline)
        return replace(run, **changes) if changes else run

    async def _make_room(self, task: str, runs: dict[str, Run]) -> None:
        """Let the largest values leave a document that has become too large."""
        most = MAX_DOCUMENT_BYTES - len(runs) * RUN_DOCUMENT_BYTES
        inside = sum(sum(run.inline_bytes) for run in runs.values())
        if inside <= most:
            return

        by_size = sorted(
            (-size, id_, place)
            for id_, run in runs.items()
            for place, size in enumerate(run.inline_bytes)
        )
        for negative, id_, place in by_size:
            if inside <= most * (1 - ROOM_MADE):
                break
            runs[id_] = await self._without(task, runs[id_], place)
            inside += negative

    async def _without(self, task: str, run: Run, place: int) -> Run:
        """The run with one of its values outside of the document."""
        inline = list(run.inline_bytes)
        inline[place] = 0
        run = replace(run, inline_bytes=tuple(inline))

        if place < len(SECTIONS):
            section = SECTIONS[place]
            value = await self._put(task, getattr(run, section))
            return replace(run, **{section: value})

        assert run.loop is not None  # nosec B101 # it has items, which were counted
        items = await self._put(task, run.loop.items)
        return replace(run, loop=replace(run.loop, items=items))

    async def _outside(
        self, task: str, value: Json | Large
    ) -> tuple[Json | Large, int]:
        """The value, or what stands for it if it is large; its bytes in the document.

        Of numbers and the like that is 0: they are no more than a run itself takes.
        """
        # Other types are small, or are `Large` already: writing their JSON to learn
        # its size would be for nothing.
        if not isinstance(value, (dict, list, str)) or not value:
            return value, 0

        content = orjson.dumps(value)
        if len(content) < LARGE_VALUE_BYTES:
            return value, len(content)
        return await self._stored(task, value, content), 0

    async def _put(self, task: str, value: Json) -> Large:
        return await self._stored(task, value, orjson.dumps(value))

    async def _stored(self, task: str, value: Json, content: bytes) -> Large:
        if len(content) < HASH_IN_THREAD_BYTES:
            name = _name_of(content)
        else:
            name = await asyncio.to_thread(_name_of, content)

        key = await self._blobs.put_named(task, name, content)
        return self._keep(key, value, len(content))

    def _keep(self, key: str, value: Json, size: int) -> Large:
        large = Large(key, value, size)
        self._cache.put(key, large)
        return large


def _name_of(content: bytes) -> str:
    return f"json-{hashlib.sha256(content).hexdigest()[:32]}"
