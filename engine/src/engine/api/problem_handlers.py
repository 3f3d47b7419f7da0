"""Answers every exception that comes out of a route with a problem."""

from http import HTTPStatus
from typing import cast

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from engine.api.limits import MAX_FAULTS
from engine.api.problems import client_disconnected, internal_error, problem, refusal
from engine.domain.errors import EngineError, Fault, InvalidInput

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def install(app: Starlette) -> None:
    """Let the application answer every exception with a problem."""
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(ClientDisconnect, _client_disconnected)
    app.add_exception_handler(Exception, _internal_error)


async def _engine_error(_: Request, error: Exception) -> Response:
    return problem(cast(EngineError, error))


async def _http_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no route with this path, or not this method."""
    error = cast(HTTPException, error)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    detail = error.detail

    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(_allowed_methods(request)))
        headers["allow"] = allowed
        path = request.url.path
        detail = f"{request.method} is not possible at {path}, only {allowed}"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    return refusal(error.status_code, detail, headers)


def _allowed_methods(request: Request) -> set[str]:
    """The methods of all routes with this path: each route knows only its own."""
    allowed = set()
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            allowed.add(method)
    return allowed


async def _bad_parameters(_: Request, error: Exception) -> Response:
    """What FastAPI found wrong in path, query or headers."""
    found = cast(RequestValidationError, error).errors()
    faults = [
        Fault(
            code=fault["type"],
            message=fault["msg"],
            field=str(fault["loc"][-1]),
        )
        for fault in found[:MAX_FAULTS]
    ]
    return problem(InvalidInput(faults))


async def _client_disconnected(_: Request, __: Exception) -> Response:
    return client_disconnected()


async def _internal_error(_: Request, __: Exception) -> Response:
    # Starlette raises the exception again after this answer, and the server logs it.
    return internal_error()
