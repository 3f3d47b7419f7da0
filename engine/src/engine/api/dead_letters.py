"""Events that no turn could take: look at them, post them again, forget them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, documented

router = APIRouter(tags=["operation"], default_response_class=Answer)
Id = Annotated[str, Path(max_length=100, description="The id of the letter")]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most")]


@router.get("/dead-letters", responses=documented(list[schemas.DeadLetter]))
async def list_letters(engine: EngineDep, limit: Limit = 100) -> Response:
    """List events that died, oldest first; only a mistake of the engine kills one."""
    return Answer([asdict(letter) for letter in await engine.inbox.dead(limit)])


@router.post(
    "/dead-letters/{id}/revive", status_code=204, responses=documented(None, 404)
)
async def revive(id: Id, engine: EngineDep) -> Response:
    """Give a dead event another chance."""
    await engine.inbox.revive(id)
    return Response(status_code=204)


@router.delete("/dead-letters/{id}", status_code=204, responses=documented(None, 404))
async def bury(id: Id, engine: EngineDep) -> Response:
    """Forget a dead event."""
    await engine.inbox.bury(id)
    return Response(status_code=204)
