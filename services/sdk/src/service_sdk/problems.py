"""The only table from errors to HTTP statuses; every error is problem+json."""

from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from service_sdk import errors

STATUSES: dict[type[errors.ServiceError], tuple[int, str]] = {
    errors.WrongMediaType: (415, "wrong-media-type"),
    errors.WrongContentType: (415, "wrong-content-type"),
    errors.BadInput: (422, "bad-input"),
    errors.Malformed: (400, "malformed"),
    errors.TooLarge: (413, "too-large"),
    errors.QueueFull: (503, "queue-full"),
    errors.UnknownTask: (404, "unknown-task"),
}


def problem(
    status: int,
    kind: str,
    detail: str,
    faults: tuple[errors.Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An answer of RFC 9457."""
    content: dict[str, object] = {
        "type": f"urn:service:{kind}",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": detail,
    }
    if faults:
        found = [{"field": fault.field, "message": fault.message} for fault in faults]
        content["errors"] = found
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    """Teach the app to answer every error with a problem."""
    app.add_exception_handler(errors.ServiceError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _query)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    status, kind = next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)
    faults = error.faults if isinstance(error, errors.BadInput) else ()
    headers = {"Retry-After": "2"} if status == 503 else None
    return problem(status, kind, str(error), faults, headers)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # for mypy  # nosec B101
    return problem(error.status_code, "http", error.detail, headers=error.headers)


async def _query(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # for mypy  # nosec B101
    faults = tuple(
        errors.Fault(str(fault["loc"][-1]), fault["msg"]) for fault in error.errors()
    )
    return problem(422, "bad-input", "; ".join(map(str, faults)), faults)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "internal", "the service failed; its log says why")
