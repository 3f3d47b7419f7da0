"""Start, read, cancel and erase tasks."""

import dataclasses
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from trace_spans import TraceContext

from engine.domain import messages as m
from engine.domain.access.rights import Place
from engine.domain.access.roles import MAIN
from engine.domain.budget import weight, width_of_call
from engine.domain.errors import NotFinished, Unavailable, Unknown
from engine.domain.frame import Frame, FramePath, FrameStatus, Push
from engine.domain.gate import Admitted, owns
from engine.domain.new_frames import NOTHING_KEPT, new_task
from engine.domain.pipeline import Pipeline
from engine.domain.room import bytes_of_blobs
from engine.domain.spans import root_trace
from engine.domain.task_lists import TaskFilter
from engine.domain.values import Blob, Json, Large
from engine.ports import BlobStore, Clock, FrameStore, Inbox, Kept, Outside, Version
from engine.usecases import reports
from engine.usecases.access.homes import Sees, everything
from engine.usecases.budgets import Budgets
from engine.usecases.call_time import beside, of_store
from engine.usecases.called_tasks import CalledTasks
from engine.usecases.callers import NOT_AWAITED, Callers
from engine.usecases.changes import Change
from engine.usecases.continuing import Continuing, Predecessor
from engine.usecases.decider import Decider
from engine.usecases.effects import Effects
from engine.usecases.erasing import Erasing
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines
from engine.usecases.raw import RawTasks
from engine.usecases.task_ids import TaskIds
from engine.usecases.tracing import Tracing
from engine.usecases.versions import Versions
from engine.usecases.watching import ChangeFeed

# Bounds the search for an id that this replica owns. Of two replicas each finds one in
# every other try; a replica without a share of the tasks finds none at all.
ID_TRIES = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """A task about to start: blobs can be stored for it already."""

    task: str
    pipeline: Pipeline
    repeated: bool = False
    """It was started before under the same idempotency key."""
    chosen: Kept | None = None
    """The version that the caller asked for; None: the current one."""
    predecessor: Predecessor | None = None
    """The task that it continues."""


