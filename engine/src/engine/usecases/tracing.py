"""Tells the spans of tasks, if traces are made: there is none of these otherwise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from trace_spans import TraceContext

from engine.domain import spans
from engine.domain.frame import Frame
from engine.ports import Clock, Traces
from engine.usecases.callback_ids import Callback


@dataclass(slots=True)
class Arrival:
    """What came under the id of an attempt."""

    is_result: bool = True
    """False: it said how far the work is, which is not worth a span."""


class Tracing:
    """What the use cases tell of tasks that have a trace."""

    def __init__(self, traces: Traces, clock: Clock) -> None:
        self._traces = traces
        self._clock = clock

    def now(self) -> datetime:
        """When something begins whose end will be told."""
        return self._clock()

    def counts(self) -> Mapping[str, int]:
        """How many spans went which way since the start."""
        return self._traces.counts()

    @contextmanager
    def arrival(self, of: Callback, cause: TraceContext | None) -> Iterator[Arrival]:
        """Tell of a result whose arrival the block is, until its turn is saved.

        `cause`: the span of its sender that brings it. An attempt whose frame another
        replica has, and whose service says nothing of a trace, has none to tell.
        """
        arrival = Arrival()
        began = self._clock()
        taken = False
        try:
            yield arrival
            taken = True
        finally:
            where = spans.context_of_arrival(
                of.path, of.node, of.attempt, of.trace, cause
            )
            if where and arrival.is_result:
                span = spans.arrived(
                    of.path,
                    of.node,
                    of.attempt,
                    cause=where,
                    began=began,
                    ended=self._clock(),
                    taken=taken,
                )
                self._traces.add([span])

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
