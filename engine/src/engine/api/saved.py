"""Documents that were saved and not published: they may have faults, and never run."""

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.receiving import read_json
from engine.api.forwarded import prefix_of
from engine.api.limits import MAX_NAME_CHARACTERS
from engine.api.principals import PrincipalDep, owner_id
from engine.api.publishing import publisher
from engine.api.routers import new_router
from engine.api.services import Route
from engine.domain.values import Json
from engine.ports.saved import SavedLine

router = new_router("routes")
SavedId = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]

_ANY_OBJECT = {"type": "object", "additionalProperties": True}


@router.post(
    "/services/{route}/saved",
    status_code=201,
    responses=documented(None, 400, 409, 413, 415)
    | {201: {"description": "The document was saved", "model": schemas.JustSaved}},
    openapi_extra=json_body(_ANY_OBJECT),
)
async def save_document(
    route: Route,
    request: Request,
    engine: EngineDep,
    limits: LimitsDep,
    principal: PrincipalDep,
) -> Response:
    """Save a document without publishing it. It may have faults; no task can run it."""
    document = await read_json(request, limits)
    by = await publisher(request, engine)
    saved = await engine.saved.save(
        route,
        document,
        choose=by.choose,
        sees=by.sees,
        saved_by=owner_id(principal),
    )

    prefix = prefix_of(request.scope)
    headers = {"location": f"{prefix}/services/{route}/saved/{saved.line.id}"}
    faults = [fault.to_json() for fault in saved.faults]
    return Answer({"id": saved.line.id, "faults": faults}, 201, headers)


@router.get(
    "/services/{route}/saved",
    responses=documented(list[schemas.SavedLine]),
)
async def list_saved(route: Route, engine: EngineDep) -> Response:
    """List the documents that were saved for a route, the last saved first."""
    return Answer([_line(line) for line in await engine.saved.list(route)])


@router.get(
    "/services/{route}/saved/{id}",
    responses=documented(dict[str, Any], 404),
)
async def read_saved(route: Route, id: SavedId, engine: EngineDep) -> Response:
    """Read a document as it was saved."""
    saved = await engine.saved.get(route, id)
    return Response(saved.document, media_type="application/json")


@router.delete(
    "/services/{route}/saved/{id}",
    status_code=204,
    responses=documented(None, 404),
)
async def remove_saved(route: Route, id: SavedId, engine: EngineDep) -> Response:
    """Erase a document that was saved."""
    await engine.saved.remove(route, id)
    return Response(status_code=204)


def _line(line: SavedLine) -> Json:
    return {"id": line.id, "saved_at": line.saved_at, "faults": line.faults}
