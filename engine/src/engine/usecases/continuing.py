"""Begins a task with what another one has done already."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from msgspec.structs import replace

from engine.domain.errors import Fault, InvalidInput, StillRunning
from engine.domain.frame import Frame, FramePath
from engine.domain.gate import Admitted, named
from engine.domain.graph import Program
from engine.domain.reuse import handed_over, kept_runs
from engine.domain.run import Run
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.values import Blob, Json, blobs_in, unwrap
from engine.ports import BlobStore
from engine.usecases.frames import Frames
from engine.usecases.many_files import ManyFiles
from engine.usecases.pipelines import Pipelines

COPIES_AT_ONCE = 8
"""Of blobs, for all tasks together: as many as a folder has threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """An ended task that a new one continues."""

    frame: Frame
    program: Program
    task: str
    """The new task."""
    again: AbstractSet[str]
    """Nodes that are to run again."""
    data: Admitted
    """What the old task was started with, as the new one has it: with its own blobs.

    They are there once they were copied.
    """


class Continuing:
    """Reads what an ended task has done, and hands it over to a new one."""

    def __init__(
        self,
        *,
        frames: Frames,
        blobs: BlobStore,
        pipelines: Pipelines,
        files: ManyFiles,
    ) -> None:
        self._frames = frames
        self._blobs = blobs
        self._pipelines = pipelines
        self._files = files
        self._copying = asyncio.Semaphore(COPIES_AT_ONCE)

    async def predecessor(
        self, old: FramePath, *, route: str, task: str, again: Sequence[str]
    ) -> Predecessor:
        """What the new `task` continues.

        Raises `Unknown`, `StillRunning`, `InvalidInput` for a task of another route.
        """
        known = await self._frames.current(old)
        if known.route != route:
            raise _other_route(known, route)
        if known.open:
            raise StillRunning(known.task)

        frame = await self._frames.get(old, fresh=True)
        program = await self._pipelines.program(frame.route, frame.version)
        entry = program.pipeline.entry.id
        given = unwrap(frame.runs[entry].input) or {}
        data = await asyncio.to_thread(handed_over, given, frame.task, task)

        # Compared with what the new task is started with.
        runs = {**frame.runs, entry: replace(frame.runs[entry], input=data)}
        return Predecessor(
            frame=replace(frame, runs=runs),
            program=program,
            task=task,
            again=frozenset(again),
            data=named(data),
        )

    async def kept(
        self, predecessor: Predecessor, program: Program, data: Admitted
    ) -> Mapping[str, Run]:
        """The runs that the new task keeps, its copies of their blobs made.

        Raises `InvalidInput` for an unknown node, `Unknown` if the old task is erased
        meanwhile.
        """
        unknown = predecessor.again - program.graph().nodes.keys()
        if unknown:
            raise _unknown_node(min(unknown), program.graph().nodes)

        # In a thread: all values of a task may be megabytes.
        runs = await asyncio.to_thread(_kept, predecessor, program, data)
        values = (value for run in runs.values() for value in _values(run))
        await self.copy(predecessor, (b for value in values for b in blobs_in(value)))
        return runs

    async def copy(self, predecessor: Predecessor, blobs: Iterable[Blob]) -> None:
        """Copy blobs of the old task, named by the keys that the new one has."""
        old = predecessor.frame.task
        names = enumerate({blob.key.partition("/")[2] for blob in blobs}, 1)

        async def copy_some() -> None:
            for number, name in names:
                await self._files.rest_for(number, predecessor.task)
                async with self._copying:
                    await self._blobs.copy(f"{old}/{name}", predecessor.task)

        async with asyncio.TaskGroup() as group:
            for _ in range(COPIES_AT_ONCE):
                group.create_task(copy_some())


def _kept(predecessor: Predecessor, program: Program, data: Admitted) -> dict[str, Run]:
    """The kept runs, with the values that the new task has."""
    kept = kept_runs(
        predecessor.frame,
        before=predecessor.program,
        after=program,
        data=data,
        again=predecessor.again,
    )
    # A value that was handed on from node to node is in memory once.
    moved: dict[int, Json] = {}

    def of_the_new_task(value: Json) -> Json:
        plain = unwrap(value)
        if id(plain) not in moved:
            old = predecessor.frame.task
            moved[id(plain)] = handed_over(plain, old, predecessor.task)
        return moved[id(plain)]

    return {
        node_id: replace(
            run,
            params=of_the_new_task(run.params),
            input=of_the_new_task(run.input),
            out=of_the_new_task(run.out),
        )
        for node_id, run in kept.items()
    }


def _values(run: Run) -> tuple[Json, ...]:
    return run.params, run.input, run.out


def _other_route(frame: Frame, route: str) -> InvalidInput:
    fault = Fault(
        code="other-route",
        message=f"task {frame.task} is of the route “{frame.route}”, not of “{route}”",
        hint="continue it with a version of its own route",
        field="continues",
    )
    return InvalidInput([fault])


def _unknown_node(node: str, known: Iterable[str]) -> InvalidInput:
    hint = Suggestions(REQUEST_STEPS).hint(node, tuple(known))
    fault = Fault(
        code="unknown-node",
        message=f"there is no node “{node}” outside of loops",
        hint=hint or "name nodes of the pipeline; a loop runs again as a whole",
        field="again",
    )
    return InvalidInput([fault])
