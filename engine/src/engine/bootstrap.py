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
from engine.adapters.signing import Ed25519Signer
from engine.api.app import create_app
from engine.api.limits import LOOPBACK, ApiLimits
from engine.api.schedules import fits
from engine.domain.access.claims import Expected
from engine.ports import Clock
from engine.settings import Settings
from engine.usecases.access.accounts import Accounts
from engine.usecases.access.at_provider import AtProvider
from engine.usecases.access.audit import Audit
from engine.usecases.access.contents import Contents
from engine.usecases.access.credentials import Credentials, Lifetime
from engine.usecases.access.groups import Groups
from engine.usecases.access.homes import Homes
from engine.usecases.access.people import People
from engine.usecases.access.provided_people import ProvidedPeople
from engine.usecases.access.signing_in import SigningIn
from engine.usecases.access.spaces import Spaces
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
from engine.usecases.loops import Loops
from engine.usecases.meter import Meter
from engine.usecases.old_versions import OldVersions
from engine.usecases.pipelines import Pipelines
from engine.usecases.pushes import Pushes
from engine.usecases.raw import RawTasks
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
from engine.usecases.versions import Versions
from engine.usecases.waiting_runs import WaitingRuns
from engine.usecases.watching import ChangeFeed
from engine.usecases.worker import Worker

# More threads than the sandbox has workers would only wait for one.
CODE_THREADS = SandboxLimits().workers


NAMES_PER_ROUTE = 10
"""Names stay taken when their routes are removed: so many for each that may be."""


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
    meter = Meter()
    frames = Frames(
        store=outer.frames, blobs=outer.blobs, alone=outer.alone, meter=meter
    )
    changes = ChangeFeed(
        store=outer.frames,
        max_watchers=settings.max_watchers,
        max_task_watchers=settings.max_task_watchers,
    )
    ids = CallbackIds(outer.secret, outer.old_secrets)
    task_ids = TaskIds(outer.secret, outer.old_secrets)
    callers = Callers(frames=frames, ids=ids)
    homes = homes_of(settings, outer, clock) if outer.passwords else None
    pipelines = Pipelines(
        store=outer.pipelines,
        services=outer.services,
        homes=homes,
        max_routes=settings.max_routes,
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

    # Deciding.
    code_turns = CodeTurns(threads, CODE_THREADS, os.cpu_count() or 1, meter)
    decider = Decider(
        frames=frames,
        pipelines=pipelines,
        evaluator=outer.evaluator,
        rules=rules,
        turns=code_turns,
        clock=clock,
    )

    # Doing.
    given = Given()
    calls = Calls(
        frames=frames,
        blobs=outer.blobs,
        pipelines=pipelines,
        services=services,
        secrets=secrets,
        homes=homes,
        outside=outer.outside,
        inbox=outer.inbox,
        ids=ids,
        task_ids=task_ids,
        given=given,
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
        statistics=statistics,
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
        raw=RawTasks(store=outer.frames, frames=frames, called_tasks=called_tasks),
        erasing=erasing,
        continuing=Continuing(frames=frames, blobs=outer.blobs, pipelines=pipelines),
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
    callbacks = Callbacks(
        frames=frames,
        inbox=outer.inbox,
        ids=ids,
        results=Results(frames=frames, pipelines=pipelines),
    )

    schedules = Schedules(
        store=outer.schedules,
        tasks=tasks,
        pipelines=pipelines,
        fits=fits,
        homes=homes,
        inbox=outer.inbox,
        max_schedules=settings.max_schedules,
        clock=clock,
    )

    return Engine(
        accounts=accounts(settings, outer, clock, homes),
        homes=homes,
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
        waiting=WaitingRuns(frames=frames, pipelines=pipelines, clock=clock),
        meter=meter,
        effects=effects,
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


def homes_of(settings: Settings, outer: Adapters, clock: Clock) -> Homes:
    """The homes of routes, of which there may be more than routes."""
    max_names = settings.max_routes * NAMES_PER_ROUTE
    return Homes(store=outer.homes, max_names=max_names, clock=clock)


def accounts(
    settings: Settings, outer: Adapters, clock: Clock, homes: Homes | None = None
) -> Accounts | None:
    """People and what stands for them; None: there are no accounts."""
    if outer.passwords is None:
        return None

    contents = Contents(
        homes=homes or homes_of(settings, outer, clock),
        pipelines=outer.pipelines,
        frames=outer.frames,
        schedules=outer.schedules,
        secrets=outer.secrets,
    )
    people = People(store=outer.people, passwords=outer.passwords, clock=clock)
    groups = Groups(store=outer.groups, people=people, clock=clock)
    expected = Expected(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client_id,
        audience=settings.oidc_audience or settings.oidc_client_id,
    )
    provided = provided_people(settings, outer, groups, expected, clock)
    credentials = Credentials(
        store=outer.credentials,
        people=outer.people,
        groups=groups,
        service_token=settings.service_token,
        provided=provided,
        clock=clock,
    )
    signing_in = SigningIn(
        people=people,
        credentials=credentials,
        passwords=outer.passwords,
        lifetime=Lifetime(settings.session_end, settings.session_idle),
        address=settings.url,
        clock=clock,
    )
    at_provider = None
    if outer.provider is not None and provided is not None:
        at_provider = AtProvider(
            provider=outer.provider,
            people=provided,
            credentials=credentials,
            signing_in=signing_in,
            expected=expected,
            sealer=outer.sealer,
            back=settings.oidc_back.removesuffix("/oidc/callback") + "/sign-in",
            clock=clock,
        )
    return Accounts(
        people=people,
        credentials=credentials,
        signing_in=signing_in,
        audit=Audit(store=outer.audit, kept=settings.audit_kept, clock=clock),
        groups=groups,
        spaces=Spaces(
            store=outer.spaces,
            people=people,
            groups=groups,
            contents=contents.of,
            clock=clock,
        ),
        at_provider=at_provider,
    )


def provided_people(
    settings: Settings,
    outer: Adapters,
    groups: Groups,
    expected: Expected,
    clock: Clock,
) -> ProvidedPeople | None:
    """People of the provider; None: there is none."""
    if outer.provider is None:
        return None
    return ProvidedPeople(
        provider=outer.provider,
        people=outer.people,
        groups=groups,
        expected=expected,
        group_map=settings.group_map,
        groups_claim=settings.oidc_groups_claim,
        clock=clock,
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
        retention_seconds=settings.retention.total_seconds(),
        allowed_hosts=LOOPBACK | frozenset(settings.allowed_hosts),
        trusted_proxies=settings.trusted_proxies,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with engine.running():
            yield

    return create_app(engine, limits, lifespan, accounts=engine.accounts)
