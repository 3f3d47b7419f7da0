"""Makes the objects of an engine, and runs them from start to stop."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from engine.adapters.choice import Adapters, chosen
from engine.api.app import create_app
from engine.api.limits import LOOPBACK, ApiLimits
from engine.domain.errors import EngineError, Unavailable
from engine.ports import Clock
from engine.settings import Settings
from engine.usecases.callbacks import CallbackIds
from engine.usecases.calls import Calls
from engine.usecases.changes import ChangeFeed
from engine.usecases.decider import Decider
from engine.usecases.effects import EFFECTS_GRACE, MAX_EFFECTS_UNDER_WAY, Effects
from engine.usecases.frames import Frames
from engine.usecases.loops import Loops
from engine.usecases.pipelines import Pipelines
from engine.usecases.pushes import Pushes
from engine.usecases.rounds import every, until_done
from engine.usecases.services import Services
from engine.usecases.tasks import Tasks
from engine.usecases.timers import TIMERS_BATCH, Timers
from engine.usecases.worker import Worker

log = logging.getLogger(__name__)

CODE_THREADS = 4
"""As many as the sandbox has workers: more threads would only wait for one."""

# A due frame waits this long at most; each replica asks the store that often.
WAKE_EVERY_SECONDS = 0.5

SWEEP_EVERY_SECONDS = 60
TIDY_EVERY_SECONDS = 3_600

RETRY_START_SECONDS = 1
"""The wait between tries of what must succeed once after the start."""


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Tuning:
    """Bounds that operators do not set; tests do, with little time and few tasks."""

    effects_grace: timedelta = EFFECTS_GRACE
    max_effects: int = MAX_EFFECTS_UNDER_WAY
    timers_batch: int = TIMERS_BATCH


TUNING = Tuning()


class Engine:
    """All that can be asked of an engine, and its life from start to stop."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = utc_now,
        adapters: Adapters | None = None,
        tuning: Tuning = TUNING,
    ) -> None:
        a = adapters or chosen(settings)
        rules = settings.rules()
        # The threads start with the first code that runs, not here.
        threads = ThreadPoolExecutor(CODE_THREADS, "code")

        frames = Frames(store=a.frames, blobs=a.blobs, alone=a.alone)
        pipelines = Pipelines(store=a.pipelines, services=a.services, clock=clock)
        services = Services(
            store=a.services, pipelines=pipelines, outside=a.outside, clock=clock
        )
        changes = ChangeFeed(a.frames)
        ids = CallbackIds(a.secret)
        decider = Decider(
            frames=frames,
            pipelines=pipelines,
            evaluator=a.evaluator,
            rules=rules,
            threads=threads,
            clock=clock,
        )
        calls = Calls(
            frames=frames,
            blobs=a.blobs,
            pipelines=pipelines,
            services=services,
            outside=a.outside,
            inbox=a.inbox,
            ids=ids,
            rules=rules,
            public_url=settings.url,
        )
        loops = Loops(
            store=a.frames, frames=frames, decider=decider, inbox=a.inbox, clock=clock
        )
        pushes = Pushes(
            pipelines=pipelines, outside=a.outside, inbox=a.inbox, rules=rules
        )
        effects = Effects(
            calls=calls,
            loops=loops,
            pushes=pushes,
            changes=changes,
            inbox=a.inbox,
            grace=tuning.effects_grace,
            max_under_way=tuning.max_effects,
        )
        worker = Worker(frames=frames, decider=decider, effects=effects)
        timers = Timers(
            store=a.frames,
            frames=frames,
            blobs=a.blobs,
            services=services,
            loops=loops,
            inbox=a.inbox,
            clock=clock,
            batch=tuning.timers_batch,
        )
        tasks = Tasks(
            store=a.frames,
            frames=frames,
            blobs=a.blobs,
            pipelines=pipelines,
            decider=decider,
            effects=effects,
            changes=changes,
            inbox=a.inbox,
            outside=a.outside,
            ids=ids,
            secret=a.secret,
            clock=clock,
        )

        self.inbox = a.inbox
        self.pipelines = pipelines
        self.services = services
        self.tasks = tasks
        self.timers = timers
        self._settings = settings
        self._adapters = a
        self._threads = threads
        self._effects = effects
        self._worker = worker
        self._published = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From opening the stores to closing them."""
        inbox = self._adapters.inbox
        async with AsyncExitStack() as stack:
            stack.enter_context(self._threads)
            for resource in self._adapters.opened:
                if isinstance(resource, AbstractAsyncContextManager):
                    await stack.enter_async_context(resource)
                else:
                    stack.enter_context(resource)
            stack.push_async_callback(self._effects.drop)
            tasks = await stack.enter_async_context(asyncio.TaskGroup())

            taking = tasks.create_task(inbox.run(self._worker.turn))
            jobs = (
                self._publish(),
                self._wake(),
                every(SWEEP_EVERY_SECONDS, self.timers.sweep),
                every(TIDY_EVERY_SECONDS, self.timers.tidy),
            )
            rounds = [tasks.create_task(job) for job in jobs]

            try:
                yield
            finally:
                for task in rounds:
                    task.cancel()
                await self._stop(taking)

    async def _stop(self, taking: asyncio.Task[None]) -> None:
        """Stop in the order in which nothing that was begun is lost."""
        # No events of others any more: the effects of their turns would come too late
        # to be waited for.
        await self._adapters.inbox.leave()
        # While turns are still taken: an effect under way has an event to post.
        await self._effects.drain()
        # Open turns are finished, and save what they decided.
        taking.cancel()
        await asyncio.wait([taking])
        # Last, when all that was ordered and not begun is known.
        await self._hand_over()

    async def _hand_over(self) -> None:
        """Leave what was ordered and not begun to another replica, if there is one."""
        # Without NATS it has to wait until the timers find it.
        with suppress(Unavailable):
            for path in self._effects.left:
                await self._adapters.inbox.hand_over(path)

    async def _publish(self) -> None:
        folder = self._settings.pipelines_dir
        if folder is not None:
            publish = partial(publish_folder, self.pipelines, folder)
            await until_done(RETRY_START_SECONDS, publish)
        self._published = True

    async def _wake(self) -> None:
        """See to what was under way when the engine stopped, then to what is due."""
        # With other replicas, what this one left is theirs by now.
        if self._adapters.alone:
            await until_done(RETRY_START_SECONDS, self.timers.recover)
        await every(WAKE_EVERY_SECONDS, self.timers.wake)

    async def ready(self) -> dict[str, str]:
        """What is missing, by store; nothing: requests can be served."""
        checks = {
            "frames": self._adapters.frames.check,
            "blobs": self._adapters.blobs.check,
            "inbox": self._adapters.inbox.check,
        }
        missing = {}
        for name, check in checks.items():
            try:
                await check()
            except Unavailable as error:
                missing[name] = str(error)

        # A store that is missing is the reason why they are not published.
        if not missing and not self._published:
            missing["pipelines"] = "those of PIPELINES_DIR are not published yet"
        return missing


async def publish_folder(pipelines: Pipelines, folder: Path) -> None:
    """Publish every pipeline of a folder; one that is broken is logged and left out.

    Raises `Unavailable`: then none of them is known to be published.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            published = await pipelines.publish(json.loads(path.read_bytes()))
            log.info("pipeline %s comes from %s", published.route, path)
        except Unavailable:
            raise
        except (EngineError, ValueError) as error:
            log.error("%s is not published: %s", path, error)


def create(
    settings: Settings,
    adapters: Adapters | None = None,
    *,
    tuning: Tuning = TUNING,
) -> FastAPI:
    """The HTTP application of an engine that starts and stops with it."""
    engine = Engine(settings, adapters=adapters, tuning=tuning)
    limits = ApiLimits(
        body_bytes=settings.max_body,
        json_bytes=settings.max_json,
        json_depth=settings.max_depth,
        json_values=settings.max_values,
        parts=settings.max_parts,
        starts=settings.max_starts,
        allowed_hosts=LOOPBACK | frozenset(settings.allowed_hosts),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with engine.running():
            yield

    return create_app(engine, limits, lifespan)
