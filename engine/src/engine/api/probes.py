"""What operators ask: is it alive, is it ready, how much is there to do."""

from contextlib import suppress

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, documented
from engine.api.metrics import METRICS_TYPE, Metrics
from engine.api.problems import RETRY_AFTER
from engine.domain.errors import Unavailable

router = APIRouter(tags=["operation"], default_response_class=Answer)
_TEXT = {"description": "Figures in the text form", "content": {"text/plain": {}}}
_NOT_READY = {"description": "Something is missing", "model": schemas.Health}


@router.get("/healthz", responses=documented(schemas.Health))
async def healthz() -> Response:
    """Say that the process lives."""
    return Answer({"status": "ok"})


@router.get("/readyz", responses=documented(schemas.Health) | {503: _NOT_READY})
async def readyz(engine: EngineDep) -> Response:
    """Say whether every store can be reached."""
    if missing := await engine.ready():
        answer = {"status": "not ready", "missing": missing}
        return Answer(answer, 503, {"retry-after": RETRY_AFTER})
    return Answer({"status": "ready", "missing": {}})


@router.get("/metrics", responses={200: _TEXT})
async def metrics(engine: EngineDep, request: Request) -> Response:
    """Give the figures that Prometheus collects."""
    figures: Metrics = request.app.state.metrics
    # the other figures matter most when a store is away
    with suppress(Unavailable):
        figures.tasks((await engine.tasks.stats())["jobs"])
    with suppress(Unavailable):
        figures.dead_letters(await engine.inbox.dead_count())
    return Response(figures.text(), media_type=METRICS_TYPE)


@router.get("/stats", responses=documented(schemas.Stats))
async def stats(engine: EngineDep) -> Response:
    """Count tasks, by status and by route."""
    return Answer(await engine.tasks.stats())
