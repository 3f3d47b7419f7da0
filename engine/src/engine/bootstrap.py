"""Puts the parts together, and runs them."""

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
from engine.usecases.effects import EFFECTS_GRACE, Effects
from engine.usecases.frames import Frames
from engine.usecases.loops import Loops
from engine.usecases.pipelines import Pipelines
from engine.usecases.services import Services
from engine.usecases.tasks import Tasks
from engine.usecases.timers import TIMERS_BATCH, Timers, every, until_done
from engine.usecases.worker import Worker

log = logging.getLogger(__name__)

CODE_THREADS = 4  # as many as the sandbox has workers


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class Engine:
    """All that can be asked of an engine, and its life from start to stop."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = utc_now,
        adapters: Adapters | None = None,
        grace: timedelta = EFFECTS_GRACE,
        batch: int = TIMERS_BATCH,
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
        effects = Effects(
            calls=calls, loops=loops, changes=changes, inbox=a.inbox, grace=grace
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
            batch=batch,
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
        async with AsyncExitStack() as stack:
            stack.enter_context(self._threads)
            for resource in self._adapters.opened:
                if isinstance(resource, AbstractAsyncContextManager):
                    await stack.enter_async_context(resource)
                else:
                    stack.enter_context(resource)
            stack.push_async_callback(self._effects.drop)
            rounds = await stack.enter_async_context(asyncio.TaskGroup())
            inbox = self._adapters.inbox
            taking = rounds.create_task(inbox.run(self._worker.turn))
            jobs = (
                self._publish(),
                self._wake(),
                every(60, self.timers.sweep),
                every(3600, self.timers.tidy),
            )
            started = [rounds.create_task(job) for job in jobs]
            try:
                yield
            finally:
                for task in started:
                    task.cancel()
                await inbox.leave()
                await self._effects.drain()
                taking.cancel()
                await asyncio.wait([taking])
                await self._hand_over()

    async def _publish(self) -> None:
        folder = self._settings.pipelines_dir
        if folder is not None:
            await until_done(1, partial(publish_folder, self.pipelines, folder))
        self._published = True

    async def _hand_over(self) -> None:
        """What was ordered and not begun is another replica's, or has to wait."""
        with suppress(Unavailable):
            for path in self._effects.left:
                await self._adapters.inbox.hand_over(path)

    async def _wake(self) -> None:
        """See to what was under way when the engine stopped, then to what is due."""
        if self._adapters.alone:
            await until_done(1, self.timers.recover)
        await every(0.5, self.timers.wake)

    async def ready(self) -> dict[str, str]:
        """What is missing, by store; nothing: requests can be served."""
        missing = {}
        a = self._adapters
        checks = {
            "frames": a.frames.check,
            "blobs": a.blobs.check,
            "inbox": a.inbox.check,
        }
        for name, check in checks.items():
            try:
                await check()
            except Unavailable as error:
                missing[name] = str(error)
        if not (missing or self._published):
            missing["pipelines"] = "those of PIPELINES_DIR are not published yet"
        return missing


async def publish_folder(pipelines: Pipelines, folder: Path) -> None:
    """Publish every pipeline of a folder; one that is broken is told and left out.

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


def create(settings: Settings, adapters: Adapters | None = None) -> FastAPI:
    """The HTTP application of an engine that starts and stops with it."""
    engine = Engine(settings, adapters=adapters)
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
