"""Shows all that is known of a task at once, as far as it fits an answer."""

from collections.abc import AsyncIterator
from datetime import datetime

from engine.domain.frame import Frame, FramePath
from engine.domain.values import Json
from engine.ports import FrameStore
from engine.usecases import reports
from engine.usecases.call_time import pause
from engine.usecases.called_tasks import CalledTasks
from engine.usecases.frames import Frames
from engine.usecases.shown import Budget

MAX_RAW_FRAMES = 500
"""Bounds how many frames of a task are shown at once."""


class RawTasks:
    """Tasks with all their frames and values. Nothing is changed."""

    def __init__(
        self,
        *,
        store: FrameStore,
        frames: Frames,
        called_tasks: CalledTasks,
        traces_url: str = "",
    ) -> None:
        self._store = store
        self._frames = frames
        self._called_tasks = called_tasks
        self._traces_url = traces_url

    async def show(self, path: FramePath) -> Json:
        """What is known of a task, as far as it fits an answer; raises `Unknown`."""
        budget = Budget()
        root = budget.cut(await self._frames.current(path))
        root = await self._frames.unpacked(root)

        caller = self._called_tasks.caller(root)
        told = reports.status(root, caller, traces_url=self._traces_url)
        told |= reports.known(root, await self._called_tasks.of(root))

        inner: list[Json] = []
        async for frame in self._inner(root.task):
            if len(inner) == MAX_RAW_FRAMES or budget.spent:
                return reports.raw(told, inner, complete=False)
            frame = await self._frames.unpacked(budget.cut(frame))
            called = await self._called_tasks.of(frame)
            inner.append(reports.known(frame, called))
            # All these frames take a tenth of a second.
            await pause()
        return reports.raw(told, inner, complete=True)

    async def _inner(self, task: str) -> AsyncIterator[Frame]:
        """The frames of the items of a task's loops, page by page."""
        since: datetime | None = None
        told: set[FramePath] = set()
        while True:
            page = await self._store.of_task(task, since, MAX_RAW_FRAMES)
            for frame in page:
                if frame.parent and frame.path not in told:
                    told.add(frame.path)
                    yield frame

            if not page or page[-1].saved_at == since:
                return
            since = page[-1].saved_at
