"""Routes: publish pipelines, announce services, list, read, remove, check."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented
from engine.api.body.receiving import read_json
from engine.api.limits import MAX_FAULTS, MAX_NAME_CHARACTERS, MAX_URL_CHARACTERS
from engine.api.pieces import listed
from engine.domain.checks.size import MAX_NODE_VALUES, is_too_detailed
from engine.domain.errors import Fault, InvalidInput, TooMuch
from engine.domain.media_types import JSON
from engine.domain.pipeline import Api
from engine.domain.values import Json
from engine.usecases.engine import Engine

router = APIRouter(tags=["routes"], default_response_class=Answer)
Route = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]

_PIPELINE_SCHEMA = {
    "type": "object",
    "required": ["type", "nodes"],
    "properties": {
        "type": {"const": "pipeline"},
        "nodes": {"type": "array", "items": {"type": "object"}},
    },
}
_SERVICE_SCHEMA = {
    "type": "object",
    "required": ["type", "url", "api"],
    "properties": {
        "type": {"const": "service"},
        "url": {"type": "string", "format": "uri"},
        "api": {"type": "object", "required": ["route"]},
    },
}


def _json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """The documentation of a JSON body that the handler reads by itself."""
    content = {JSON: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/services",
    responses=documented(schemas.Stored, 400, 409, 413, 415)
    | {201: {"description": "The pipeline was stored", "model": schemas.Stored}},
    openapi_extra=_json_body({"oneOf": [_PIPELINE_SCHEMA, _SERVICE_SCHEMA]}),
)
async def publish(request: Request, engine: EngineDep, limits: LimitsDep) -> Response:
    """Create or replace a pipeline, or announce an operation of a service."""
    body = await read_json(request, limits)
    match body.get("type"):
        case "pipeline":
            return await _publish_pipeline(engine, body)
        case "service":
            return await _announce_service(engine, body)

    fault = Fault(
        code="unknown-type",
        message="is neither “pipeline” nor “service”",
        hint='send "type": "pipeline" or "type": "service"',
        field="type",
    )
    raise InvalidInput([fault])


async def _publish_pipeline(engine: Engine, body: dict[str, Json]) -> Response:
    published = await engine.pipelines.publish(body)
    stored = {
        "route": published.route,
        "version": published.pipeline.version,
        "type": "pipeline",
    }

    location = {"location": f"/services/{published.route}"}
    return Answer(stored, 201, location)


async def _announce_service(engine: Engine, body: dict[str, Json]) -> Response:
    url = body.get("url")
    if not isinstance(url, str) or not 0 < len(url) <= MAX_URL_CHARACTERS:
        fault = Fault(
            code="bad-url",
            message="the address of the operation is missing, empty, no text or longer "
            f"than {MAX_URL_CHARACTERS} characters",
            hint='send "url": "http://HOST:PORT/PATH"',
            field="url",
        )
        raise InvalidInput([fault])

    # Every fault in it would become an object of its own.
    announced = body.get("api")
    if isinstance(announced, dict) and is_too_detailed(announced):
        raise TooMuch("the api", MAX_NODE_VALUES, "values")

    try:
        api = Api.model_validate(announced)
    except ValidationError as error:
        faults = [_fault_in_api(one) for one in error.errors()[:MAX_FAULTS]]
        raise InvalidInput(faults) from None

    await engine.services.announce(url, api)
    return Answer({"route": api.route, "type": "service"})


def _fault_in_api(error: Any) -> Fault:
    """A fault that Pydantic found, with the path of its field from the body on."""
    field = ".".join(map(str, ("api", *error["loc"])))
    return Fault(code=error["type"], message=error["msg"], field=field)


@router.get("/services", responses=documented(list[schemas.Route]))
async def list_routes(engine: EngineDep) -> Response:
    """List every route."""
    lines = [
        orjson.Fragment(b'{"alive":%s,' % (b"true" if alive else b"false") + text[1:])
        for text, alive in await engine.pipelines.list(listed)
    ]
    return Answer(lines)


@router.post(
    "/services/validate",
    responses=documented(list[schemas.Fault], 400, 413, 415),
    openapi_extra=_json_body(_PIPELINE_SCHEMA),
)
async def validate(request: Request, engine: EngineDep, limits: LimitsDep) -> Response:
    """Check a pipeline without storing it; an empty list: it can be stored."""
    document = await read_json(request, limits)
    faults = await engine.pipelines.check(document)
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
