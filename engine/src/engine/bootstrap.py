"""Makes the objects of an engine, each complete, from the bottom up."""

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from engine.adapters.choice import Adapters, chosen
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.shared.instants import utc_now
from engine.api.app import create_app
from engine.api.limits import LOOPBACK, ApiLimits
from engine.ports import Clock
from engine.settings import Settings
from engine.usecases.budgets import Budgets
from engine.usecases.callbacks import CallbackIds
from engine.usecases.callers import Callers
from engine.usecases.calls import Calls
from engine.usecases.code_turns import CodeTurns
from engine.usecases.decider import Decider
from engine.usecases.effects import EFFECTS_GRACE, MAX_EFFECTS_UNDER_WAY, Effects
from engine.usecases.engine import Engine
from engine.usecases.frames import Frames
from engine.usecases.loops import Loops
from engine.usecases.old_versions import OldVersions
from engine.usecases.pipelines import Pipelines
from engine.usecases.pushes import Pushes
from engine.usecases.services import Services
from engine.usecases.task_ids import TaskIds
from engine.usecases.tasks import Tasks
from engine.usecases.timers import TIMERS_BATCH, Timers
from engine.usecases.watching import ChangeFeed
from engine.usecases.worker import Worker

# More threads than the sandbox has workers would only wait for one.
CODE_THREADS = SandboxLimits().workers


@dataclass(frozen=True, slots=True)
class Tuning:
    """Bounds that operators do not set; tests do, with little time and few tasks."""

    effects_grace: timedelta = EFFECTS_GRACE
    max_effects: int = MAX_EFFECTS_UNDER_WAY
    timers_batch: int = TIMERS_BATCH


TUNING = Tuning()


def assemble(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    adapters: Adapters | None = None,
    tuning: Tuning = TUNING,
) -> Engine:
    """An engine that can be started; raises `BadSettings`.

    Who knows whom: an object is given only what was made above it.
    """
    outer = adapters or chosen(settings)
    rules = settings.rules()
    threads = ThreadPoolExecutor(CODE_THREADS, "code")

    # What is known of frames, routes and services.
    frames = Frames(store=outer.frames, blobs=outer.blobs, alone=outer.alone)
    changes = ChangeFeed(
        store=outer.frames,
        max_watchers=settings.max_watchers,
        max_task_watchers=settings.max_task_watchers,
    )
    ids = CallbackIds(outer.secret)
    task_ids = TaskIds(outer.secret)
    callers = Callers(frames=frames, ids=ids)
    pipelines = Pipelines(
        store=outer.pipelines,
        services=outer.services,
        max_routes=settings.max_routes,
        clock=clock,
    )
    services = Services(
        store=outer.services,
        pipelines=pipelines,
        outside=outer.outside,
        max_instances=settings.max_instances,
        clock=clock,
    )

    budgets = Budgets(frames=frames, inbox=outer.inbox, rules=rules, clock=clock)

    # Deciding.
    decider = Decider(
        frames=frames,
        pipelines=pipelines,
        evaluator=outer.evaluator,
        rules=rules,
        turns=CodeTurns(threads, CODE_THREADS, os.cpu_count() or 1),
        clock=clock,
    )

    # Doing.
    calls = Calls(
        frames=frames,
        blobs=outer.blobs,
        pipelines=pipelines,
        services=services,
        outside=outer.outside,
        inbox=outer.inbox,
        ids=ids,
        task_ids=task_ids,
        rules=rules,
        public_url=settings.url,
    )
    loops = Loops(
        store=outer.frames,
        frames=frames,
        decider=decider,
        budgets=budgets,
        inbox=outer.inbox,
        clock=clock,
    )
    pushes = Pushes(
        frames=frames,
        pipelines=pipelines,
        outside=outer.outside,
        inbox=outer.inbox,
        rules=rules,
    )
    effects = Effects(
        calls=calls,
        loops=loops,
        pushes=pushes,
        changes=changes,
        budgets=budgets,
        inbox=outer.inbox,
        frames=frames,
        grace=tuning.effects_grace,
        max_under_way=tuning.max_effects,
    )

    # What begins both: an event, the time, a request.
    worker = Worker(
        frames=frames,
        decider=decider,
        effects=effects,
    )
    timers = Timers(
        store=outer.frames,
        frames=frames,
        blobs=outer.blobs,
        services=services,
        loops=loops,
        callers=callers,
        inbox=outer.inbox,
        clock=clock,
        batch=tuning.timers_batch,
    )
    old_versions = OldVersions(
        store=outer.pipelines,
        frames=outer.frames,
        inbox=outer.inbox,
    )
    tasks = Tasks(
        store=outer.frames,
        frames=frames,
        blobs=outer.blobs,
        pipelines=pipelines,
        decider=decider,
        effects=effects,
        changes=changes,
        inbox=outer.inbox,
        outside=outer.outside,
        ids=ids,
        callers=callers,
        task_ids=task_ids,
        budgets=budgets,
        clock=clock,
    )

    return Engine(
        tasks=tasks,
        pipelines=pipelines,
        services=services,
        timers=timers,
        old_versions=old_versions,
        worker=worker,
        effects=effects,
        threads=threads,
        frames=outer.frames,
        blobs=outer.blobs,
        inbox=outer.inbox,
        opened=outer.opened,
        alone=outer.alone,
        pipelines_dir=settings.pipelines_dir,
        max_pipeline_bytes=settings.max_pipeline,
    )


def create(
    settings: Settings,
    adapters: Adapters | None = None,
    *,
    tuning: Tuning = TUNING,
) -> FastAPI:
    """The HTTP application of an engine that starts and stops with it."""
    engine = assemble(settings, adapters=adapters, tuning=tuning)
    limits = ApiLimits(
        body_bytes=settings.max_body,
        json_bytes=settings.max_json,
        json_memory=settings.max_json_memory,
        json_depth=settings.max_depth,
        json_values=settings.max_values,
        parts=settings.max_parts,
        pipeline_bytes=settings.max_pipeline,
        simultaneous_starts=settings.max_starts,
        call_depth=settings.max_call_depth,
        allowed_hosts=LOOPBACK | frozenset(settings.allowed_hosts),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with engine.running():
            yield

    return create_app(engine, limits, lifespan)
