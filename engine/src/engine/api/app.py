"""Puts the HTTP interface together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from engine import __doc__ as about
from engine.api import dead_letters, documentation, probes, services, tasks
from engine.api.engine import Engine
from engine.api.guard import Guard
from engine.api.hot_path import CALLBACK, START, HotPath
from engine.api.limits import ApiLimits
from engine.api.metrics import Metrics
from engine.api.problems import install

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Any]]


class Application(FastAPI):
    """FastAPI behind the door, and the hot path past it."""

    def build_middleware_stack(self) -> ASGIApp:
        """Door and hot path are outermost: every wrapper costs a task time."""
        limits: ApiLimits = self.state.limits
        stack: ASGIApp = HotPath(super().build_middleware_stack(), limits.starts)
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
    """The application in front of an engine; `lifespan` starts and stops that."""
    app = Application(
        title="AI Marketplace",
        description=about or "",
        lifespan=lifespan,
        openapi_url=None,  # the live document takes its place
        redirect_slashes=False,
        separate_input_output_schemas=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    limits = limits or ApiLimits()
    app.state.engine, app.state.limits = engine, limits
    app.state.metrics = Metrics()
    for part in (services, tasks, dead_letters, probes, documentation):
        app.include_router(part.router)
    # behind HotPath they serve only below another root, and tell the methods allowed
    app.router.routes += [START, CALLBACK]
    documentation.mount_assets(app)
    install(app)
    return app
