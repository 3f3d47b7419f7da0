"""Periodic work: wake what is due, erase what is old, forget services that are gone."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from engine.domain import messages as m
from engine.domain.errors import EngineError, NewerFrame, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.ports import BlobStore, Clock, FrameStore, Inbox
from engine.usecases.callers import NOT_AWAITED, Callers
from engine.usecases.erasing import Erasing
from engine.usecases.frames import Frames
from engine.usecases.given import Given
from engine.usecases.loops import Loops
from engine.usecases.services import Services

log = logging.getLogger(__name__)

# Frames or tasks that one question to the store gives. Bounds how many turns a round
# starts at once; what is left comes in the next round, the most overdue first.
TIMERS_BATCH = 500

# A frame that is overdue for this long is woken by any replica: its owner should have
# done so, but is frozen or was killed.
NEGLECTED_AFTER = timedelta(seconds=5)

# Stands for the work that one replica does for all. Its owner is the one whose share of
# the frames would include this path.
HOUSEKEEPING = FramePath("housekeeping")

# A blob without a task may belong to a request that is still arriving: the blobs of a
# task are stored before its frame.
UPLOAD_MAX_DURATION = timedelta(hours=1)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Wait(NamedTuple):
    """How long a frame that could not take its turn leaves the page of due frames.

    Without this, one page of broken frames would be all that is ever due.
    """

    span: timedelta
    patience: timedelta = timedelta(0)
    """Only a frame that is overdue for so long has to wait."""


BROKEN = Wait(timedelta(seconds=60))

# A store that is away, or the owner of a frame, may be back soon.
AWAY = Wait(timedelta(seconds=5))

# A frame that a later version of the engine wrote is left to a replica of that version,
# which wakes it after `NEGLECTED_AFTER`. If none did, there is none.
NEWER = Wait(timedelta(seconds=60), patience=timedelta(seconds=30))


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
        callers: Callers,
        erasing: Erasing,
        given: Given,
        inbox: Inbox,
        clock: Clock,
        batch: int = TIMERS_BATCH,
    ) -> None:
        self._store = store
        self._frames = frames
        self._blobs = blobs
        self._services = services
        self._loops = loops
        self._callers = callers
        self._erasing = erasing
        self._given = given
        self._inbox = inbox
        self._clock = clock
        self._batch = batch
        self._tidied_until = EPOCH

    async def wake(self) -> None:
        """Give every frame that is due its turn, the most overdue first."""
        now = self._clock()
        due = await self._store.due(now, self._batch)
        waking = [path for path in due if self._inbox.owns(path)]

        # The store gives paths without times. So which frames of other replicas are
        # overdue for so long that their owner must be away is a second question.
        if len(waking) < len(due):
            overdue = await self._store.due(now - NEGLECTED_AFTER, self._batch)
            waking += [path for path in overdue if not self._inbox.owns(path)]

        if not waking and not self._given:
            return
        restarts = await self._services.restarts()
        waking += self._given.lost(restarts).difference(waking)

        # Asked last: most rounds wake nobody, and this may read all instances.
        if waking:
            event = m.TimeElapsed(await self._services.gone(), restarts)
            waits = await asyncio.gather(*(self._wake(path, event) for path in waking))
            await self._postpone(dict(zip(waking, waits, strict=True)), now)

    async def recover(self) -> None:
        """The engine was away: see to every frame that waits for something.

        Only for the embedded set, where no other replica can be about to make a call.
        """
        event = m.TimeElapsed(restarted=True)
        after: FramePath | None = None
        while True:
            paths = await self._store.active(after, self._batch)
            if not paths:
                return

            await asyncio.gather(*(self._wake(path, event) for path in paths))
            after = paths[-1]

    async def _wake(self, path: FramePath, event: m.TimeElapsed) -> Wait | None:
        """Give one frame its event; what goes wrong does not stop the others.

        Gives how long the frame has to wait because of that; None: it had its turn.
        """
        try:
            await self._give_turn(path, event)
        except Unknown:
            log.info("a task was erased meanwhile", extra={"frame": path})
        except EngineError as error:
            log.warning("%s could not be woken: %s", path, error, extra={"frame": path})
            if isinstance(error, NewerFrame):
                return NEWER
            return AWAY if isinstance(error, Unavailable) else BROKEN
        except Exception:
            log.exception("%s could not be woken", path, extra={"frame": path})
            return BROKEN
        return None

    async def _give_turn(self, path: FramePath, event: m.TimeElapsed) -> None:
        frame = await self._frames.outline(path)
        if not await self._frames.task_exists(frame):
            # A frame of an item, stored while its task was being erased.
            await self._frames.erase(frame.task)
        elif frame.open and await self._loops.orphaned(frame):
            # The order to cancel it was lost, or came before it was stored.
            await self._inbox.post(path, m.CancelRequested("not needed"))
        elif frame.open and await self._callers.deserted(frame.push):
            # The attempt that called it was given up, or its task was erased.
            unwanted = m.CancelRequested(NOT_AWAITED, unwanted=True)
            await self._inbox.post(path, unwanted)
        else:
            await self._inbox.post(path, event)

    async def _postpone(
        self, waits: Mapping[FramePath, Wait | None], now: datetime
    ) -> None:
        """Make room for others on the page: of frames that had no turn, and of those
        that are still due after it, whatever keeps them so."""
        still_due = set(await self._store.due(now, self._batch))

        for path, wait in waits.items():
            if wait is None and path in still_due:
                wait = AWAY
            if wait is not None:
                due_at = now - wait.patience
                await self._store.postpone(path, due_at, now + wait.span)

    async def sweep(self) -> None:
        """Erase ended tasks whose time has come; forget services gone for long."""
        if not self._inbox.owns(HOUSEKEEPING):
            return

        while True:
            tasks = await self._store.expired(self._clock(), self._batch)
            if not tasks:
                break

            erased = [await self._erase(task) for task in tasks]
            # The store gives the same tasks again. What cannot be erased now is tried
            # again in the next round, not at once and for ever.
            if not any(erased):
                break

        await self._services.forget()

    async def tidy(self) -> None:
        """Erase blobs of requests that never became a task."""
        if not self._inbox.owns(HOUSEKEEPING):
            return

        until = self._clock() - UPLOAD_MAX_DURATION
        for task in await self._blobs.touched(self._tidied_until, until):
            if await self._store.find(FramePath(task)) is None:
                await self._erase(task)
        self._tidied_until = until

    async def _erase(self, task: str) -> bool:
        """Whether it could be erased; if not, that is logged, and the others go on."""
        try:
            await self._erasing.sweep(task)
        except Unavailable as error:
            log.warning("%s is erased later: %s", task, error, extra={"frame": task})
            return False
        except Exception:
            log.exception("task %s could not be erased", task, extra={"frame": task})
            return False
        return True
