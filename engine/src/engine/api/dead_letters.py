"""Dead letters: events that could not be processed. Look at them, retry, delete."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, documented
from engine.api.routers import new_router

MAX_ID_CHARACTERS = 100
MAX_LETTERS = 1000

router = new_router("operation")
Id = Annotated[
    str, Path(max_length=MAX_ID_CHARACTERS, description="The id of the letter")
]
Limit = Annotated[int, Query(ge=1, le=MAX_LETTERS, description="How many at most")]


@router.get("/dead-letters", responses=documented(list[schemas.DeadLetter]))
async def list_dead_letters(engine: EngineDep, limit: Limit = 100) -> Response:
    """List events that could not be processed, oldest first: errors in the engine."""
    letters = await engine.inbox.dead(limit)
    return Answer([asdict(letter) for letter in letters])


@router.post(
    "/dead-letters/{id}/revive", status_code=204, responses=documented(None, 404)
)
async def revive_dead_letter(id: Id, engine: EngineDep) -> Response:
    """Process an event once more."""
    await engine.inbox.revive(id)
    return Response(status_code=204)


@router.delete("/dead-letters/{id}", status_code=204, responses=documented(None, 404))
async def delete_dead_letter(id: Id, engine: EngineDep) -> Response:
    """Delete an event for good."""
    await engine.inbox.bury(id)
    return Response(status_code=204)
