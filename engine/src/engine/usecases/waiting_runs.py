"""What waits for services: told to operators, and to what starts more instances."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.frame import Frame
from engine.domain.pipeline import ServiceNode
from engine.domain.run import AWAITING, Run
from engine.ports import Clock
from engine.usecases.frames import Frames
from engine.usecases.pipelines import Pipelines

NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Queue:
    """The runs that wait for one service."""

    runs: int
    oldest: timedelta
    """How long the first of them has waited since its node began."""


class WaitingRuns:
    """Counts the runs whose results services owe, in the frames remembered here.

    All open frames that had a turn here lately are remembered, as many as fit into the
    cache. After a restart they come back with their next turns.
    """

    def __init__(self, *, frames: Frames, pipelines: Pipelines, clock: Clock) -> None:
        self._frames = frames
        self._pipelines = pipelines
        self._clock = clock

    def by_service(self) -> Mapping[str, Queue]:
        """By the route of the service; those for which nothing waits are left out."""
        now = self._clock()
        queues: dict[str, Queue] = {}
        for frame in self._frames.remembered():
            for service, run in self._awaited(frame):
                known = queues.get(service, Queue(0, NO_TIME))
                waited = _waited(run, now)
                queues[service] = Queue(known.runs + 1, max(known.oldest, waited))
        return queues

    def _awaited(self, frame: Frame) -> Iterator[tuple[str, Run]]:
        if not frame.open:
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
