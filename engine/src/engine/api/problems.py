"""Every error as application/problem+json: the only table of HTTP statuses."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from engine.api.body.strict_json import Unreadable
from engine.domain import errors as e
from engine.domain.errors import EngineError, Fault

PROBLEM_TYPE = "application/problem+json"
NAMESPACE = "urn:marketplace:problem:"

# from special to general: the first that fits counts
TABLE: Sequence[tuple[type[EngineError], int, str, str]] = (
    (Unreadable, 400, "unreadable-body", "The body cannot be read"),
    (e.UnsupportedMedia, 415, "unsupported-media", "A media type is not accepted"),
    (e.InvalidInput, 422, "invalid-input", "The data does not fit the route"),
    (e.InvalidPipeline, 422, "invalid-pipeline", "The pipeline has faults"),
    (e.AddressRefused, 422, "address-refused", "The engine may not call this address"),
    (e.Unknown, 404, "not-found", "There is no such thing"),
    (e.TooMuch, 413, "too-much", "A limit was passed"),
    (e.RouteTaken, 409, "route-taken", "The route belongs to something else"),
    (e.NotFinished, 409, "not-finished", "The task has no outputs"),
    (e.OutdatedAttempt, 409, "outdated-attempt", "The attempt is outdated"),
    (e.Unavailable, 503, "unavailable", "The engine cannot serve this now"),
)
HTTP_KINDS = {
    400: "bad-request",
    403: "cross-site",
    404: "not-found",
    405: "method-not-allowed",
    416: "range-not-satisfiable",
    421: "unknown-host",
}
RETRY_AFTER = "2"


class Problem(Response):
    """The answer that says what went wrong."""

    media_type = PROBLEM_TYPE

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        content = {
            "type": NAMESPACE + kind,
            "title": title,
            "status": status,
            "detail": detail,
            "errors": [fault.to_json() for fault in faults],
        }
        super().__init__(orjson.dumps(content | more), status, headers)


def problem(error: EngineError) -> Problem:
    """The answer to an error of the engine's own."""
    row = next((row for row in TABLE if isinstance(error, row[0])), None)
    if row is None:
        return internal()
    _, status, slug, title = row
    headers = {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = RETRY_AFTER
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        headers["connection"] = "close"  # what was not read is not wanted
    return Problem(
        status, slug, title, str(error), error.faults, headers, **_more(error)
    )


def refusal(status: int, detail: str, headers: dict[str, str] | None = None) -> Problem:
    """The answer to a request that HTTP itself says no to."""
    slug = HTTP_KINDS.get(status, "http")
    return Problem(status, slug, HTTPStatus(status).phrase, detail, (), headers)


def internal() -> Problem:
    """The answer to a mistake of the engine; its log says more, the answer does not."""
    title = "The engine made a mistake"
    return Problem(500, "internal", title, "the engine's log has the details")


def gone() -> Problem:
    """The answer that nobody reads."""
    return refusal(400, "the client went away before its request was complete")


def _more(error: EngineError) -> dict[str, Any]:
    if isinstance(error, e.NotFinished):
        return {"task": {"status": error.status, "message": error.message}}
    return {}


def install(app: Starlette) -> None:
    """Let the application answer every exception with a problem."""
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _mistake)


async def _engine_error(_: Request, error: Exception) -> Response:
    return problem(cast(EngineError, error))


async def _http_error(request: Request, error: Exception) -> Response:
    error = cast(HTTPException, error)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    detail = error.detail
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = ", ".join(sorted(_allowed(request)))
        detail = f"{request.method} is not possible here, {headers['allow']} is"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    return refusal(error.status_code, detail, headers)


def _allowed(request: Request) -> set[str]:
    """The methods of every route with this path: each route knows only its own."""
    return {
        method
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }


async def _bad_parameters(_: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    faults = [
        Fault(fault["type"], fault["msg"], field=str(fault["loc"][-1]))
        for fault in found[:100]
    ]
    return problem(e.InvalidInput(faults))


async def _gone(_: Request, __: Exception) -> Response:
    return gone()


async def _mistake(_: Request, __: Exception) -> Response:
    return internal()  # the server logs the exception, which is raised on
