"""Puts the HTTP interface together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from engine import __doc__ as description
from engine.api import dead_letters, documentation, probes, services, tasks
from engine.api.body.memory import json_memory
from engine.api.guard import Guard
from engine.api.hot_path import CALLBACK_ROUTE, START_ROUTE, HotPath
from engine.api.limits import ApiLimits
from engine.api.metrics import Metrics
from engine.api.problem_handlers import install
from engine.usecases.engine import Engine

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


class Application(FastAPI):
    """FastAPI behind the guard, with the hot path outside of FastAPI."""

    def build_middleware_stack(self) -> ASGIApp:
        """From the inside out: FastAPI, hot path, CORS if it is wanted, guard.

        FastAPI's own middleware costs every request time, so the hot path is outside
        of it (docs/decisions/0007).
        """
        limits: ApiLimits = self.state.limits
        fastapi = super().build_middleware_stack()

        stack: ASGIApp = HotPath(fastapi, limits.simultaneous_starts)
        if limits.allowed_origins:
            stack = CORSMiddleware(
                stack,
                allow_origins=sorted(limits.allowed_origins),
                allow_methods=["*"],
                allow_headers=["*"],
            )
        return Guard(stack, limits, self.state.metrics)


def create_app(
    engine: Engine, limits: ApiLimits | None = None, lifespan: Lifespan | None = None
) -> FastAPI:
    """The application in front of an engine; `lifespan` starts and stops the engine."""
    app = Application(
        title="AI Marketplace",
        description=description or "",
        lifespan=lifespan,
        # `documentation` serves this path: its document also has the live routes.
        openapi_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.engine = engine
    app.state.limits = limits or ApiLimits()
    app.state.metrics = Metrics()
    app.state.json_memory = json_memory(app.state.limits.json_memory)

    for module in (services, tasks, dead_letters, probes, documentation):
        app.include_router(module.router)
    # HotPath takes these calls before the router sees them. They are in the router for
    # two cases: an application that is mounted below another path, and the answer to a
    # wrong method, which lists the methods of all routes.
    app.router.routes += [START_ROUTE, CALLBACK_ROUTE]
    documentation.mount_assets(app)
    install(app)
    return app
