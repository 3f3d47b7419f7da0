"""Makes the HTTP application of an engine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from engine.adapters.choice import Adapters
from engine.api.app import create_app
from engine.api.limits import LOOPBACK, ApiLimits
from engine.bootstrap.assembly import TUNING, Tuning, assemble
from engine.settings import Settings


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
