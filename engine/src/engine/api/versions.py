"""Versions of routes: list, read, keep to be tried, erase; `If-Match` of publishing."""

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from engine.api import schemas
from engine.api.answers import Answer, EngineDep, LimitsDep, documented, json_body
from engine.api.body.receiving import read_json
from engine.api.forwarded import prefix_of
from engine.api.limits import MAX_CURSOR_CHARACTERS, MAX_NAME_CHARACTERS
from engine.api.problems import etag
from engine.api.publishing import publisher
from engine.api.routers import new_router
from engine.api.services import PIPELINE_SCHEMA, Route
from engine.domain.pipeline import Pipeline
from engine.domain.values import Json
from engine.ports import KeptVersion, Version

MAX_PAGE_VERSIONS = 200

router = new_router("routes")
VersionId = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]


@router.get(
    "/services/{route}/versions", responses=documented(schemas.VersionPage, 404)
)
async def list_versions(
    route: Route,
    engine: EngineDep,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR_CHARACTERS)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_VERSIONS)] = 50,
) -> Response:
    """List the versions of a route that were published, the last published first."""
    page, following = await engine.versions.page(route, cursor, limit)
    items = [_line(row) for row in page]
    return Answer({"items": items, "next": following})


@router.post(
    "/services/{route}/versions",
    status_code=201,
    responses=documented(None, 400, 409, 413, 415)
    | {201: {"description": "The version was stored", "model": schemas.KeptVersion}},
    openapi_extra=json_body(PIPELINE_SCHEMA),
)
async def keep_version(
    route: Route, request: Request, engine: EngineDep, limits: LimitsDep
) -> Response:
    """Store a version that can be run, and does not become the current one."""
    document = await read_json(request, limits)
    by = await publisher(request, engine)
    kept, warnings = await engine.versions.keep(
        route, document, choose=by.choose, sees=by.sees
    )

    prefix = prefix_of(request.scope)
    headers = {
        "location": f"{prefix}/services/{route}/versions/{kept.name.version}",
        "etag": etag(kept.name.version),
    }
    stored = {
        "route": route,
        "version": kept.name.version,
        "warnings": [warning.to_json() for warning in warnings],
    }
    return Answer(stored, 201, headers)


@router.get(
    "/services/{route}/versions/{version}",
    responses=documented(Pipeline, 404),
)
async def read_version(route: Route, version: VersionId, engine: EngineDep) -> Response:
    """Read the document of a version. To restore it, publish it again."""
    kept = await engine.versions.get(Version(route, version))
    return Answer(kept.pipeline.to_json(), headers={"etag": etag(version)})


@router.delete(
    "/services/{route}/versions/{version}",
    status_code=204,
    responses=documented(None, 404, 409),
)
async def remove_version(
    route: Route, version: VersionId, engine: EngineDep
) -> Response:
    """Erase a version that is not current, and of which there are no tasks."""
    await engine.versions.remove(Version(route, version))
    return Response(status_code=204)


def _line(row: KeptVersion) -> Json:
    return {
        "version": row.version,
        "published_at": row.published_at,
        "published_by": row.published_by or None,
    }
