"""Erases tasks with all that they have called."""

from engine.domain import messages as m
from engine.domain.errors import Unknown
from engine.domain.frame import FramePath
from engine.ports import Inbox
from engine.usecases.called_tasks import CalledTasks
from engine.usecases.frames import Frames


class Erasing:
    """Stops a task and leaves no trace of it, nor of the tasks that it called.

    Those go first: until they are gone, the task that leads to them can be found. So
    whoever is killed in the middle of it, the next round of the timers goes on.
    """

    def __init__(
        self, *, frames: Frames, called_tasks: CalledTasks, inbox: Inbox
    ) -> None:
        self._frames = frames
        self._called_tasks = called_tasks
        self._inbox = inbox

    async def erase(self, task: str) -> None:
        """Erase a task, running or not; raises `Unknown` if it is not there."""
        # Ended first: so it calls no more tasks. And due for the sweep, in case that
        # this replica is killed in the middle of the erasing.
        await self._inbox.post(FramePath(task), m.EraseRequested())
        await self.sweep(task)

    async def sweep(self, task: str) -> None:
        """Erase an ended task, or what is left of one."""
        # They call each other to a bounded depth (MAX_CALL_DEPTH).
        async for called in self._called_tasks.all(task):
            try:
                await self.erase(called)
            except Unknown:
                # Another replica was faster.
                continue
        await self._frames.erase(task)
