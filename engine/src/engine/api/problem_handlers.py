"""Answers every exception that comes out of a route with a problem."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Mount

from engine.api.access.ways import to_sign_in
from engine.api.limits import MAX_FAULTS
from engine.api.problems import client_disconnected, internal_error, problem, refusal
from engine.domain.access.errors import NotSignedIn
from engine.domain.checks.words import parameter_said
from engine.domain.errors import EngineError, Fault, InvalidInput

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ALWAYS = frozenset({"OPTIONS"})
"""Methods that every path has."""


def install(app: Starlette) -> None:
    """Let the application answer every exception with a problem."""
    app.add_exception_handler(EngineError, _engine_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(ClientDisconnect, _client_disconnected)
    app.add_exception_handler(Exception, _internal_error)


async def _engine_error(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn) and _is_page(request):
        return to_sign_in(request)
    return problem(cast(EngineError, error))


def _is_page(request: Request) -> bool:
    """Whether somebody looks at an address in a browser."""
    accepted = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in accepted


async def _http_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no route with this path, or not this method."""
    error = cast(HTTPException, error)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    detail = error.detail

    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(_allowed_methods(request)))
        headers["allow"] = allowed
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        path = request.url.path
        detail = f"{request.method} is not possible at {path}, only {allowed}"
    elif error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}"
    return refusal(error.status_code, detail, headers)


def _allowed_methods(request: Request) -> set[str]:
    """The methods of all routes with this path: each route knows only its own."""
    allowed = set(ALWAYS)
    # A mount has noted in the scope which part of the path it has taken.
    whole = {"root_path": request.scope.get("app_root_path", "")}
    for method in METHODS:
        scope = {**request.scope, **whole, "method": method}
        found = [
            route
            for route in request.app.routes
            if route.matches(scope)[0] is Match.FULL
        ]
        # Files of a folder can only be read, whatever the mount says.
        is_readable = method == "GET" or not all(
            isinstance(one, Mount) for one in found
        )
        if found and is_readable:
            allowed.add(method)

    if "GET" in allowed:
        allowed.add("HEAD")
    return allowed


async def _bad_parameters(_: Request, error: Exception) -> Response:
    """What FastAPI found wrong in path, query or headers."""
    found = cast(RequestValidationError, error).errors()
    faults = [
        Fault(
            code=fault["type"],
            message=parameter_said(fault),
            field=_parameter(fault["loc"]),
        )
        for fault in found[:MAX_FAULTS]
    ]
    return problem(InvalidInput(faults))


def _parameter(location: Sequence[str | int]) -> str:
    """The name of a parameter; of a repeated one the number is left out.

    >>> _parameter(("query", "status", 0))
    'status'
    """
    names = [part for part in location if isinstance(part, str)]
    return names[-1]


async def _client_disconnected(_: Request, __: Exception) -> Response:
    return client_disconnected()


async def _internal_error(_: Request, __: Exception) -> Response:
    # Starlette raises the exception again after this answer, and the server logs it.
    return internal_error()
