"""Shows the runs of a task: as a list, one with its values, the items of a loop."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import NamedTuple

from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.references import SECTIONS
from engine.domain.run import Run
from engine.domain.values import Blob, Json, Large, blobs_in
from engine.ports import FrameStore
from engine.usecases import run_reports
from engine.usecases.called_tasks import CalledTasks
from engine.usecases.frames import Frames

MAX_ITEMS = 500
"""Of a loop, in one page."""

MAX_PAGES_READ = 4
"""Of the store, for one page of items: each may have some megabytes of documents."""

MAX_FRAMES_SEARCHED = 500
"""For a blob of which nobody says where it is."""


class Place(NamedTuple):
    """Where a run is: its task, the frame in that, and its node."""

    task: str
    path: str
    """Of the frame, whole or below the task; empty: the task itself."""
    node: str


class Runs:
    """What is known of the runs of a task. Nothing is changed."""

    def __init__(
        self, *, store: FrameStore, frames: Frames, called_tasks: CalledTasks
    ) -> None:
        self._store = store
        self._frames = frames
        self._called_tasks = called_tasks

    async def all(self, task: str, path: str) -> Json:
        """The runs of a frame, without their values; raises `Unknown`."""
        frame = await self._frame(task, path)
        return run_reports.runs(frame, await self._called_tasks.of(frame))

    async def one(self, place: Place, whole: Collection[str]) -> Json:
        """A run with its values: those that are large only if they are asked for.

        Raises `Unknown`.
        """
        frame = await self._frame(place.task, place.path)
        run = run_of(frame, place.node)

        values = {}
        for section in SECTIONS:
            values[section] = await self._value(getattr(run, section), section in whole)
        item: Json = None
        if frame.parent:
            item = await self._value(frame.parent.item, "item" in whole)

        about = {"path": frame.path, "node": place.node}
        called_task = await self._called_tasks.of_run(frame, place.node)
        shown = run_reports.run(run, called_task)
        return about | shown | values | {"item": item}

    async def _value(self, value: Json | Large, is_whole: bool) -> Json:
        # What is too large is not even read.
        if not is_whole:
            value = run_reports.cut(value)
        return await self._frames.content(value)

    async def items(self, place: Place, first: int, limit: int) -> Json:
        """A page of the items of a loop, from one index on; raises `Unknown`.

        An item whose frame is not made yet is pending. A page is shorter if the
        documents of its items are large.
        """
        frame = await self._frame(place.task, place.path)
        run = run_of(frame, place.node)
        if run.loop is None:
            return {"total": 0, "items": [], "next": None}

        total = run.loop.total
        stop = min(first + limit, total)
        at = first
        items: list[Json] = []
        for _ in range(MAX_PAGES_READ):
            if at >= stop:
                break
            found = await self._store.children(
                frame.path, place.node, run.attempt, at, stop - at
            )
            items += run_reports.items(found, frame, place.node, at, stop)
            at = first + len(items)

        return {"total": total, "items": items, "next": at if at < total else None}

    async def blob(self, task: str, name: str, path: str, node: str | None) -> Blob:
        """A blob that a run of the task refers to; raises `Unknown`.

        With `node` one run is looked at, else those of the frame and some inner ones.
        """
        key = f"{task}/{name}"
        async for value in self._values(task, path, node):
            # Large values are read here, one after the other.
            for blob in blobs_in(await self._frames.content(value)):
                if blob.key == key:
                    return blob
        raise Unknown("blob", name)

    async def _values(
        self, task: str, path: str, node: str | None
    ) -> AsyncIterator[Json | Large]:
        frame = await self._frame(task, path)
        runs: Sequence[Run] = tuple(frame.runs.values())
        if node is not None:
            runs = (run_of(frame, node),)
        for value in _values_in(frame, runs):
            yield value
        if path or node is not None:
            return

        for inner in await self._store.of_task(task, None, MAX_FRAMES_SEARCHED):
            if inner.parent:
                for value in _values_in(inner, tuple(inner.runs.values())):
                    yield value

    async def _frame(self, task: str, path: str) -> Frame:
        """Raises `Unknown` for a frame that is not there, or of another task."""
        return await self._frames.current(await self.path_of(task, path))

    async def path_of(self, task: str, path: str) -> FramePath:
        """The whole path of a frame that is there; raises `Unknown`."""
        root = FramePath(task)
        await self._frames.expect(root)
        if path in ("", task):
            return root

        inner = FramePath(path if path.startswith(f"{task}/") else f"{task}/{path}")
        try:
            await self._frames.expect(inner)
        except Unknown:
            hint = "a path looks like faces[2]: item 2 of the loop “faces”"
            raise Unknown("frame", path, hint) from None
        return inner


def run_of(frame: Frame, node: str) -> Run:
    """The run of a node; raises `Unknown`."""
    run = frame.runs.get(node)
    if run is None:
        where = "in this loop" if frame.parent else "in the pipeline"
        raise Unknown("node", node, f"it is not {where}")
    return run


def _values_in(frame: Frame, runs: Sequence[Run]) -> Sequence[Json | Large]:
    """The values of runs of a frame, its item included, each once."""
    values = [getattr(run, section) for run in runs for section in SECTIONS]
    if frame.parent:
        values.append(frame.parent.item)
    # Most nodes hand on what they receive.
    return tuple({id(value): value for value in values if value is not None}.values())
