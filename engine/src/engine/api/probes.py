"""What operators ask: whether the engine lives, is ready, and how much it has to do."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, documented
from engine.api.metrics import METRICS_TYPE, Metrics
from engine.api.problems import RETRY_AFTER_SECONDS
from engine.api.publishing import seen_routes
from engine.api.routers import new_router
from engine.domain.errors import Unavailable

router = new_router("operation")
_METRICS = {
    "description": "Figures in the text form of Prometheus",
    "content": {"text/plain": {}},
}
_NOT_READY = {"description": "Something is missing", "model": schemas.Health}


@router.get("/healthz", responses=documented(schemas.Health))
async def check_health() -> Response:
    """Say that the process lives."""
    return Answer({"status": "ok"})


@router.get("/readyz", responses=documented(schemas.Health) | {503: _NOT_READY})
async def check_readiness(engine: EngineDep) -> Response:
    """Say whether every store can be reached."""
    missing = await engine.ready()
    if missing:
        content = {"status": "not ready", "missing": missing}
        return Answer(content, 503, {"retry-after": RETRY_AFTER_SECONDS})
    return Answer({"status": "ready", "missing": {}})


async def _if_there(look: Awaitable[None]) -> None:
    """While a store cannot be reached, the figures that need none matter most."""
    with suppress(Unavailable):
        await look


@router.get("/metrics", responses={200: _METRICS}, response_class=Response)
async def read_metrics(engine: EngineDep, request: Request) -> Response:
    """Give the figures that Prometheus collects."""
    figures: Metrics = request.app.state.metrics

    async def tasks() -> None:
        figures.tasks((await engine.tasks.stats())["jobs"])

    async def dead_letters() -> None:
        figures.dead_letters(await engine.inbox.dead_count())

    async def look() -> None:
        # All at once: while a store is away each of them waits for seconds, and
        # Prometheus waits for ten in all.
        looks = (tasks(), request.app.state.engine_figures.look(), dead_letters())
        await asyncio.gather(*map(_if_there, looks))

    return Response(await figures.text(look), media_type=METRICS_TYPE)


@router.get("/stats", responses=documented(schemas.Stats))
async def read_stats(request: Request, engine: EngineDep) -> Response:
    """Count tasks by status and route; tell how routes and services did of late.

    Of routes that one sees.
    """
    sees = await seen_routes(request, engine)
    counts = await engine.tasks.stats(sees)
    return Answer(counts | await engine.statistics.shown(sees))
