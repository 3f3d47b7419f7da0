"""The inbox in this process: one lane for each frame that has events waiting."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from engine.domain.errors import EngineError, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from engine.ports import DeadLetter, TakeNews, Turn

log = logging.getLogger(__name__)

MAX_WAITING_EVENTS = 10_000
"""Bounds the memory of events that wait while the store is slow or away."""

STOP_GRACE = timedelta(seconds=5)
"""For turns that are open when the engine stops: it promises to end within 15 s."""

Posters = list[asyncio.Future[bool] | None]
"""What the poster of each event waits for; None: no one waits."""


class Lane:
    """What waits for one frame; `urgent`: some of it wants a turn now."""

    __slots__ = ("events", "posters", "timer", "urgent", "worker")

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.posters: Posters = []
        self.urgent = False
        self.timer: asyncio.TimerHandle | None = None
        self.worker: asyncio.Task[None] | None = None

    def take(self) -> tuple[list[Event], Posters]:
        """Take everything that waits; the lane is empty afterwards."""
        events = self.events
        posters = self.posters

        self.events = []
        self.posters = []
        self.urgent = False
        self.cancel_timer()

        return events, posters

    def cancel_timer(self) -> None:
        if self.timer:
            self.timer.cancel()
            self.timer = None


@dataclass(frozen=True, slots=True)
class Running:
    """What is there only while `Lanes.run` runs."""

    turn: Turn
    workers: asyncio.TaskGroup


class Lanes:
    """An `Inbox` for one engine: an event is safe when its turn is done.

    At most `max_waiting` events wait. When `run` is cancelled no more are accepted,
    and the turns of those that wait have `stop_grace` to end.
    """

    def __init__(
        self,
        *,
        max_waiting: int = MAX_WAITING_EVENTS,
        stop_grace: timedelta = STOP_GRACE,
    ) -> None:
        self._max_waiting = max_waiting
        self._stop_grace = stop_grace
        self._lanes: dict[FramePath, Lane] = {}
        self._waiting = 0
        self._closed = False

        # None before `run`: events may come earlier, and wait for it.
        self._running: Running | None = None

    async def run(self, turn: Turn) -> None:
        try:
            async with asyncio.TaskGroup() as workers:
                self._running = Running(turn, workers)

                for path, lane in self._lanes.items():
                    if lane.urgent:
                        self._request_turn(path, lane)

                try:
                    await asyncio.Event().wait()
                finally:
                    # Within the group: when its body is left by the cancellation, it
                    # cancels the workers, also in the middle of a turn.
                    await self._drain()
        finally:
            for lane in self._lanes.values():
                _fail(lane.posters, _stopping())

    async def post(self, path: FramePath, event: Event) -> bool:
        if self._closed:
            raise _stopping()
        if self._waiting >= self._max_waiting:
            reason = f"{self._max_waiting} events wait already"
            raise Unavailable("the inbox", reason)

        outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        lane = self._add(path, event, outcome)
        self._request_turn(path, lane)
        return await outcome

    def post_later(self, path: FramePath, event: Event, delay: timedelta) -> None:
        # The port allows that such an event is lost.
        if self._closed or self._waiting >= self._max_waiting:
            return

        lane = self._add(path, event, None)
        loop = asyncio.get_running_loop()
        due = loop.time() + delay.total_seconds()

        # A turn that comes before this is due takes the event along.
        timer = lane.timer
        if lane.urgent or (timer and timer.when() <= due):
            return

        lane.cancel_timer()
        lane.timer = loop.call_at(due, self._request_turn, path, lane)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        """There is nothing to close."""

    def owns(self, path: FramePath) -> bool:
        return True

    async def leave(self) -> None:
        """There are no other replicas that could send events."""

    async def tell(self, news: bytes) -> None:
        """There are no other replicas that could hear it."""

    def listen(self, take: TakeNews) -> None:
        """There are no other replicas that could tell anything."""

    async def hand_over(self, path: FramePath) -> None:
        """The engine finds what is open when it starts again."""

    async def check(self) -> None:
        """There is nothing that could be away."""

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        # No event is kept that no turn could take: its poster gets the error.
        return ()

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
            lane = Lane()
            self._lanes[path] = lane

        lane.events.append(event)
        lane.posters.append(poster)
        self._waiting += 1
        return lane

    def _request_turn(self, path: FramePath, lane: Lane) -> None:
        """A turn now, or, if the lane has an open one, right after it."""
        lane.urgent = True
        running = self._running

        # One worker for each lane: so turns of one frame never overlap.
        if running and not lane.worker:
            lane.worker = running.workers.create_task(
                self._work(running.turn, path, lane)
            )

    async def _work(self, turn: Turn, path: FramePath, lane: Lane) -> None:
        """Give turns as long as one is wanted, then end: idle frames cost nothing."""
        while lane.urgent:
            events, posters = lane.take()
            self._waiting -= len(events)

            try:
                await self._give(turn, path, events, posters)
            except asyncio.CancelledError:
                _fail(posters, _stopping())
                raise

        # A lane whose events wait for its timer stays; the timer starts a worker.
        lane.worker = None
        if not lane.events:
            del self._lanes[path]

    async def _give(
        self, turn: Turn, path: FramePath, events: list[Event], posters: Posters
    ) -> None:
        """One turn for all these events; each poster gets the outcome of its own."""
        try:
            verdicts = await turn(path, events)
        except asyncio.CancelledError:
            # When the engine stops, the worker itself is cancelled and has to end.
            # Otherwise something inside the turn was: that must not end the worker,
            # whose lane would never get a turn again.
            if self._closed:
                raise
            _fail(posters, _stopping())
        except EngineError as error:
            _fail_or_log(path, posters, error)
        except Exception as error:
            if len(events) > 1:
                await self._give_singly(turn, path, events, posters)
            else:
                _fail_or_log(path, posters, error)
        else:
            _tell(posters, verdicts)

    async def _give_singly(
        self, turn: Turn, path: FramePath, events: list[Event], posters: Posters
    ) -> None:
        """A turn for each event: one of them may be the cause of the mistake."""
        for event, poster in zip(events, posters, strict=True):
            await self._give(turn, path, [event], [poster])

    async def _drain(self) -> None:
        """Give the last turns, also for events that were to come later."""
        self._closed = True

        for path, lane in self._lanes.items():
            self._request_turn(path, lane)

        workers = [lane.worker for lane in self._lanes.values() if lane.worker]
        if workers:
            await asyncio.wait(workers, timeout=self._stop_grace.total_seconds())


def _stopping() -> Unavailable:
    return Unavailable("the inbox", "the engine is stopping")


def _tell(posters: Posters, verdicts: Iterable[bool]) -> None:
    for poster, verdict in zip(posters, verdicts, strict=True):
        if poster and not poster.done():
            poster.set_result(verdict)


def _fail(posters: Posters, error: Exception) -> int:
    """Tell the error to everyone who still waits; how many these are."""
    waiting = [poster for poster in posters if poster and not poster.done()]
    for poster in waiting:
        poster.set_exception(error)

    return len(waiting)


def _fail_or_log(path: FramePath, posters: Posters, error: Exception) -> None:
    """Tell the error to the posters; if no one waits any more, to the log."""
    if _fail(posters, error):
        return

    # An `EngineError` says by itself what happened, and while a store is away it comes
    # for every turn: tracebacks would fill the log.
    unexpected = not isinstance(error, EngineError)
    log.error(
        "a turn of %s failed: %s",
        path,
        error,
        exc_info=unexpected,
        extra={"frame": path},
    )
