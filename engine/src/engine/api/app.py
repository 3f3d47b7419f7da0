"""Puts the HTTP interface together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from engine import __doc__ as description
from engine.api import (
    about,
    dead_letters,
    documentation,
    edits,
    evaluation,
    identities,
    probes,
    runs,
    saved,
    schedules,
    secrets,
    services,
    steps,
    tasks,
    versions,
    webapp,
)
from engine.api.access import (
    audit,
    device,
    groups,
    leaving,
    oidc,
    people,
    sessions,
    sharing,
    spaces,
    tokens,
)
from engine.api.access.audit import Audited, Noting
from engine.api.access.door import Door
from engine.api.access.doorways import WhileAdmitted, guard_others, include
from engine.api.body.memory import json_memory
from engine.api.figures import EngineFigures
from engine.api.forwarded import Forwarded
from engine.api.guard import Guard
from engine.api.heads import Heads
from engine.api.hot_path import CALLBACK_ROUTE, START_ROUTE, HotPath
from engine.api.large_answers import LargeAnswers
from engine.api.limits import ApiLimits
from engine.api.metrics import Metrics
from engine.api.paced import Paced
from engine.api.problem_handlers import install
from engine.api.waiting import Waits
from engine.program import version
from engine.usecases.access.accounts import Accounts
from engine.usecases.engine import Engine
from engine.usecases.loop_time import LoopTime

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


class Application(FastAPI):
    """FastAPI behind the guard, with the hot path outside of FastAPI."""

    def build_middleware_stack(self) -> ASGIApp:
        """From the inside out: FastAPI, its pace, hot path, CORS, guard, proxies.

        FastAPI's own middleware costs every request time, so the hot path is outside
        of it (docs/decisions/0007).
        """
        limits: ApiLimits = self.state.limits
        fastapi = super().build_middleware_stack()

        stack: ASGIApp = Heads(fastapi)
        if self.state.door is not None:
            stack = WhileAdmitted(stack, self.state.door)
        if self.state.noting is not None:
            stack = Audited(stack, self.state.noting)
        if self.state.loop_time is not None:
            stack = Paced(stack, self.state.loop_time)
        stack = HotPath(stack, limits.simultaneous_starts, self.state.loop_time)
        if limits.allowed_origins:
            stack = CORSMiddleware(
                stack,
                allow_origins=sorted(limits.allowed_origins),
                allow_methods=["*"],
                allow_headers=["*"],
            )
        stack = Guard(stack, limits, self.state.metrics)
        if limits.trusted_proxies:
            stack = Forwarded(stack, limits.trusted_proxies)
        return stack


def fixed_document() -> dict[str, Any]:
    """What the OpenAPI document of every engine has; no engine is needed for it."""
    return documentation.fixed_document(create_app(None))


def create_app(
    engine: Engine | None,
    limits: ApiLimits | None = None,
    lifespan: Lifespan | None = None,
    web: Path = webapp.FOLDER,
    accounts: Accounts | None = None,
) -> FastAPI:
    """The application in front of an engine, which `lifespan` starts and stops.

    Without an engine it can only be documented. `web` is the folder of the built web
    app; it may be missing. Without accounts everything is done by one person. Raises
    `NoRow` for an endpoint of which the table of rights says nothing.
    """
    app = Application(
        title="AI Marketplace",
        description=description or "",
        version=version(),
        lifespan=lifespan,
        # `documentation` serves this path: its document also has the live routes.
        openapi_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.engine = engine
    app.state.door = Door(accounts, engine) if accounts and engine else None
    app.state.noting = Noting(accounts.audit) if accounts else None
    app.state.limits = limits or ApiLimits()
    app.state.loop_time = LoopTime(engine.rests) if engine else None
    app.state.metrics = Metrics()
    if engine is not None:
        app.state.engine_figures = EngineFigures(engine)
        app.state.metrics.include(app.state.engine_figures)
    app.state.waits = Waits()
    app.state.json_memory = json_memory(app.state.limits.json_memory)
    app.state.large_answers = LargeAnswers(app.state.json_memory)
    app.state.large_lists = LargeAnswers(app.state.json_memory)

    has_accounts = accounts is not None
    for module in (
        about,
        sessions,
        oidc,
        device,
        tokens,
        people,
        leaving,
        spaces,
        sharing,
        groups,
        audit,
        services,
        steps,
        identities,
        versions,
        saved,
        tasks,
        runs,
        evaluation,
        edits,
        secrets,
        schedules,
        dead_letters,
        probes,
        documentation,
    ):
        include(app, module.router)
    documentation.mount_assets(app)
    webapp.install(app, web)
    guard_others(app, has_accounts=has_accounts)
    # HotPath takes these calls before the router sees them. They are in the router for
    # two cases: an application that is mounted below another path, and the answer to a
    # wrong method, which lists the methods of all routes. They ask the door themselves.
    app.router.routes += [START_ROUTE, CALLBACK_ROUTE]
    install(app)
    return app
