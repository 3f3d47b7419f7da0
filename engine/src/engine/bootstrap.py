"""Chooses the adapters, puts the parts together, and runs them."""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from engine.adapters.disk import DiskBlobStore
from engine.adapters.lanes import Lanes
from engine.adapters.outside import HttpOutside
from engine.adapters.sandbox import MontyEvaluator
from engine.adapters.sqlite import (
    SqliteFrameStore,
    SqlitePipelineStore,
    SqliteServiceStore,
)
from engine.adapters.sqlite_database import Database
from engine.api.app import create_app
from engine.api.limits import LOOPBACK, ApiLimits
from engine.domain.errors import EngineError, Unavailable
from engine.ports import (
    BlobStore,
    Clock,
    Evaluator,
    FrameStore,
    Inbox,
    Outside,
    PipelineStore,
    ServiceStore,
)
from engine.settings import Settings
from engine.usecases.callbacks import CallbackIds
from engine.usecases.calls import Calls
from engine.usecases.changes import ChangeFeed
from engine.usecases.effects import Effects
from engine.usecases.frames import Frames
from engine.usecases.loops import Loops
from engine.usecases.pipelines import Pipelines
from engine.usecases.services import Services
from engine.usecases.tasks import Tasks
from engine.usecases.timers import Timers, every, until_done
from engine.usecases.worker import Decider, Worker

log = logging.getLogger(__name__)

CODE_THREADS = 4  # as many as the sandbox has workers


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Adapters:
    """The outside world, chosen by the settings."""

    frames: FrameStore
    pipelines: PipelineStore
    services: ServiceStore
    blobs: BlobStore
    inbox: Inbox
    outside: Outside
    evaluator: Evaluator
    opened: Sequence[AbstractAsyncContextManager[Any] | AbstractContextManager[Any]]
    """What must be open while the engine runs, in this order."""
    secret: bytes
    alone: bool
    """No other replica works on the same stores."""


def embedded(settings: Settings) -> Adapters:
    """The set for one machine: one file, one folder, lanes in this process."""
    folder = settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(folder / "engine.db")
    blobs = DiskBlobStore(folder / "blobs")
    sandbox = MontyEvaluator()
    outside = HttpOutside(blobs, settings.service_addresses, settings.http_addresses)
    return Adapters(
        frames=SqliteFrameStore(database),
        pipelines=SqlitePipelineStore(database),
        services=SqliteServiceStore(database),
        blobs=blobs,
        inbox=Lanes(),
        outside=outside,
        evaluator=sandbox,
        opened=(database, blobs, outside, sandbox),
        secret=settings.secret.encode() or kept_secret(folder / "secret"),
        alone=True,
    )


def kept_secret(path: Path) -> bytes:
    """The key in a file only its owner can read; made, whole, if there is none."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return path.read_bytes()


class Engine:
    """All that can be asked of an engine, and its life from start to stop."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = utc_now,
        adapters: Adapters | None = None,
    ) -> None:
        a = self._adapters = adapters or embedded(settings)
        self._settings, rules = settings, settings.rules()
        self._code = ThreadPoolExecutor(CODE_THREADS, "code")
        frames = Frames(a.frames, a.blobs)
        changes = ChangeFeed(a.frames)
        ids = CallbackIds(a.secret)
        self.pipelines = Pipelines(a.pipelines, a.services, clock)
        self.services = Services(a.services, self.pipelines, a.outside, clock)
        decider = Decider(frames, self.pipelines, a.evaluator, rules, self._code, clock)
        self._worker = Worker(frames, decider, changes)
        calls = Calls(
            frames,
            a.blobs,
            self.pipelines,
            self.services,
            a.outside,
            a.inbox,
            ids,
            rules,
            settings.url,
        )
        loops = Loops(a.frames, frames, decider, self._worker, a.inbox, clock)
        self._worker.perform = Effects(calls, loops).perform
        self._worker.post = a.inbox.post
        self.timers = Timers(
            a.frames, frames, a.blobs, self.services, loops, a.inbox, clock
        )
        self.tasks = Tasks(
            a.frames,
            frames,
            a.blobs,
            self.pipelines,
            self._worker,
            changes,
            a.inbox,
            a.outside,
            ids,
            a.secret,
            clock,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From opening the stores to closing them."""
        async with AsyncExitStack() as stack:
            stack.enter_context(self._code)
            for resource in self._adapters.opened:
                if isinstance(resource, AbstractAsyncContextManager):
                    await stack.enter_async_context(resource)
                else:
                    stack.enter_context(resource)
            await publish_folder(self.pipelines, self._settings.pipelines_dir)
            await stack.enter_async_context(self._worker)
            rounds = await stack.enter_async_context(asyncio.TaskGroup())
            inbox, turn = self._adapters.inbox, self._worker.turn
            jobs = (
                inbox.run(turn),
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

    async def _wake(self) -> None:
        """See to what was under way when the engine stopped, then to what is due."""
        if self._adapters.alone:
            await until_done(1, self.timers.recover)
        await every(0.5, self.timers.wake)

    async def ready(self) -> dict[str, str]:
        """What is missing, by store; nothing: requests can be served."""
        missing = {}
        a = self._adapters
        for name, check in (("frames", a.frames.check), ("blobs", a.blobs.check)):
            try:
                await check()
            except Unavailable as error:
                missing[name] = str(error)
        return missing


async def publish_folder(pipelines: Pipelines, folder: Path | None) -> None:
    """Publish every pipeline of a folder; one that is broken is told and left out."""
    for path in sorted(folder.glob("*.json")) if folder else ():
        try:
            published = await pipelines.publish(json.loads(path.read_bytes()))
            log.info("pipeline %s comes from %s", published.route, path)
        except (EngineError, ValueError) as error:
            log.error("%s is not published: %s", path, error)


def create(settings: Settings) -> FastAPI:
    """The HTTP application of an engine that starts and stops with it."""
    engine = Engine(settings)
    limits = ApiLimits(
        body_bytes=settings.max_body,
        json_bytes=settings.max_json,
        json_depth=settings.max_depth,
        json_values=settings.max_values,
        parts=settings.max_parts,
        allowed_hosts=LOOPBACK | frozenset(settings.allowed_hosts),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with engine.running():
            yield

    return create_app(engine, limits, lifespan)
