"""People who leave: erase them with all that is theirs, and give it to them before."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.sessions import Id
from engine.api.answers import Answer, EngineDep, documented
from engine.api.forwarded import prefix_of
from engine.api.principals import concerns
from engine.domain.access.errors import NoAccounts
from engine.usecases.engine import Engine
from engine.usecases.erasures import Erasures

router = APIRouter(tags=["accounts"], default_response_class=Answer)


@router.delete(
    "/people/{id}",
    operation_id="erase_person",
    status_code=202,
    responses=documented(None, 404, 409)
    | {202: {"description": "It has begun", "model": shapes.Erasure}},
)
async def erase_person(id: Id, request: Request, engine: EngineDep) -> Response:
    """Erase somebody: tasks with their files, documents, schedules, tokens, sessions.

    They are locked out at once, the rest follows. In the audit log a pseudonym takes
    their place. What they published belongs to its space, and stays.
    """
    erasure = await _erasures(engine).begin(id)
    concerns(request, erasure.pseudonym)
    location = f"{prefix_of(request.scope)}/people/{id}/erasure"
    return Answer(erasure.shown(), 202, {"location": location})


@router.get(
    "/people/{id}/erasure",
    operation_id="read_erasure",
    responses=documented(shapes.Erasure, 404),
)
async def read_erasure(id: Id, engine: EngineDep) -> Response:
    """Tell how far the erasing of somebody is; forgotten an hour after its end."""
    return Answer((await _erasures(engine).get(id)).shown())


def _erasures(engine: Engine) -> Erasures:
    """Raises `NoAccounts`."""
    if engine.erasures is None:
        raise NoAccounts()
    return engine.erasures
