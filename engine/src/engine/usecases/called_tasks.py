"""Which tasks a task has called, and which one called it.

A node that calls a pipeline of this engine starts a task whose id can be computed from
the address of the attempt (`TaskIds.of_call`). And the task returns its result under
that address, signed. So the way leads both up and down, and nothing is stored for it.
"""

from collections.abc import AsyncIterator, Container
from typing import NamedTuple

from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.graph import Program
from engine.ports import FrameStore
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.pipelines import Pipelines
from engine.usecases.task_ids import TaskIds

MAX_SHOWN = 20
"""Called tasks that are open, in one status: each is read for it."""

MAX_ATTEMPTS = 100
"""Of one run, whose tasks are looked for when all are to be erased."""

FRAMES_PER_PAGE = 500


class Caller(NamedTuple):
    """The attempt that called a task."""

    task: str
    path: FramePath
    node: str
    attempt: int


class CalledTasks:
    """Finds the tasks on both ends of calls."""

    def __init__(
        self,
        *,
        store: FrameStore,
        pipelines: Pipelines,
        ids: CallbackIds,
        task_ids: TaskIds,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._ids = ids
        self._task_ids = task_ids

    def caller(self, frame: Frame) -> Caller | None:
        """The attempt of this engine that waits for a task, or did."""
        if frame.push is None:
            return None
        try:
            callback = self._ids.read(frame.push.task_id)
        except Unknown:
            return None
        return Caller(callback.task, callback.path, callback.node, callback.attempt)

    async def of(self, frame: Frame) -> dict[str, str]:
        """By node, the task that its current attempt has called."""
        return await self._current(frame, frame.runs)

    async def of_run(self, frame: Frame, node: str) -> str | None:
        """The same of one node; None: its current attempt has called none."""
        return (await self._current(frame, {node})).get(node)

    async def _current(self, frame: Frame, nodes: Container[str]) -> dict[str, str]:
        routes = await self._routes_of_calls(frame, nodes)
        return {
            node: await self._task(frame, node, route, frame.runs[node].attempt)
            for node, route in routes.items()
        }

    async def _task(self, frame: Frame, node: str, route: str, attempt: int) -> str:
        """The task of one attempt; under an old secret if it is there under that."""
        current, *old = self._task_ids.of_call(route, frame.path, node, attempt)
        for task in old:
            if await self._store.find(FramePath(task)) is not None:
                return task
        return current

    async def open(self, frame: Frame) -> dict[str, Frame]:
        """By node, the called tasks that a frame waits for; `MAX_SHOWN` at most."""
        found: dict[str, Frame] = {}
        if not frame.open:
            return found
        for node, task in (await self.of(frame)).items():
            if len(found) == MAX_SHOWN:
                break
            if frame.runs[node].active:
                called = await self._store.find(FramePath(task))
                if called is not None:
                    found[node] = called
        return found

    async def all(self, task: str) -> AsyncIterator[str]:
        """Every task that any frame of a task has called, and that is still there."""
        root = await self._store.find(FramePath(task))
        if root is None or not await self._may_call(root):
            return

        since = None
        while True:
            page = await self._store.of_task(task, since, FRAMES_PER_PAGE)
            for frame in page:
                for called in await self._ever_called(frame):
                    if await self._store.find(FramePath(called)) is not None:
                        yield called
            if not page or page[-1].saved_at == since:
                return
            since = page[-1].saved_at

    async def _may_call(self, root: Frame) -> bool:
        """Whether there is a pipeline among the routes that a task calls."""
        program = await self._program(root)
        if program is None:
            return False
        routes = program.pipeline.called
        return any([await self._pipelines.is_pipeline(route) for route in routes])

    async def _ever_called(self, frame: Frame) -> list[str]:
        called: list[str] = []
        routes = await self._routes_of_calls(frame, frame.runs)
        for node, route in routes.items():
            last = frame.runs[node].attempt
            first = max(1, last - MAX_ATTEMPTS + 1)
            for attempt in range(first, last + 1):
                called += self._task_ids.of_call(route, frame.path, node, attempt)
        return called

    async def _routes_of_calls(
        self, frame: Frame, nodes: Container[str]
    ) -> dict[str, str]:
        """By node, the pipeline that it calls, of those of `nodes` that have called."""
        program = await self._program(frame)
        if program is None:
            return {}

        called = {
            node: route
            for node, route in program.graph(frame.loops).named_calls.items()
            if node in nodes and _has_called(frame, node)
        }
        # Each is asked for once: hundreds of nodes may call the same route.
        pipelines = {
            route
            for route in set(called.values())
            if await self._pipelines.is_pipeline(route)
        }
        return {node: route for node, route in called.items() if route in pipelines}

    async def _program(self, frame: Frame) -> Program | None:
        """None for a frame whose document could not be read: it has no version."""
        try:
            return await self._pipelines.program(frame.route, frame.version)
        except Unknown:
            return None


def _has_called(frame: Frame, node: str) -> bool:
    """Whether a node made a call; a frame that could not be read has no runs."""
    run = frame.runs.get(node)
    return run is not None and run.attempt > 0
