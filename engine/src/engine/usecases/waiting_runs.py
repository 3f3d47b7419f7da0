"""What waits for services: told to operators, and to what starts more instances."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.frame import Frame, FramePath
from engine.domain.pipeline import ServiceNode
from engine.domain.run import AWAITING, Run
from engine.ports import Clock
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines

NO_TIME = timedelta()

UNSURE_AFTER = timedelta(seconds=30)
"""So long a frame is believed to be as it was seen: another replica may have had it
for a while, and have ended it."""

MOST_READ = 50
"""Frames that are looked for in the store before figures are told."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The runs that wait for one service."""

    runs: int
    oldest: timedelta
    """How long the first of them has waited since its node began."""


class WaitingRuns:
    """Counts the runs whose results services owe, in the frames remembered here.

    All open frames that had a turn here lately are remembered, as many as fit into the
    cache. After a restart they come back with their next turns. Frames whose turns
    another replica takes now are counted there: what is remembered of them here will
    not hear of their end.
    """

    def __init__(
        self,
        *,
        frames: Frames,
        pipelines: Pipelines,
        owns: Callable[[FramePath], bool],
        clock: Clock,
    ) -> None:
        """`owns`: whether turns of a frame are taken here."""
        self._frames = frames
        self._pipelines = pipelines
        self._owns = owns
        self._clock = clock
        self._seen: dict[FramePath, datetime] = {}
        """When frames with runs that wait were last known to be as they are stored."""

    async def by_service(self) -> Mapping[str, Queue]:
        """By the route of the service; those for which nothing waits are left out.

        Raises `Unavailable`.
        """
        now = self._clock()
        await self._look_again(now)

        queues: dict[str, Queue] = {}
        for frame in self._frames.remembered():
            for service, run in self._awaited(frame):
                known = queues.get(service, Queue(0, NO_TIME))
                waited = _waited(run, now)
                queues[service] = Queue(known.runs + 1, max(known.oldest, waited))
        return queues

    async def _look_again(self, now: datetime) -> None:
        """Forget frames that were saved elsewhere, and came back to this replica."""
        counted = [
            frame.path
            for frame in self._frames.remembered()
            if any(self._awaited(frame))
        ]
        self._seen = {path: self._seen.get(path, now) for path in counted}

        unsure = [path for path in counted if now - self._seen[path] >= UNSURE_AFTER]
        unsure.sort(key=self._seen.__getitem__)
        for path in unsure[:MOST_READ]:
            await self._frames.look_again(path)
            self._seen[path] = now

    def _awaited(self, frame: Frame) -> Iterator[tuple[str, Run]]:
        if not frame.open or not self._owns(frame.path):
            return
        program = self._pipelines.program_at_hand(frame.route, frame.version)
        if program is None:
            return

        nodes = program.graph(frame.loops).nodes
        for node_id, run in frame.runs.items():
            if run.status not in AWAITING:
                continue
            node = nodes.get(node_id)
            if isinstance(node, ServiceNode) and node.service:
                yield node.service, run


def _waited(run: Run, now: datetime) -> timedelta:
    if run.started_at is None:
        return NO_TIME
    # The clock of the replica that began it may be ahead.
    return max(NO_TIME, now - run.started_at)
