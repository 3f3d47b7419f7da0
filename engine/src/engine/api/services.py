"""Routes: publish pipelines, announce services, list, read, remove, check."""

from typing import Annotated, NamedTuple
from urllib.parse import urlencode

import orjson
from fastapi import Path, Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.receiving import read_json
from engine.api.forwarded import base_url, prefix_of
from engine.api.large_answers import ListsDep
from engine.api.limits import MAX_FAULTS, MAX_NAME_CHARACTERS, MAX_URL_CHARACTERS
from engine.api.pieces import listed
from engine.api.preconditions import expected_version
from engine.api.principals import PrincipalDep, concerns, expect
from engine.api.problems import etag
from engine.api.publishing import publisher, seen_routes
from engine.api.routers import new_router
from engine.domain.access.errors import NotAnnounced
from engine.domain.access.placing import edits, known_space, reads
from engine.domain.access.roles import Principal
from engine.domain.access.table import ANNOUNCE, PUBLISH
from engine.domain.checks.size import MAX_NODE_VALUES, is_too_detailed
from engine.domain.checks.words import Vocabulary, translated
from engine.domain.entry_api import Api
from engine.domain.errors import Fault, InvalidInput, TooMuch
from engine.domain.service import MAX_WORKERS, Heard
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.values import Json
from engine.usecases.engine import Engine
from engine.usecases.pipelines import MAX_PAGE_ROUTES, RouteLine

router = new_router("routes")
Route = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]

PIPELINE_SCHEMA = {
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
        "instance": {"type": "string"},
        "workers": {"type": "integer", "minimum": 0, "maximum": MAX_WORKERS},
        "leaves": {"type": "boolean"},
        "api": {"type": "object", "required": ["route"]},
    },
}


@router.post(
    "/services",
    responses=documented(schemas.Stored, 400, 409, 412, 413, 415)
    | {201: {"description": "The pipeline was stored", "model": schemas.Stored}},
    openapi_extra=json_body({"oneOf": [PIPELINE_SCHEMA, _SERVICE_SCHEMA]}),
)
async def publish(
    request: Request, engine: EngineDep, limits: LimitsDep, principal: PrincipalDep
) -> Response:
    """Create or replace a pipeline, or announce an operation of a service.

    A pipeline replaces only the version that `If-Match` names, if it is sent; with
    `If-None-Match: *` it must be a new route.
    """
    body = await read_json(request, limits)
    match body.get("type"):
        case "pipeline":
            expect(PUBLISH, principal)
            return await _publish_pipeline(request, engine, body)
        case "service":
            return await _announce_service(request, engine, body, principal)

    fault = Fault(
        code="unknown-type",
        message="is neither “pipeline” nor “service”",
        hint='send "type": "pipeline" or "type": "service"',
        field="type",
    )
    raise InvalidInput([fault])


async def _publish_pipeline(
    request: Request, engine: Engine, body: dict[str, Json]
) -> Response:
    expected = expected_version(request.headers)
    by = await publisher(request, engine)
    published, warnings = await engine.pipelines.publish(
        body, expected=expected, choose=by.choose, sees=by.sees
    )
    concerns(request, published.route)
    version = published.pipeline.version
    stored = {
        "route": published.route,
        "version": version,
        "type": "pipeline",
        "warnings": [warning.to_json() for warning in warnings],
    }

    prefix = prefix_of(request.scope)
    headers = {
        "location": f"{prefix}/services/{published.route}",
        "etag": etag(version),
    }
    return Answer(stored, 201, headers)


async def _announce_service(
    request: Request, engine: Engine, body: dict[str, Json], principal: Principal
) -> Response:
    expect(ANNOUNCE, principal)
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

    process = _process_of(body)

    # Every fault in it would become an object of its own.
    announced = body.get("api")
    if isinstance(announced, dict) and is_too_detailed(announced):
        raise TooMuch("the api", MAX_NODE_VALUES, "values")

    try:
        api = Api.model_validate(announced)
    except ValidationError as error:
        raise InvalidInput(_faults_in_api(announced, error)) from None

    if not principal.may_announce(api.route):
        concerns(request, api.route)
        raise NotAnnounced(api.route, principal.announces)
    if process.leaves:
        await engine.services.leave(url, api.route, process.start)
    else:
        await engine.services.announce(url, api, process.start, process.workers)
    return Answer({"route": api.route, "type": "service"})


class _Process(NamedTuple):
    """Who announces an operation."""

    start: str
    workers: int
    leaves: bool


