"""What waits is counted by the replica that will hear of its end, and by no other."""

from collections.abc import Callable

import pytest
from documents import SERIES
from engine.domain.frame import FramePath
from engine.usecases.frames import Frames
from engine.usecases.waiting_runs import UNSURE_AFTER, WaitingRuns
from playground import Playground

Owns = Callable[[FramePath], bool]


class OtherReplica:
    """What another replica remembers of the frames in the same store."""

    def __init__(self, play: Playground) -> None:
        self._play = play
        self.frames = Frames(
            store=play.adapters.frames, blobs=play.adapters.blobs, alone=False
        )
        self._waiting = self.counted_by(lambda _: True)

    def counted_by(self, owns: Owns) -> WaitingRuns:
        return WaitingRuns(
            frames=self.frames,
            pipelines=self._play.engine.pipelines,
            owns=owns,
            clock=self._play.clock,
        )

    async def counts(self) -> dict[str, int]:
        queues = await self._waiting.by_service()
        return {service: queue.runs for service, queue in queues.items()}


@pytest.fixture
async def task(play: Playground) -> str:
    """One whose first service has been called."""
    await play.publish(SERIES)
    await play.announce()
    task = await play.start()
    await play.called(1)
    return task


@pytest.fixture
async def other(play: Playground, task: str) -> OtherReplica:
    """It had a turn of the task."""
    replica = OtherReplica(play)
    await replica.frames.get(FramePath(task))
    return replica


async def test_a_frame_of_another_replica_is_counted_there(
    other: OtherReplica, task: str
) -> None:
    assert await other.counts() == {"work": 1}

    elsewhere = other.counted_by(lambda path: path != task)

    assert await elsewhere.by_service() == {}


async def test_what_ended_elsewhere_is_not_counted_for_ever(
    play: Playground, other: OtherReplica, task: str
) -> None:
    assert await other.counts() == {"work": 1}
    await play.engine.tasks.cancel(task)
    await play.ended(task)

    play.clock.now += UNSURE_AFTER

    assert await other.counts() == {}


async def test_what_was_erased_elsewhere_is_not_counted_for_ever(
    play: Playground, other: OtherReplica, task: str
) -> None:
    assert await other.counts() == {"work": 1}
    await play.adapters.frames.erase(task)

    play.clock.now += UNSURE_AFTER

    assert await other.counts() == {}


async def test_what_still_waits_is_counted_for_as_long(
    play: Playground, other: OtherReplica
) -> None:
    assert await other.counts() == {"work": 1}

    play.clock.now += UNSURE_AFTER

    assert await other.counts() == {"work": 1}
