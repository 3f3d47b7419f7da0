"""Takes large values out of frames that are about to be saved, into the blob store."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from msgspec.structs import replace

from engine.domain.frame import Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.sizes import MAX_JSON_PER_BYTE
from engine.domain.values import Json, Large
from engine.ports import BlobStore
from engine.usecases.fair_places import FairPlaces
from engine.usecases.rests import Rests

# From this size of its JSON on, a value leaves its document. A turn then writes what
# has changed, not what is large (docs/decisions/0005).
LARGE_VALUE_BYTES = 16_384

# A document is written anew with each turn, and MongoDB takes none above 16 MB. So the
# largest values leave it until the rest fits.
MAX_DOCUMENT_BYTES = 1_000_000

RUN_DOCUMENT_BYTES = 400
"""Of a run without its values: times, attempts, its last changes."""

# Then some turns can come before another value has to leave.
ROOM_MADE = 0.25

VALUES_OF_RUN = (*SECTIONS, "items")
NOTHING_INLINE = (0,) * len(VALUES_OF_RUN)

SMALL_FRAME_RUNS = MAX_DOCUMENT_BYTES // (
    RUN_DOCUMENT_BYTES + len(VALUES_OF_RUN) * LARGE_VALUE_BYTES
)
"""No document of so few runs can be too large."""

SMALL_VALUES_BYTES = LARGE_VALUE_BYTES // MAX_JSON_PER_BYTE
"""No value is large in a frame whose values together count so little, as most do."""

HASH_IN_THREAD_BYTES = 256 << 10
"""What is larger is hashed beside the event loop."""

Keep = Callable[[str, Json, int], Large]
"""Remembers a value by its key; its JSON has so many bytes."""


def has_small_values(before: Frame | None, after: Frame) -> bool:
    """Whether nothing that a turn added to a frame can be too large for its document.

    That takes no look at any value: what nodes begin with and give was counted
    (`room.py`).
    """
    if len(after.runs) > SMALL_FRAME_RUNS or after.value_bytes > SMALL_VALUES_BYTES:
        return False
    # In a new frame the item of a loop never counts, and the data of a request only
    # from when the first node has begun, which may wait for its `delay`.
    return before is not None or (after.parent is None and after.value_bytes > 0)


class Packing:
    """Takes large values out of one frame that is about to be saved."""

    def __init__(
        self,
        *,
        blobs: BlobStore,
        writing: FairPlaces,
        rests: Rests,
        keep: Keep,
        frame: Frame,
    ) -> None:
        self._blobs = blobs
        self._writing = writing
        self._rests = rests
        self._keep = keep
        self._frame = frame
        self._runs = dict(frame.runs)
        self._counts = len(frame.runs) > SMALL_FRAME_RUNS

        # By the names of what this save has stored: many nodes may have the same value.
        self._stored: dict[str, Large] = {}

        # By where they are in memory: most nodes hand on just what they receive.
        self._same: dict[int, Large] = {}

    async def packed(self, before: Frame | None) -> Frame:
        frame = self._frame
        if frame.value_bytes < LARGE_VALUE_BYTES:
            self._rests.others_work()

        for id_, run in frame.runs.items():
            old = before.runs[id_] if before else None
            # A run that did not change holds no value that was not packed before.
            if run is not old:
                self._runs[id_] = await self._packed_run(old, run)

        # An item never changes: it is packed with the first revision of its frame.
        parent = frame.parent
        if before is None and parent is not None:
            item, _ = await self._outside(parent.item)
            parent = replace(parent, item=item)

        if self._counts:
            await self._make_room()
        return replace(frame, runs=self._runs, parent=parent)

    async def _packed_run(self, old: Run | None, run: Run) -> Run:
        changes: dict[str, Any] = {}
        known = run.inline_bytes or NOTHING_INLINE
        inline = list(known)

        for place, section in enumerate(SECTIONS):
            value = getattr(run, section)
            if old is not None and getattr(old, section) is value:
                continue

            if id(value) in self._same:
                inline[place] = 0
                changes[section] = self._same[id(value)]
                continue

            content = _json_of(value)
            if len(content) < LARGE_VALUE_BYTES:
                inline[place] = len(content)
            else:
                inline[place] = 0
                changes[section] = await self._put(value, content)

        # The items of a loop stay the same from its first revision to its last.
        if run.loop and not (old and old.loop):
            items, inline[-1] = await self._outside(run.loop.items)
            changes["loop"] = replace(run.loop, items=items)

        if self._counts and tuple(inline) != known:
            changes["inline_bytes"] = tuple(inline)
        return replace(run, **changes) if changes else run

    async def _make_room(self) -> None:
        """Let the largest values leave a document that has become too large."""
        most = MAX_DOCUMENT_BYTES - len(self._runs) * RUN_DOCUMENT_BYTES
        inside = sum(sum(run.inline_bytes) for run in self._runs.values())
        if inside <= most:
            return

        by_size = sorted(
            (-size, id_, place)
            for id_, run in self._runs.items()
            for place, size in enumerate(run.inline_bytes)
        )
        for negative, id_, place in by_size:
            if inside <= most * (1 - ROOM_MADE):
                break
            self._runs[id_] = await self._without(self._runs[id_], place)
            inside += negative

    async def _without(self, run: Run, place: int) -> Run:
        """The run with one of its values outside of the document."""
        inline = list(run.inline_bytes)
        inline[place] = 0
        run = replace(run, inline_bytes=tuple(inline))

        if place < len(SECTIONS):
            section = SECTIONS[place]
            value = getattr(run, section)
            return replace(run, **{section: await self._put(value)})

        assert run.loop is not None  # nosec B101 # it has items, which were counted
        items = await self._put(run.loop.items)
        return replace(run, loop=replace(run.loop, items=items))

    async def _outside(self, value: Json | Large) -> tuple[Json | Large, int]:
        """The value, or what stands for it if it is large; its bytes there."""
        content = _json_of(value)
        if len(content) < LARGE_VALUE_BYTES:
            return value, len(content)
        return await self._put(value, content), 0

    async def _put(self, value: Json, content: bytes | None = None) -> Large:
        """Store a value, and remember it."""
        if content is None:
            content = orjson.dumps(value)

        if len(content) < HASH_IN_THREAD_BYTES:
            name = _name_of(content)
        else:
            name = await asyncio.to_thread(_name_of, content)

        stored = self._stored.get(name)
        if stored is None:
            key = await self._written(name, content)
            stored = self._keep(key, value, len(content))
            self._stored[name] = stored

        self._same[id(value)] = stored
        frame = self._frame
        await self._rests.after_bytes(len(content), frame.first_task, frame.owner)
        return stored

    async def _written(self, name: str, content: bytes) -> str:
        """Store a content when it is the task's turn; its key."""
        frame = self._frame
        size = len(content)
        async with self._writing.turn(frame.first_task, size, person=frame.owner):
            return await self._blobs.put_named(frame.task, name, content)


def _json_of(value: Json | Large) -> bytes:
    """The JSON of a value that may be large; nothing of any other.

    Numbers and the like are no more than a run itself takes, and a `Large` one is
    outside already: to write them to learn their size would be for nothing.
    """
    if not value or not isinstance(value, (dict, list, str)):
        return b""
    return orjson.dumps(value)


def _name_of(content: bytes) -> str:
    return f"json-{hashlib.sha256(content).hexdigest()[:32]}"
