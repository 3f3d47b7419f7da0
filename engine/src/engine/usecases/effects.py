"""One effect, one doer."""

from engine.domain import messages as m
from engine.domain.frame import Frame
from engine.usecases.calls import Calls
from engine.usecases.loops import Loops


class Effects:
    """Sends every effect to whoever carries it out."""

    def __init__(self, calls: Calls, loops: Loops) -> None:
        self._calls, self._loops = calls, loops

    async def perform(self, frame: Frame, effect: m.Effect) -> None:
        """Carry out one effect of a saved frame."""
        match effect:
            case m.CallNode():
                await self._calls.call(frame, effect)
            case m.OpenFrames():
                await self._loops.open(frame, effect)
            case m.InspectLoop():
                await self._loops.inspect(frame, effect)
            case m.CollectLoop():
                await self._loops.collect(frame, effect)
            case m.CancelFrames():
                await self._loops.cancel(frame, effect)
            case m.TellParent():
                await self._loops.tell_parent(frame)
            case m.PushResult():
                await self._calls.push(frame)