def _process_of(body: dict[str, Json]) -> _Process:
    """What an announcement says of the process that sends it."""
    start = body.get("instance", "")
    if not isinstance(start, str) or len(start) > MAX_NAME_CHARACTERS:
        fault = Fault(
            code="bad-instance",
            message="the id of the process is no text, or longer than "
            f"{MAX_NAME_CHARACTERS} characters",
            hint="send a UUID that is made at each start, or leave it out",
            field="instance",
        )
        raise InvalidInput([fault])

    workers = body.get("workers", 0)
    is_number = isinstance(workers, int) and not isinstance(workers, bool)
    if not is_number or not 0 <= workers <= MAX_WORKERS:
        fault = Fault(
            code="bad-workers",
            message="how much the service works on at the same time is no whole number "
            f"from 0 to {MAX_WORKERS}",
            hint="send the number of its workers, or leave it out",
            field="workers",
        )
        raise InvalidInput([fault])

    leaves = body.get("leaves", False)
    if not isinstance(leaves, bool) or (leaves and not start):
        fault = Fault(
            code="bad-leaves",
            message="that the service leaves is neither true nor false, or it does not "
            "say which process leaves",
            hint='send "leaves": true with the "instance" that was announced',
            field="leaves",
        )
        raise InvalidInput([fault])
    return _Process(start, workers, leaves)


def _faults_in_api(announced: Json, error: ValidationError) -> list[Fault]:
    """What Pydantic found, once for each field, in words and with a remedy."""
    known = Vocabulary((), Suggestions(REQUEST_STEPS))
    faults: dict[str, Fault] = {}

    for complaint in error.errors(include_url=False)[:MAX_FAULTS]:
        in_body = {**complaint, "loc": ("api", *complaint["loc"])}
        field, code, message, hint = translated(in_body, {"api": announced}, known)
        faults.setdefault(field, Fault(code, message, hint, field=field))
    return list(faults.values())


@router.get("/services", responses=documented(list[schemas.Route]))
async def list_routes(
    request: Request,
    engine: EngineDep,
    lists: ListsDep,
    principal: PrincipalDep,
    cursor: Annotated[str, Query(max_length=MAX_NAME_CHARACTERS)] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_ROUTES)] = MAX_PAGE_ROUTES,
) -> Response:
    """List every route; if there are more, `Link` has the address of the next page."""
    sees = await seen_routes(request, engine)
    page, last = await engine.pipelines.page(listed, cursor, limit, sees)

    usual = await engine.statistics.usual_by_route()
    offered = await engine.services.offered()
    homes = await engine.homes.all() if engine.homes else {}

    async def lines() -> Json:
        return [
            orjson.Fragment(
                _state(
                    row,
                    usual_seconds=usual.get(row.route),
                    heard=offered.get(row.route),
                    space=known_space(principal, homes.get(row.route)),
                )
                + row.text[1:]
            )
            for row in page
        ]

    if last is None:
        return lists.answer(lines)
    query = urlencode({"cursor": last, "limit": limit})
    link = f'<{base_url(request)}services?{query}>; rel="next"'
    return lists.answer(lines, (b"link", link.encode()))


def _state(
    row: RouteLine,
    *,
    usual_seconds: float | None,
    heard: Heard | None,
    space: str | None,
) -> bytes:
    """The beginning of a route's line: what changes without a new version."""
    state: dict[str, Json] = {
        "alive": not row.missing,
        "missing": row.missing,
        "usual_seconds": usual_seconds,
        "space": space,
    }
    if heard is not None:
        state |= {"offered_by": heard.instances, "heard_at": heard.last_at}
    return orjson.dumps(state)[:-1] + b","


@router.post(
    "/services/validate",
    responses=documented(list[schemas.Fault], 400, 413, 415),
    openapi_extra=json_body(PIPELINE_SCHEMA),
)
async def validate_pipeline(
    request: Request, engine: EngineDep, limits: LimitsDep
) -> Response:
    """Check a pipeline without storing it; an empty list: it can be stored."""
    document = await read_json(request, limits)
    sees = await seen_routes(request, engine)
    faults = await engine.pipelines.check(document, sees)
    return Answer([fault.to_json() for fault in faults])


@router.get("/services/{route}", responses=documented(schemas.RouteDetails, 404))
async def read_route(
    route: Route, engine: EngineDep, principal: PrincipalDep
) -> Response:
    """Read a pipeline, where its route is offered, and whether one may change it.

    With whom it is shared only to be run gets neither document nor addresses.
    """
    details = await engine.pipelines.get(route)
    home = await engine.homes.of(route) if engine.homes else None
    if engine.homes and not reads(principal, home):
        details |= {"pipeline": None, "instances": []}
    details |= {
        "may_edit": edits(principal, home),
        "space": known_space(principal, home),
    }
    usual = await engine.statistics.usual_by_route()
    durations = {
        "usual_seconds": usual.get(route),
        "usual": await engine.statistics.usual_by_node(route),
    }
    headers = {"etag": etag(details["version"])}
    return Answer(details | durations, headers=headers)


@router.delete("/services/{route}", status_code=204, responses=documented(None, 404))
async def remove_route(route: Route, engine: EngineDep) -> Response:
    """Remove a route; its running tasks go on."""
    await engine.pipelines.remove(route)
    return Response(status_code=204)
