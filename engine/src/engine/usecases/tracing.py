"""Tells the spans of tasks, if traces are made: there is none of these otherwise."""

from datetime import datetime

from engine.domain import spans
from engine.domain.frame import Frame
from engine.ports import Clock, Traces


class Tracing:
    """What the use cases tell of tasks that have a trace."""

    def __init__(self, traces: Traces, clock: Clock) -> None:
        self._traces = traces
        self._clock = clock

    def now(self) -> datetime:
        """When something begins whose end will be told."""
        return self._clock()

    def saved(self, before: Frame | None, after: Frame) -> None:
        """Tell what has ended because a frame changed."""
        if after.trace:
            self._traces.add(spans.ended(before, after))

    def ran_code(self, before: Frame, after: Frame, began: datetime) -> None:
        """Tell of a turn with code of authors, which has ended now."""
        if before.trace and after.evaluations > before.evaluations:
            now = self._clock()
            self._traces.add([spans.code(before, after, began=began, ended=now)])

    def pushed(self, frame: Frame, began: datetime, *, arrived: bool) -> None:
        """Tell of a delivery of the end result, which has ended now."""
        if frame.trace:
            now = self._clock()
            span = spans.pushed(frame, began=began, ended=now, arrived=arrived)
            self._traces.add([span])
