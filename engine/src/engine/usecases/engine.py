"""An engine whose objects have been made: what can be asked of it, and its life."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from functools import partial
from typing import Any

from engine.domain.errors import Unavailable
from engine.ports import BlobStore, FrameStore, Inbox, Opened, PipelineStore
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.allowances import Allowances
from engine.usecases.access.homes import Homes
from engine.usecases.callbacks import Callbacks
from engine.usecases.effects import Effects
from engine.usecases.erasures import ERASURES_EVERY_SECONDS, Erasures
from engine.usecases.evaluation import Evaluation
from engine.usecases.exports import Exports
from engine.usecases.folder import PipelineFolder, publish_folder
from engine.usecases.identities import Identities
from engine.usecases.judging import Judging
from engine.usecases.many_files import ManyFiles
from engine.usecases.meter import WATCH_LOOP_EVERY_SECONDS, Meter
from engine.usecases.old_versions import OldVersions
from engine.usecases.pipelines import Pipelines
from engine.usecases.rests import Rests
from engine.usecases.rounds import every, until_done
from engine.usecases.runs import Runs
from engine.usecases.saved_documents import SavedDocuments
from engine.usecases.schedules import Schedules
from engine.usecases.secrets import Secrets
from engine.usecases.services import Services
from engine.usecases.statistics import Statistics
from engine.usecases.tasks import Tasks
from engine.usecases.timers import Timers
from engine.usecases.versions import Versions
from engine.usecases.waiting_runs import WaitingRuns
from engine.usecases.windows import TELL_PAUSE_SECONDS, Windows
from engine.usecases.worker import Worker

# A due frame waits this long at most; each replica asks the store that often.
WAKE_EVERY_SECONDS = 0.5

# A task of a schedule starts so late at most.
SCHEDULES_EVERY_SECONDS = 1

SWEEP_EVERY_SECONDS = 60

# The longest time that a request may take: what was stored or replaced before the last
# round can belong to none that is still arriving.
TIDY_EVERY_SECONDS = 3_600

COUNT_EVERY_SECONDS = 5
"""What a replica that is killed has counted and not stored."""

LOOK_AGAIN_EVERY_SECONDS = 0.5
"""For so long a place may be kept for a result that another replica has taken."""

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
        accounts: Accounts | None,
        erasures: Erasures | None,
        exports: Exports | None,
        homes: Homes | None,
        allowances: Allowances,
        tasks: Tasks,
        callbacks: Callbacks,
        identities: Identities,
        runs: Runs,
        judging: Judging,
        evaluation: Evaluation,
        pipelines: Pipelines,
        versions: Versions,
        saved: SavedDocuments,
        services: Services,
        statistics: Statistics,
        secrets: Secrets,
        schedules: Schedules,
        timers: Timers,
        old_versions: OldVersions,
        worker: Worker,
        waiting: WaitingRuns,
        meter: Meter,
        rests: Rests,
        files: ManyFiles,
        effects: Effects,
        windows: Windows,
        threads: ThreadPoolExecutor,
        frames: FrameStore,
        published: PipelineStore,
        blobs: BlobStore,
        inbox: Inbox,
        opened: Sequence[Opened],
        alone: bool,
        folder: PipelineFolder | None,
    ) -> None:
        self.accounts = accounts
        self.erasures = erasures
        self.exports = exports
        self.homes = homes
        self.allowances = allowances
        self.tasks = tasks
        self.callbacks = callbacks
        self.identities = identities
        self.runs = runs
        self.judging = judging
        self.evaluation = evaluation
        self.pipelines = pipelines
        self.versions = versions
        self.saved = saved
        self.services = services
        self.statistics = statistics
        self.secrets = secrets
        self.schedules = schedules
        self.timers = timers
        self.old_versions = old_versions
        self.inbox = inbox
        self.waiting = waiting
        self.meter = meter
        self.rests = rests
        self.files = files
        self._worker = worker
        self._effects = effects
        self._windows = windows
        self._threads = threads
        self._frames = frames
        self._pipelines = published
        self._blobs = blobs
        self._opened = opened
        self._alone = alone
        self._folder = folder
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
            jobs: tuple[Coroutine[Any, Any, None], ...] = (
                self._publish(),
                self._wake(),
                every(TIDY_EVERY_SECONDS, self._reseal),
                every(SCHEDULES_EVERY_SECONDS, self.schedules.start_due),
                every(SWEEP_EVERY_SECONDS, self.timers.sweep),
                every(TIDY_EVERY_SECONDS, self.timers.tidy),
                every(COUNT_EVERY_SECONDS, self._count),
                self._watch_loop(),
                every(TIDY_EVERY_SECONDS, self.statistics.forget),
                every(TIDY_EVERY_SECONDS, self.old_versions.sweep),
            )
            if self.accounts is not None:
                jobs += (
                    until_done(RETRY_START_SECONDS, self.accounts.welcome),
                    every(TIDY_EVERY_SECONDS, self.accounts.credentials.sweep),
                    every(TIDY_EVERY_SECONDS, self.accounts.audit.sweep),
                    every(TIDY_EVERY_SECONDS, self.allowances.sweep),
                    every(LOOK_AGAIN_EVERY_SECONDS, self._windows.look_again),
                )
                if not self._alone:
                    self.inbox.listen(self._windows.heard)
                    jobs += (every(TELL_PAUSE_SECONDS, self._windows.tell_others),)
            if self.erasures is not None:
                jobs += (every(ERASURES_EVERY_SECONDS, self.erasures.go_on),)
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
        await self._count()

    async def _watch_loop(self) -> None:
        """Note how late the event loop is: it does one thing after the other."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + WATCH_LOOP_EVERY_SECONDS
            await asyncio.sleep(WATCH_LOOP_EVERY_SECONDS)
            self.meter.loop_delays.add(loop.time() - due)

    async def _reseal(self) -> None:
        """Leave no secret under an old key, whatever other replicas do meanwhile."""
        await until_done(RETRY_START_SECONDS, self.secrets.reseal)

    async def _count(self) -> None:
        # A store that is away is told elsewhere; what was counted is kept until then.
        with suppress(Unavailable):
            await self.statistics.flush()

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
        if self.homes is not None:
            adopt = partial(self.homes.adopt, self._pipelines, self._frames)
            await until_done(RETRY_START_SECONDS, adopt)
        if self._folder is not None:
            publish = partial(publish_folder, self.pipelines, self._folder)
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
