"""The inbox in this process: one lane for each frame that has events waiting."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Self

from engine.domain.errors import EngineError, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from engine.ports import DeadLetter, Turn

log = logging.getLogger(__name__)
GRACE = timedelta(seconds=5)

Posters = list[asyncio.Future[bool] | None]
"""Who waits with each event."""


class Lane:
    """What waits for one frame; `pressing`: some of it wants a turn now."""

    __slots__ = ("events", "posters", "pressing", "timer", "worker")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.posters: Posters = []
        self.pressing = False
        self.timer: asyncio.TimerHandle | None = None
        self.worker: asyncio.Task[None] | None = None

    def take(self) -> tuple[list[Event], Posters]:
        """All that waited."""
        taken = self.events, self.posters
        self.events, self.posters, self.pressing = [], [], False
        self.cancel_timer()
        return taken

    def cancel_timer(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None


class Lanes:
    """An `Inbox` for one engine: an event is safe when its turn is done.

    At most `limit` events wait. When `run` is cancelled no more are taken, and the
    turns for those that wait have `grace` to end.
    """

    def __init__(self, limit: int = 10_000, grace: timedelta = GRACE) -> None:
        self._limit, self._grace = limit, grace
        self._lanes: dict[FramePath, Lane] = {}
        self._count, self._closed = 0, False
        self._group: asyncio.TaskGroup | None = None

    async def run(self, turn: Turn) -> None:
        self._turn = turn
        try:
            async with asyncio.TaskGroup() as self._group:
                for path, lane in self._lanes.items():
                    if lane.pressing:
                        self._press(path, lane)
                try:
                    await asyncio.Event().wait()
                finally:
                    await self._drain()
        finally:
            for lane in self._lanes.values():
                _fail(lane.posters, _stopping())

    async def post(self, path: FramePath, event: Event) -> bool:
        if self._closed:
            raise _stopping()
        if self._count >= self._limit:
            raise Unavailable("the inbox", f"{self._limit} events wait already")
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        lane = self._add(path, event, done)
        self._press(path, lane)
        return await done

    def post_later(self, path: FramePath, event: Event, delay: timedelta) -> None:
        if self._closed or self._count >= self._limit:
            return  # it may be lost
        lane = self._add(path, event, None)
        loop = asyncio.get_running_loop()
        due = loop.time() + delay.total_seconds()
        if lane.pressing or (lane.timer and lane.timer.when() <= due):
            return
        lane.cancel_timer()
        lane.timer = loop.call_at(due, self._press, path, lane)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        """There is nothing to close."""

    def owns(self, path: FramePath) -> bool:
        return True

    async def leave(self) -> None:
        """There is nobody to take events from."""

    async def hand_over(self, path: FramePath) -> None:
        """The engine finds what is open when it starts again."""

    async def check(self) -> None:
        """There is nothing that could be away."""

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        return ()  # whoever posts is told what its turn raised

    async def dead_count(self) -> int:
        return 0

    async def revive(self, id: str) -> None:
        raise Unknown("dead letter", id)

    async def bury(self, id: str) -> None:
        raise Unknown("dead letter", id)

    def _add(
        self, path: FramePath, event: Event, poster: asyncio.Future[bool] | None
    ) -> Lane:
        lane = self._lanes.get(path)
        if lane is None:
            lane = self._lanes[path] = Lane()
        lane.events.append(event)
        lane.posters.append(poster)
        self._count += 1
        return lane

    def _press(self, path: FramePath, lane: Lane) -> None:
        lane.pressing = True
        if self._group and not lane.worker:
            lane.worker = self._group.create_task(self._work(path, lane))

    async def _work(self, path: FramePath, lane: Lane) -> None:
        """Take turns as long as there is a reason, then retire."""
        while lane.pressing:
            events, posters = lane.take()
            self._count -= len(events)
            try:
                await self._give(path, events, posters)
            except asyncio.CancelledError:
                _fail(posters, _stopping())
                raise
        lane.worker = None
        if not lane.events:
            del self._lanes[path]

    async def _give(
        self, path: FramePath, events: list[Event], posters: Posters
    ) -> None:
        """One turn for all; one for each if a mistake ends it, which may be of one."""
        try:
            verdicts = await self._turn(path, events)
        except asyncio.CancelledError:
            if self._closed:
                raise
            _fail(posters, _stopping())
        except Exception as error:  # of this turn; the next may do better
            if len(events) > 1 and not isinstance(error, EngineError):
                for event, poster in zip(events, posters, strict=True):
                    await self._give(path, [event], [poster])
            elif not _fail(posters, error):
                trace = not isinstance(error, EngineError)
                log.error(
                    "a turn failed: %s", error, exc_info=trace, extra={"frame": path}
                )
        else:
            _tell(posters, verdicts)

    async def _drain(self) -> None:
        self._closed = True
        for path, lane in self._lanes.items():
            self._press(path, lane)
        workers = [lane.worker for lane in self._lanes.values() if lane.worker]
        if workers:
            await asyncio.wait(workers, timeout=self._grace.total_seconds())


def _stopping() -> Unavailable:
    return Unavailable("the inbox", "the engine is stopping")


def _tell(posters: Posters, verdicts: Iterable[bool]) -> None:
    for poster, verdict in zip(posters, verdicts, strict=True):
        if poster and not poster.done():
            poster.set_result(verdict)


def _fail(posters: Posters, error: Exception) -> int:
    """How many still listened."""
    listening = [poster for poster in posters if poster and not poster.done()]
    for poster in listening:
        poster.set_exception(error)
    return len(listening)
