"""Routes: publish pipelines, announce services, list, read, remove, check."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented
from engine.api.body.receiving import read_json
from engine.api.engine import Engine
from engine.domain.errors import Fault, InvalidInput
from engine.domain.media_types import JSON
from engine.domain.pipeline import Api
from engine.domain.values import Json

router = APIRouter(tags=["routes"], default_response_class=Answer)
Route = Annotated[str, Path(max_length=200)]
_LONGEST_URL = 2000


def _takes(schema: dict[str, Any]) -> dict[str, Any]:
    """The documentation of a JSON body that the handler reads by itself."""
    content = {JSON: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


_PIPELINE = {
    "type": "object",
    "required": ["type", "nodes"],
    "properties": {
        "type": {"const": "pipeline"},
        "nodes": {"type": "array", "items": {"type": "object"}},
    },
}
_SERVICE = {
    "type": "object",
    "required": ["type", "url", "api"],
    "properties": {
        "type": {"const": "service"},
        "url": {"type": "string", "format": "uri"},
        "api": {"type": "object", "required": ["route"]},
    },
}


@router.post(
    "/services",
    responses=documented(schemas.Stored, 400, 409, 413, 415)
    | {201: {"description": "The pipeline was stored", "model": schemas.Stored}},
    openapi_extra=_takes({"oneOf": [_PIPELINE, _SERVICE]}),
)
async def publish(request: Request, engine: EngineDep, limits: LimitsDep) -> Response:
    """Create or replace a pipeline, or announce an operation of a service."""
    body = await read_json(request, limits)
    match body.get("type"):
        case "pipeline":
            published = await engine.pipelines.publish(body)
            line = {"route": published.route, "version": published.pipeline.version}
            location = {"location": f"/services/{published.route}"}
            return Answer({**line, "type": "pipeline"}, 201, location)
        case "service":
            return Answer({"route": await _announce(engine, body), "type": "service"})
    message = "“type” says what this is: pipeline or service"
    raise InvalidInput([Fault("unknown-type", message, field="type")])


async def _announce(engine: Engine, body: dict[str, Json]) -> str:
    url = body.get("url")
    if not isinstance(url, str) or not 0 < len(url) <= _LONGEST_URL:
        message = "the address under which the operation is called is missing"
        raise InvalidInput([Fault("bad-url", message, 'send "url": "…"', field="url")])
    try:
        api = Api.model_validate(body.get("api"))
    except ValidationError as error:
        raise InvalidInput([_fault(one) for one in error.errors()[:100]]) from None
    await engine.services.announce(url, api)
    return api.route


def _fault(error: Any) -> Fault:
    place = ".".join(str(part) for part in ("api", *error["loc"]))
    return Fault(error["type"], error["msg"], field=place)


@router.get("/services", responses=documented(list[schemas.Route]))
async def list_routes(engine: EngineDep) -> Response:
    """List every route."""
    return Answer(await engine.pipelines.list())


@router.post(
    "/services/validate",
    responses=documented(list[schemas.Fault], 400, 413, 415),
    openapi_extra=_takes(_PIPELINE),
)
async def validate(request: Request, engine: EngineDep, limits: LimitsDep) -> Response:
    """Check a pipeline without storing it; an empty list: it can be stored."""
    faults = engine.pipelines.check(await read_json(request, limits))
    return Answer([fault.to_json() for fault in faults])


@router.get("/services/{route}", responses=documented(schemas.RouteDetails, 404))
async def read_route(route: Route, engine: EngineDep) -> Response:
    """Read a pipeline, and where its route is offered."""
    return Answer(await engine.pipelines.get(route))


@router.delete("/services/{route}", status_code=204, responses=documented(None, 404))
async def remove_route(route: Route, engine: EngineDep) -> Response:
    """Remove a route; its running tasks go on."""
    await engine.pipelines.remove(route)
    return Response(status_code=204)
