"""The changes of a task without those inside of its loops, read once for all.

A loop over ten thousand items has a hundred thousand changes. Who draws the pipeline
wants none of them, only how many items are done. So this feed reads the root frame
alone, and tells of its loops from time to time how far they are.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any

from engine.domain.frame import Frame, FramePath
from engine.domain.run import Run
from engine.usecases.changes import Change, Key
from engine.usecases.reports import items_done
from engine.usecases.task_feed import TaskFeed

PROGRESS_EVERY_SECONDS = 0.5
"""How often it is told how far loops are, at most."""

BEHIND_ALL_CHANGES = 1_000_000
"""Added to the place of the last change: no instant of a frame has so many."""


class RootFeed(TaskFeed):
    """Reads the root frame of a task, and nothing else of it."""

    def __init__(self, **shared: Any) -> None:
        super().__init__(**shared)
        self._root: Frame | None = None
        self._progress_at: float | None = None
        self._items_told: dict[tuple[str, int], int] = {}
        """By loop and its activation, how many of its items were told to be done."""
        self._progress_count = 0

    async def _pages(self, since: datetime | None) -> AsyncIterator[Sequence[Frame]]:
        self._root = await self._load()
        yield [self._root]

    async def _load(self) -> Frame:
        async with self._reads:
            return await self._store.get(FramePath(self._task))

    async def _read(self) -> None:
        # Before the changes of a task that has ended: nothing comes after its end.
        self._tell_progress(await self._load())

        # It reads the root once more: what is told has to be younger than its question
        # whether the task has ended.
        await super()._read()
        if self._root is not None and self._root.open:
            self._tell_progress(self._root)

    def _tell_progress(self, root: Frame) -> None:
        # Nothing was told yet, so there is no place to resume.
        if self._last is None:
            return

        key, last = self._last
        now = asyncio.get_running_loop().time()
        told_at = self._progress_at
        is_early = told_at is not None and now - told_at < PROGRESS_EVERY_SECONDS

        for node, run in _loops(root):
            activation = (node, run.attempt)
            done = run.loop.count if run.loop else 0
            # Nothing is told of a loop that ended before anybody watched: its status
            # says it all. One that has just ended is told of once more, at once.
            known = self._items_told.get(activation)
            if known == done or (is_early and run.active):
                continue
            if known is None and not run.active:
                continue

            self._items_told[activation] = done
            self._progress_at = now
            self._progress_count += 1
            behind = key.ordinal + BEHIND_ALL_CHANGES + self._progress_count
            place = key._replace(ordinal=behind)
            self._append(place, _progress(last.id, root, node, run))

    async def so_far(self, after: Key) -> AsyncIterator[Sequence[Change]]:
        last_id = after.id
        async for changes in super().so_far(after):
            last_id = changes[-1].id
            yield changes

        root = self._root
        if root is not None:
            yield [
                _progress(last_id, root, node, run)
                for node, run in _loops(root)
                if run.active
            ]


def _loops(root: Frame) -> Iterator[tuple[str, Run]]:
    """The loops that have begun."""
    for node, run in root.runs.items():
        if run.loop:
            yield node, run


def _progress(id_: str, root: Frame, node: str, run: Run) -> Change:
    """How far a loop is. With the id of the last change: to resume after that is right,
    since this one can be told again."""
    data = {
        "path": root.path,
        "at": root.saved_at,
        "node": node,
        "status": run.status,
        "items": items_done(run),
    }
    return Change(id_, "run", data)