class Tasks:
    """All that can be asked of tasks."""

    def __init__(
        self,
        *,
        store: FrameStore,
        frames: Frames,
        blobs: BlobStore,
        pipelines: Pipelines,
        versions: Versions,
        continuing: Continuing,
        called_tasks: CalledTasks,
        raw: RawTasks,
        erasing: Erasing,
        decider: Decider,
        effects: Effects,
        changes: ChangeFeed,
        inbox: Inbox,
        outside: Outside,
        callers: Callers,
        task_ids: TaskIds,
        budgets: Budgets,
        clock: Clock,
        tracing: Tracing | None = None,
        traces_url: str = "",
    ) -> None:
        self._store = store
        self._frames = frames
        self._blobs = blobs
        self._pipelines = pipelines
        self._versions = versions
        self._continuing = continuing
        self._called_tasks = called_tasks
        self._raw = raw
        self._erasing = erasing
        self._decider = decider
        self._effects = effects
        self._changes = changes
        self._inbox = inbox
        self._outside = outside
        self._callers = callers
        self._task_ids = task_ids
        self._budgets = budgets
        self._clock = clock
        self._traces_url = traces_url
        self.tracing = tracing
        """None: its tasks have no traces."""

    async def draft(
        self,
        route: str,
        idempotency_key: str | None = None,
        version: str | None = None,
        owner: str = "",
    ) -> Draft:
        """Prepare a task of a version, by default the current one; raises `Unknown`.

        A repeated key finds its task even if the route has been removed since. The
        same key of another owner is another one.
        """
        if idempotency_key is None:
            return await self._draft(self._own_id(), route, version)

        tasks = self._task_ids.of_key(route, idempotency_key, owner)
        for task in tasks:
            known = await self._store.find(FramePath(task))
            if known:
                program = await self._pipelines.program(route, known.version)
                return Draft(task, program.pipeline, repeated=True)
        return await self._draft(tasks[0], route, version)

    async def _draft(self, task: str, route: str, version: str | None) -> Draft:
        if version is None:
            published = await self._pipelines.current(route)
            # The same object while it is remembered: its contract is compiled once.
            current = published.pipeline.version
            program = await self._pipelines.program(route, current)
            return Draft(task, program.pipeline)

        kept = await self._versions.get(Version(route, version))
        return Draft(task, kept.pipeline, chosen=kept)

    async def continued(
        self, draft: Draft, old: str, again: Sequence[str] = ()
    ) -> Draft:
        """The draft as one of a task that continues an ended one.

        `again` are nodes that are to run again. Raises `Unknown`, `StillRunning`,
        `InvalidInput`.
        """
        predecessor = await self._continuing.predecessor(
            _path(old), route=draft.pipeline.route, task=draft.task, again=again
        )
        return dataclasses.replace(draft, predecessor=predecessor)

    async def take_over(self, draft: Draft, blobs: Sequence[Blob]) -> None:
        """Copy blobs of the old task's request, named by the keys of the new task."""
        assert draft.predecessor is not None  # nosec B101 # only such a draft has some
        await self._continuing.copy(draft.predecessor, blobs)

    def _own_id(self) -> str:
        """A new id, if possible one of which this replica takes the turns.

        Then the task stays where it was started and remembered: no other replica has
        to be asked, and none has to read the frame. After some tries any id will do.
        """
        for _ in range(ID_TRIES):
            task = str(uuid.uuid4())
            if self._inbox.owns(FramePath(task)):
                break
        return task

    async def start(
        self,
        draft: Draft,
        data: Admitted,
        push: Push | None = None,
        depth: int = 0,
        owner: str = "",
        space: str = "",
        stored_bytes: int = 0,
        cause: TraceContext | None = None,
    ) -> None:
        """Accept a task: when this returns it will not be lost.

        Raises `Unavailable` when too much is under way, `AddressRefused` for a
        caller's address that is not allowed. Of what an attempt of this engine ordered:
        `OutdatedAttempt` if it was given up, `TooManyFrames` if its task may not call
        any more. `cause` is the span that the task belongs to, `stored_bytes` are those
        of the binaries that came with the data.
        """
        caller = await self._callers.frame(push)
        if self._effects.full(called=caller is not None, person=owner):
            raise Unavailable("the engine", "too much work is under way")
        if push:
            self._outside.check(push.url)

        pipeline = draft.pipeline
        if draft.chosen:
            await self._versions.ensure(draft.chosen)
        program = await self._pipelines.program(pipeline.route, pipeline.version)
        kept = NOTHING_KEPT
        if draft.predecessor:
            kept = await self._continuing.kept(draft.predecessor, program, data)
        frame = new_task(
            path=FramePath(draft.task),
            program=program,
            data=data,
            now=self._clock(),
            push=push,
            depth=depth,
            owner=owner,
            space=space,
            trace=root_trace(draft.task, cause) if self.tracing else "",
            trial=draft.chosen is not None and not draft.chosen.was_published,
            continues=draft.predecessor.frame.task if draft.predecessor else "",
            kept=kept,
            stored_bytes=stored_bytes,
        )
        if draft.predecessor:
            # In a thread: all values of a task may be megabytes.
            copied = await beside(bytes_of_blobs, frame)
            frame = replace(frame, stored_bytes=copied)
        if caller is None:
            await self._begin(frame)
        else:
            await self._begin_called(caller, frame, weight(program.graph()))

        # Once more: it may have been erased before there was a task of it.
        if draft.chosen:
            await self._versions.ensure(draft.chosen)

    async def _begin(self, frame: Frame) -> bool:
        """Make the first moves, store them and act; whether the task is a new one."""
        begun = await self._decider.begin(frame)
        saved = await self._frames.insert(begun)

        # A request with the same idempotency key has stored this task already, and has
        # started it.
        if saved is None:
            return False

        self._effects.start(None, saved)
        return True

    async def _begin_called(self, caller: Frame, frame: Frame, units: int) -> None:
        """Begin a task that another one calls, on the account of that one."""
        first_task = caller.first_task
        # A service that passes its order on to a pipeline sends no depth.
        depth = max(frame.depth, caller.depth + 1)
        width = width_of_call(await self._decider.context(caller), caller)
        called = replace(
            frame,
            depth=depth,
            origin=first_task,
            width=width,
            owner=caller.owner,
            space=caller.space,
        )

        await self._budgets.take(first_task, units)
        begun = False
        try:
            await self._budgets.take_place(called)
            begun = await self._begin(called)
        finally:
            if not begun:
                self._budgets.give_back(first_task, units)
                self._budgets.leave_place(called)
        if not begun:
            return

        # Asked again after storing: an attempt that is given up between the question
        # and the insert looks for its task before there is one.
        if await self._callers.deserted(frame.push):
            unwanted = m.CancelRequested(NOT_AWAITED, unwanted=True)
            await self._inbox.post(frame.path, unwanted)

    async def store_blob(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        """Keep a binary of a task, as it arrives."""
        return await self._blobs.put(task, content, type, name)

    async def discard(self, blobs: Sequence[Blob]) -> None:
        """Erase blobs of a request that was refused."""
        await self._blobs.delete([blob.key for blob in blobs])

    def read(self, task: str, blob: Blob, start: int = 0) -> AsyncIterator[bytes]:
        """The content of a task's blob from a byte on; raises `Unknown`."""
        if not owns(_path(task), blob.key):
            raise Unknown("blob", blob.key)
        return self._blobs.read(blob.key, start)

    async def status(self, task: str) -> Json:
        """In short how a task is; raises `Unknown`."""
        root = await self._root(task)
        called = await self._called_tasks.open(root)
        caller = self._called_tasks.caller(root)
        return reports.status(root, caller, called, self._traces_url)

    async def outputs(self, task: str) -> dict[str, Json]:
        """The result, blobs as references; raises `Unknown`, `NotFinished`."""
        return await self.outputs_of(await self.result(task))

    async def outputs_of(self, result: Json | Large) -> dict[str, Json]:
        """The outputs that a result is, read whole."""
        return reports.outputs(await self._frames.content(result))

    async def result(self, task: str) -> Json | Large:
        """What the end node gave; of a large one perhaps not the content.

        Raises `Unknown`, `NotFinished`.
        """
        frame = await self._root(task)
        if frame.status is not FrameStatus.FINISHED:
            raise NotFinished(task, reports.short(frame.status), frame.error)
        program = await self._pipelines.program(frame.route, frame.version)
        return frame.runs[program.pipeline.end.id].out

    async def raw(self, task: str) -> Json:
        """What is known of a task, as far as it fits an answer; raises `Unknown`."""
        return await self._raw.show(_path(task))

    async def list(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[list[Json], str | None]:
        """A page of tasks, newest first, and the cursor of the next."""
        tasks, following = await of_store(self._store.tasks(which, cursor, limit))
        return [reports.line(task) for task in tasks], following

    async def place(self, task: str) -> Place:
        """Where a task belongs; raises `Unknown`."""
        root = await self._frames.outline(_path(task))
        return Place(root.space or MAIN, root.owner)

    def expect_watcher_place(self, task: str) -> None:
        """Raises `Unavailable` if too many watch tasks already."""
        self._changes.expect_place(task)

    def changes(
        self, task: str, after: str | None, *, inside: bool = True
    ) -> AsyncGenerator[Sequence[Change], None]:
        """Every change of a task after a known one, until it has ended.

        Without `inside` those in the items of loops are left out.
        """
        return self._changes.watch(task, after, inside=inside)

    async def changes_so_far(
        self, task: str, after: str | None, *, inside: bool, limit: int
    ) -> Sequence[Change]:
        """The changes of a task after a known one that there are now, so many of them.

        Raises `Unknown`.
        """
        found = await self._changes.so_far(task, after, inside=inside, limit=limit)
        return found[:limit]

    async def cancel(self, task: str) -> None:
        """Stop a task; one that has ended stays as it is. Raises `Unknown`."""
        path = await self._known(task)
        await self._inbox.post(path, m.CancelRequested("cancelled"))

    async def erase(self, task: str) -> None:
        """Stop a task and leave no trace of it, nor of those that it called.

        Raises `Unknown`.
        """
        await self._erasing.erase(await self._known(task))

    async def stats(self, sees: Sees = everything) -> dict[str, Any]:
        """How many tasks there are, by status and by route."""
        counts = await of_store(self._store.counts())
        return reports.stats(counts if sees is everything else counts.of_routes(sees))

    async def _root(self, task: str) -> Frame:
        """The root frame of a task as it is now; raises `Unknown`.

        Its large values may be without their content.
        """
        return await self._frames.current(_path(task))

    async def _known(self, task: str) -> FramePath:
        """The path of a task that is there; raises `Unknown`."""
        path = _path(task)
        await self._frames.expect(path)
        return path


def _path(task: str) -> FramePath:
    """Raises `Unknown` for what is not an id of a task."""
    try:
        return FramePath(str(uuid.UUID(task)))
    except ValueError:
        raise Unknown("task", task) from None
