"""Periodic rounds: wake what is due, erase what is old, forget who is gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from engine.domain import messages as m
from engine.domain.errors import EngineError, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.ports import BlobStore, Clock, FrameStore, Inbox
from engine.usecases.frames import Frames
from engine.usecases.loops import Loops
from engine.usecases.services import Services

log = logging.getLogger(__name__)

TIMERS_BATCH = 500
NEGLECTED = timedelta(seconds=5)  # overdue so long, a frame is woken by any replica
HOUSEKEEPING = FramePath("housekeeping")  # whose owner erases what is old
LEFT_BEHIND = timedelta(hours=1)  # an upload may take so long


async def every(seconds: float, job: Callable[[], Awaitable[None]]) -> NoReturn:
    """Run job for ever; a failed round is logged and the next one still comes."""
    while True:
        try:
            await job()
        except Unavailable as error:
            log.warning("a round has to wait: %s", error)
        except Exception:
            log.exception("a round failed", extra={"job": repr(job)})
        await asyncio.sleep(seconds)


async def until_done(seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    """Run job until one round of it succeeds; those that fail are logged."""
    while True:
        try:
            return await job()
        except Exception:
            log.exception("a round failed and is tried again", extra={"job": repr(job)})
        await asyncio.sleep(seconds)


class Timers:
    """What happens because time goes by, or because the engine came back."""

    def __init__(
        self,
        *,
        store: FrameStore,
        frames: Frames,
        blobs: BlobStore,
        services: Services,
        loops: Loops,
        inbox: Inbox,
        clock: Clock,
        batch: int = TIMERS_BATCH,
    ) -> None:
        self._store = store
        self._frames = frames
        self._blobs = blobs
        self._services = services
        self._loops = loops
        self._inbox = inbox
        self._clock = clock
        self._batch = batch
        self._tidied_until = datetime(1970, 1, 1, tzinfo=UTC)

    async def wake(self) -> None:
        """Give every frame that is due its turn, the most overdue first."""
        now = self._clock()
        due = await self._store.due(now, self._batch)
        own = [path for path in due if self._inbox.owns(path)]
        if len(own) < len(due):
            neglected = await self._store.due(now - NEGLECTED, self._batch)
            own += [path for path in neglected if not self._inbox.owns(path)]
        if own:
            gone = await self._services.gone()
            waking = (self._wake(path, m.TimeElapsed(gone)) for path in own)
            await asyncio.gather(*waking)

    async def recover(self) -> None:
        """The engine was away: see to every frame that waits for something.

        Only for the embedded set, where nobody else can be about to make a call.
        """
        after: FramePath | None = None
        while paths := await self._store.active(after, self._batch):
            waking = (self._wake(p, m.TimeElapsed(restarted=True)) for p in paths)
            await asyncio.gather(*waking)
            after = paths[-1]

    async def _wake(self, path: FramePath, event: m.TimeElapsed) -> None:
        try:
            frame = await self._frames.get(path)
            if not await self._frames.task_exists(frame):
                await self._frames.erase(frame.task)
            elif frame.open and await self._loops.orphaned(frame):
                await self._inbox.post(path, m.CancelRequested("not needed"))
            else:
                await self._inbox.post(path, event)
        except Unknown:
            log.info("a task was erased meanwhile", extra={"path": path})
        except EngineError as error:
            log.warning("%s could not be woken: %s", path, error)
        except Exception:
            log.exception("%s could not be woken", path)

    async def sweep(self) -> None:
        """Erase ended tasks whose time has come, blobs first; forget old services."""
        if not self._inbox.owns(HOUSEKEEPING):
            return
        while tasks := await self._store.expired(self._clock(), self._batch):
            erased = [await self._erase(task) for task in tasks]
            if not any(erased):
                break  # what cannot be erased now is tried again in the next round
        await self._services.forget()

    async def tidy(self) -> None:
        """Erase blobs of requests that never became a task."""
        if not self._inbox.owns(HOUSEKEEPING):
            return
        until = self._clock() - LEFT_BEHIND
        for task in await self._blobs.touched(self._tidied_until, until):
            if await self._store.find(FramePath(task)) is None:
                await self._erase(task)
        self._tidied_until = until

    async def _erase(self, task: str) -> bool:
        """Whether it could be; if not, that is told, and the others go on."""
        try:
            await self._frames.erase(task)
        except Exception:
            log.exception("task %s could not be erased", task)
            return False
        return True
