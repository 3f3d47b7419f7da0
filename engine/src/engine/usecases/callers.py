"""Knows which attempt of this engine waits for a task that it has called.

A task that was called as a service returns its result under the signed id of that
attempt. So the id leads from a task to the frame that called it, and nothing has to be
stored or sent for that. Ids of other engines cannot be read here: their tasks have no
caller that this engine knows.
"""

from engine.domain.errors import OutdatedAttempt, Unknown
from engine.domain.frame import Frame, Push
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.frames import Frames

NOT_AWAITED = "the task that called it does not wait for it any more"
"""Why a task is cancelled that another one called."""


class Callers:
    """Finds the frames that called tasks, and what became of their calls."""

    def __init__(self, *, frames: Frames, ids: CallbackIds) -> None:
        self._frames = frames
        self._ids = ids

    async def frame(self, push: Push | None) -> Frame | None:
        """The frame that waits for a result; None: no frame of this engine ordered it.

        Raises `OutdatedAttempt` if one did, and does not wait any more.
        """
        if push is None:
            return None
        try:
            callback = self._ids.read(push.task_id)
        except Unknown:
            return None

        try:
            frame = await self._frames.current(callback.path)
        except Unknown:
            # The calling task was erased.
            raise OutdatedAttempt() from None

        if not frame.awaits(callback.node, callback.attempt):
            raise OutdatedAttempt()
        return frame

    async def deserted(self, push: Push | None) -> bool:
        """Whether an attempt of this engine ordered a result and was given up."""
        try:
            await self.frame(push)
        except OutdatedAttempt:
            return True
        return False
