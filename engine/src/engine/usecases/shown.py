"""Cuts what is shown of a task to what one answer may hold.

All frames of a task together may have gigabytes of values. So an answer has a budget:
what is over it is not even read, and its place says how large it is.
"""

from typing import Any

from msgspec.structs import replace

from engine.domain.frame import Frame
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.sizes import Sizes
from engine.domain.values import Json, Large

MAX_SHOWN_BYTES = 4 << 20
"""Of one answer: more than a person reads, and written within 0.1 s."""

MAX_SHOWN_VALUE_BYTES = 1 << 20
"""Of one value in it, so that the first one leaves room for the others."""

SHOWN_RUN_BYTES = 1_000
"""Of a run without its values: times, errors, its last changes."""


class Budget:
    """What is left of an answer."""

    def __init__(self) -> None:
        self._left = MAX_SHOWN_BYTES
        self._sizes = Sizes()

    @property
    def spent(self) -> bool:
        """Whether nothing more should be shown."""
        return self._left <= 0

    def cut(self, frame: Frame) -> Frame:
        """The frame as it is shown; its large values need not have been read."""
        runs = {node_id: self._cut_run(run) for node_id, run in frame.runs.items()}

        parent = frame.parent
        if parent is not None:
            parent = replace(parent, item=self._cut_value(parent.item))
        return replace(frame, runs=runs, parent=parent)

    def _cut_run(self, run: Run) -> Run:
        self._left -= SHOWN_RUN_BYTES
        changes: dict[str, Any] = {}
        for section in SECTIONS:
            value = getattr(run, section)
            if value is not None:
                changes[section] = self._cut_value(value)

        # Only the number of its items is shown.
        if run.loop:
            changes["loop"] = replace(run.loop, items=None)
        return replace(run, **changes)

    def _cut_value(self, value: Json | Large) -> Json | Large:
        size = self._size_of(value)
        if size > min(self._left, MAX_SHOWN_VALUE_BYTES):
            return {"truncated": size}

        self._left -= size
        return value

    def _size_of(self, value: Json | Large) -> int:
        if not isinstance(value, Large):
            return self._sizes.of(value).bytes

        # An engine that did not note it stored this value: it may be of any size.
        return value.size or MAX_SHOWN_VALUE_BYTES
