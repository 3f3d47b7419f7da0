"""Takes the events of a frame: load, decide, save, act."""

import logging
from collections.abc import Mapping, Sequence
from time import perf_counter

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.effects import is_accepted
from engine.domain.errors import StaleFrame, Unavailable
from engine.domain.frame import Frame, FramePath
from engine.domain.spans import trace_id_of
from engine.usecases.decider import Decider
from engine.usecases.effects import Effects
from engine.usecases.frames import Frames
from engine.usecases.log_context import begin_turn, note_trace
from engine.usecases.meter import Meter

log = logging.getLogger(__name__)


class Worker:
    """Takes one turn of a frame at a time, as the inbox gives them."""

    def __init__(
        self,
        *,
        frames: Frames,
        decider: Decider,
        effects: Effects,
        meter: Meter,
    ) -> None:
        self._frames = frames
        self._decider = decider
        self._effects = effects
        self._meter = meter

    async def turn(self, path: FramePath, events: Sequence[m.Event]) -> Sequence[bool]:
        """Load, decide, save, act: a crash repeats an effect but never loses one.

        Of each event, whether the frame has taken it.
        """
        began = perf_counter()
        begin_turn(path)
        rest = without_overtaken(events)
        while rest:
            frame = self._frames.at_hand(path)
            if frame is not None:
                after, taken = await self._step(frame, rest)
            else:
                async with self._frames.held(path) as frame:
                    after, taken = await self._step(frame, rest)
            rest = rest[taken:]

        self._meter.turns.add(perf_counter() - began)
        self._meter.events += len(events)
        return [is_accepted(after, event) for event in events]

    async def _step(self, frame: Frame, events: Sequence[m.Event]) -> tuple[Frame, int]:
        """The saved frame with the first events, and how many these are."""
        if frame.trace:
            note_trace(frame.path, trace_id_of(frame))
        before, after, taken = await self._moved(frame, events)

        # Saved first: an effect carried out without its order being saved would be
        # forgotten by a crash, and its result refused.
        if after is not before:
            self._effects.start(before, after)
        return after, taken

    async def _moved(
        self, before: Frame, events: Sequence[m.Event]
    ) -> tuple[Frame, Frame, int]:
        """The last revision without these events, and the saved one with the first.

        And how many these are: code of authors may have taken the time of the others.
        """
        while True:
            after, taken = await self._decider.decide(before, events)

            if after is before:
                # “Nothing changes” may be true only of an old revision: no save will
                # find that out, so this asks the store.
                newer = await self._frames.newer(before)
                if newer is None:
                    return before, before, taken
                before = newer
                continue

            try:
                return before, await self._saved(before, after), taken
            except StaleFrame:
                # Another replica saved first, because each believed that it owns the
                # frame. The events are applied to what that one made of it.
                before = await self._frames.get(before.path, fresh=True)

    async def _saved(self, before: Frame, after: Frame) -> Frame:
        """The saved frame; a frame that no store can take has failed instead."""
        try:
            return await self._frames.save(before, after)
        except (StaleFrame, Unavailable):
            raise
        except Exception:
            # The same events would give the same frame again and again. What was
            # saved last can be saved: from there the task ends, instead of hanging.
            if not before.open:
                raise
            log.exception("%s cannot be saved: its task has failed", before.path)
            return await self._frames.save(before, self._decider.failed(before))


def without_overtaken(events: Sequence[m.Event]) -> Sequence[m.Event]:
    """The events without acknowledgements whose results came along with them.

    The result ends the run in the same turn, so the acknowledgement has nothing left
    to say. Most services are that fast: deciding on it would cost every such call.
    """
    if len(events) == 1:
        return events

    finished = {
        (event.node, event.attempt)
        for event in events
        if isinstance(event, m.NodeFinished)
    }
    instances: dict[tuple[str, int], str] = {}
    rest: list[m.Event] = []
    for event in events:
        match event:
            case m.NodeAcknowledged(node=node, attempt=attempt):
                if (node, attempt) in finished:
                    instances[node, attempt] = event.instance
                    continue
        rest.append(event)

    return [_with_instance(event, instances) for event in rest] if instances else rest


def _with_instance(event: m.Event, instances: Mapping[tuple[str, int], str]) -> m.Event:
    """A result says who did the work if its acknowledgement was left out."""
    if not isinstance(event, m.NodeFinished):
        return event
    return replace(event, instance=instances.get((event.node, event.attempt)))
