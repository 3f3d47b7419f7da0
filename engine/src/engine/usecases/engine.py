"""An engine whose objects have been made: what can be asked of it, and its life."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from functools import partial
from pathlib import Path

from engine.domain.errors import Unavailable
from engine.ports import BlobStore, FrameStore, Inbox, Opened
from engine.usecases.effects import Effects
from engine.usecases.folder import publish_folder
from engine.usecases.old_versions import OldVersions
from engine.usecases.pipelines import Pipelines
from engine.usecases.rounds import every, until_done
from engine.usecases.services import Services
from engine.usecases.tasks import Tasks
from engine.usecases.timers import Timers
from engine.usecases.worker import Worker

# A due frame waits this long at most; each replica asks the store that often.
WAKE_EVERY_SECONDS = 0.5

SWEEP_EVERY_SECONDS = 60

# The longest time that a request may take: what was stored or replaced before the last
# round can belong to none that is still arriving.
TIDY_EVERY_SECONDS = 3_600

RETRY_START_SECONDS = 1
"""The wait between tries of what must succeed once after the start."""


class Engine:
    """All that can be asked of an engine, and its life from start to stop.

    `opened` must be open while it runs, in this order. `alone`: no other replica works
    on the same stores.
    """

    def __init__(
        self,
        *,
        tasks: Tasks,
        pipelines: Pipelines,
        services: Services,
        timers: Timers,
        old_versions: OldVersions,
        worker: Worker,
        effects: Effects,
        threads: ThreadPoolExecutor,
        frames: FrameStore,
        blobs: BlobStore,
        inbox: Inbox,
        opened: Sequence[Opened],
        alone: bool,
        pipelines_dir: Path | None,
        max_pipeline_bytes: int,
    ) -> None:
        self.tasks = tasks
        self.pipelines = pipelines
        self.services = services
        self.timers = timers
        self.old_versions = old_versions
        self.inbox = inbox
        self._worker = worker
        self._effects = effects
        self._threads = threads
        self._frames = frames
        self._blobs = blobs
        self._opened = opened
        self._alone = alone
        self._pipelines_dir = pipelines_dir
        self._max_pipeline_bytes = max_pipeline_bytes
        self._published = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From opening the stores to closing them."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self._threads)
            for resource in self._opened:
                if isinstance(resource, AbstractAsyncContextManager):
                    await stack.enter_async_context(resource)
                else:
                    stack.enter_context(resource)
            stack.push_async_callback(self._effects.drop)

            group = await stack.enter_async_context(asyncio.TaskGroup())
            taking = group.create_task(self.inbox.run(self._worker.turn))
            jobs = (
                self._publish(),
                self._wake(),
                every(SWEEP_EVERY_SECONDS, self.timers.sweep),
                every(TIDY_EVERY_SECONDS, self.timers.tidy),
                every(TIDY_EVERY_SECONDS, self.old_versions.sweep),
            )
            rounds = [group.create_task(job) for job in jobs]

            try:
                yield
            finally:
                for task in rounds:
                    task.cancel()
                await self._stop(taking)

    async def _stop(self, taking: asyncio.Task[None]) -> None:
        """Stop in an order in which nothing that was begun is lost."""
        # First no more events of others, whose turns would begin new work.
        await self.inbox.leave()

        # Turns are still taken: effects that end have events to post.
        await self._effects.drain()

        # Open turns are finished, and save what they decided.
        taking.cancel()
        await asyncio.wait([taking])

        # Last, when all that was ordered and not begun is known.
        await self._hand_over()

    async def _hand_over(self) -> None:
        """Leave what was ordered and not begun to another replica, if there is one."""
        # A copy: effects that are still under way may add to the set.
        left = tuple(self._effects.left)

        # If that cannot be now, the timers of another replica find it later.
        with suppress(Unavailable):
            for path in left:
                await self.inbox.hand_over(path)

    async def _publish(self) -> None:
        """Publish the pipelines of the folder, as soon as the store is there."""
        if self._pipelines_dir is not None:
            publish = partial(
                publish_folder,
                self.pipelines,
                self._pipelines_dir,
                self._max_pipeline_bytes,
            )
            await until_done(RETRY_START_SECONDS, publish)
        self._published = True

    async def _wake(self) -> None:
        """See to what was under way when the engine stopped, then to what is due."""
        # Otherwise other replicas have taken over what this one left.
        if self._alone:
            await until_done(RETRY_START_SECONDS, self.timers.recover)
        await every(WAKE_EVERY_SECONDS, self.timers.wake)

    async def ready(self) -> dict[str, str]:
        """What is missing, by store; nothing: requests can be served."""
        checks = {
            "frames": self._frames.check,
            "blobs": self._blobs.check,
            "inbox": self.inbox.check,
        }

        missing = {}
        for name, check in checks.items():
            try:
                await check()
            except Unavailable as error:
                missing[name] = str(error)

        # Without a store they cannot be published: then the store is what is missing.
        if not missing and not self._published:
            missing["pipelines"] = "those of PIPELINES_DIR are not published yet"
        return missing
