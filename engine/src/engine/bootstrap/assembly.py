"""Makes the objects of an engine, each complete, from the bottom up."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from engine.adapters.choice import Adapters, chosen
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.shared.instants import utc_now
from engine.adapters.signing import Ed25519Signer
from engine.api.schedules import fits
from engine.bootstrap.accounts import accounts, erasures, exports, homes_of
from engine.ports import Clock
from engine.settings import Settings
from engine.usecases.access.allowances import Allowances
from engine.usecases.budgets import Budgets
from engine.usecases.callback_ids import CallbackIds
from engine.usecases.callbacks import Callbacks
from engine.usecases.called_tasks import CalledTasks
from engine.usecases.callers import Callers
from engine.usecases.calls import Calls
from engine.usecases.code_turns import CodeTurns
from engine.usecases.continuing import Continuing
from engine.usecases.decider import Decider
from engine.usecases.effects import EFFECTS_GRACE, MAX_EFFECTS_UNDER_WAY, Effects
from engine.usecases.engine import Engine
from engine.usecases.erasing import Erasing
from engine.usecases.evaluation import Evaluation
from engine.usecases.folder import PipelineFolder
from engine.usecases.frames import Frames
from engine.usecases.given import Given
from engine.usecases.identities import Identities
from engine.usecases.judging import Judging
from engine.usecases.loops import Loops
from engine.usecases.many_files import ManyFiles
from engine.usecases.meter import Meter
from engine.usecases.old_versions import OldVersions
from engine.usecases.pipelines import Pipelines
from engine.usecases.pushes import Pushes
from engine.usecases.raw import RawTasks
from engine.usecases.rests import Rests
from engine.usecases.results import Results
from engine.usecases.runs import Runs
from engine.usecases.saved_documents import SavedDocuments
from engine.usecases.schedules import Schedules
from engine.usecases.secrets import Secrets
from engine.usecases.services import Services
from engine.usecases.statistics import Statistics
from engine.usecases.task_ids import TaskIds
from engine.usecases.tasks import Tasks
from engine.usecases.timers import TIMERS_BATCH, Timers
from engine.usecases.tracing import Tracing
from engine.usecases.versions import Versions
from engine.usecases.waiting_runs import WaitingRuns
from engine.usecases.watching import ChangeFeed
from engine.usecases.windows import Windows
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
    meter = Meter(
        batches=outer.frames.batches,
        code_limits=outer.evaluator.limits_met,
        stores=outer.store_figures,
    )
    rests = Rests()
    files = ManyFiles(rests)
    frames = Frames(
        store=outer.frames,
        blobs=outer.blobs,
        alone=outer.alone,
        meter=meter,
        rests=rests,
    )
    changes = ChangeFeed(
        store=outer.frames,
        max_watchers=settings.max_watchers,
        max_task_watchers=settings.max_task_watchers,
    )
    judging = Judging(outer.judges)
    ids = CallbackIds(outer.secret, outer.old_secrets)
    task_ids = TaskIds(outer.secret, outer.old_secrets)
    callers = Callers(frames=frames, ids=ids)
    homes = homes_of(settings, outer, clock) if outer.passwords else None
    pipelines = Pipelines(
        store=outer.pipelines,
        services=outer.services,
        homes=homes,
        max_routes=settings.max_routes,
        rests=rests,
        clock=clock,
    )
    services = Services(
        store=outer.services,
        pipelines=pipelines,
        outside=outer.outside,
        homes=homes,
        max_instances=settings.max_instances,
        clock=clock,
    )

    statistics = Statistics(store=outer.tallies, pipelines=pipelines, clock=clock)
    secrets = Secrets(
        store=outer.secrets,
        sealer=outer.sealer,
        max_secrets=settings.max_secrets,
        clock=clock,
    )

    budgets = Budgets(frames=frames, inbox=outer.inbox, rules=rules, clock=clock)

    tracing = Tracing(outer.traces, clock) if outer.traces else None

    # Deciding.
    code_turns = CodeTurns(threads, CODE_THREADS, os.cpu_count() or 1, meter)
    decider = Decider(
        frames=frames,
        pipelines=pipelines,
        evaluator=outer.evaluator,
        rules=rules,
        turns=code_turns,
        rests=rests,
        clock=clock,
        tracing=tracing,
    )

    # Doing.
    given = Given()
    windows = Windows(frames, owns=outer.inbox.owns, tell=outer.inbox.tell)
    calls = Calls(
        frames=frames,
        blobs=outer.blobs,
        files=files,
        pipelines=pipelines,
        services=services,
        secrets=secrets,
        homes=homes,
        outside=outer.outside,
        inbox=outer.inbox,
        ids=ids,
        task_ids=task_ids,
        given=given,
        windows=windows,
        rules=rules,
        public_url=settings.url,
        clock=clock,
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
        files=files,
        pipelines=pipelines,
        outside=outer.outside,
        inbox=outer.inbox,
        rules=rules,
        tracing=tracing,
    )
    effects = Effects(
        calls=calls,
        loops=loops,
        pushes=pushes,
        changes=changes,
        windows=windows,
        budgets=budgets,
        statistics=statistics,
        inbox=outer.inbox,
        frames=frames,
        tracing=tracing,
        grace=tuning.effects_grace,
        max_under_way=tuning.max_effects,
    )

    # What begins both: an event, the time, a request.
    worker = Worker(
        frames=frames,
        decider=decider,
        effects=effects,
        meter=meter,
    )
    called_tasks = CalledTasks(
        store=outer.frames, pipelines=pipelines, ids=ids, task_ids=task_ids
    )
    erasing = Erasing(frames=frames, called_tasks=called_tasks, inbox=outer.inbox)
    timers = Timers(
        store=outer.frames,
        frames=frames,
        blobs=outer.blobs,
        services=services,
        loops=loops,
        callers=callers,
        erasing=erasing,
        given=given,
        inbox=outer.inbox,
        clock=clock,
        batch=tuning.timers_batch,
    )
    versions = Versions(
        store=outer.pipelines,
        frames=outer.frames,
        pipelines=pipelines,
        max_tried=settings.max_tried_versions,
    )
    old_versions = OldVersions(
        store=outer.pipelines,
        versions=versions,
        inbox=outer.inbox,
        kept_per_route=settings.kept_versions,
    )
    runs = Runs(store=outer.frames, frames=frames, called_tasks=called_tasks)
    tasks = Tasks(
        store=outer.frames,
        frames=frames,
        blobs=outer.blobs,
        pipelines=pipelines,
        versions=versions,
        called_tasks=called_tasks,
        raw=RawTasks(
            store=outer.frames,
            frames=frames,
            called_tasks=called_tasks,
            traces_url=settings.traces_url,
        ),
        erasing=erasing,
        continuing=Continuing(
            frames=frames, blobs=outer.blobs, pipelines=pipelines, files=files
        ),
        decider=decider,
        effects=effects,
        changes=changes,
        inbox=outer.inbox,
        outside=outer.outside,
        callers=callers,
        task_ids=task_ids,
        budgets=budgets,
        clock=clock,
        tracing=tracing,
        traces_url=settings.traces_url,
    )
    callbacks = Callbacks(
        frames=frames,
        inbox=outer.inbox,
        ids=ids,
        results=Results(frames=frames, pipelines=pipelines, judging=judging),
        windows=windows,
    )

    allowances = Allowances(
        store=outer.frames,
        starts=outer.starts,
        alone=outer.alone,
        limits=settings.limits(),
        # Half of all places: the rest is for others.
        max_starting=max(1, settings.max_starts // 2),
        meter=meter,
        clock=clock,
    )
    made = accounts(settings, outer, clock, homes)
    schedules = Schedules(
        store=outer.schedules,
        tasks=tasks,
        pipelines=pipelines,
        fits=partial(fits, judging),
        homes=homes,
        groups=made.groups if made else None,
        allowances=allowances,
        inbox=outer.inbox,
        max_schedules=settings.max_schedules,
        clock=clock,
    )

    return Engine(
        accounts=made,
        erasures=erasures(made, outer, erasing, versions, clock) if made else None,
        exports=exports(made, outer, frames, clock) if made else None,
        homes=homes,
        allowances=allowances,
        tasks=tasks,
        callbacks=callbacks,
        identities=Identities(
            frames=frames,
            ids=ids,
            people=outer.people,
            signer=Ed25519Signer(outer.secret, outer.old_secrets),
            issuer=settings.url,
            clock=clock,
        ),
        runs=runs,
        judging=judging,
        evaluation=Evaluation(
            runs=runs, frames=frames, decider=decider, turns=code_turns
        ),
        pipelines=pipelines,
        versions=versions,
        saved=SavedDocuments(
            store=outer.saved,
            pipelines=pipelines,
            max_saved=settings.max_tried_versions,
            clock=clock,
        ),
        services=services,
        statistics=statistics,
        secrets=secrets,
        schedules=schedules,
        timers=timers,
        old_versions=old_versions,
        worker=worker,
        waiting=WaitingRuns(
            frames=frames,
            pipelines=pipelines,
            owns=outer.inbox.owns,
            clock=clock,
        ),
        meter=meter,
        rests=rests,
        files=files,
        effects=effects,
        windows=windows,
        threads=threads,
        frames=outer.frames,
        published=outer.pipelines,
        blobs=outer.blobs,
        inbox=outer.inbox,
        opened=outer.opened,
        alone=outer.alone,
        folder=_folder(settings),
    )


def _folder(settings: Settings) -> PipelineFolder | None:
    """The pipelines that are published at the start."""
    if settings.pipelines_dir is None:
        return None
    return PipelineFolder(
        path=settings.pipelines_dir,
        max_bytes=settings.max_pipeline,
        json_depth=settings.max_depth,
        json_values=settings.max_values,
        address=settings.url,
    )
