"""The only table from errors to HTTP statuses; every error is problem+json."""

from collections.abc import Mapping

import httpx
import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from service_sdk.errors import (
    MAX_QUOTED_CHARACTERS,
    BadInput,
    CallbackRefused,
    Fault,
    ForeignPage,
    Malformed,
    NotStarted,
    QueueFull,
    RepeatedHeader,
    ServiceError,
    Stopping,
    TooLarge,
    UnknownHost,
    UnknownTask,
    WrongContentType,
    WrongMediaType,
)
from service_sdk.protocol import PROBLEM_JSON, RETRY_AFTER

STATUSES: dict[type[ServiceError], tuple[int, str]] = {
    WrongMediaType: (415, "wrong-media-type"),
    WrongContentType: (415, "wrong-content-type"),
    BadInput: (422, "bad-input"),
    Malformed: (400, "malformed"),
    TooLarge: (413, "too-large"),
    UnknownHost: (421, "unknown-host"),
    RepeatedHeader: (400, "malformed"),
    ForeignPage: (403, "cross-site"),
    CallbackRefused: (403, "callback-refused"),
    QueueFull: (503, "queue-full"),
    NotStarted: (503, "not-started"),
    Stopping: (503, "stopping"),
    UnknownTask: (404, "unknown-task"),
}

MAX_DETAIL_CHARACTERS = 2_000
"""Of what an engine says; it is logged, and may be told to people."""

BUSY_RETRY_SECONDS = 2
"""When a caller that was refused because of a full queue may come again."""


def problem(
    status: int,
    kind: str,
    detail: str,
    *,
    faults: tuple[Fault, ...] = (),
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
        content["errors"] = [
            {"field": fault.field, "message": fault.message} for fault in faults
        ]
    return JSONResponse(content, status, headers, media_type=PROBLEM_JSON)


def answer_with_problems(app: FastAPI) -> None:
    """Let the app answer every error with a problem."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_query)
    app.add_exception_handler(Exception, _unforeseen)


async def _service_error(request: Request, error: Exception) -> JSONResponse:
    return problem_of(error)


def problem_of(error: Exception) -> JSONResponse:
    """The answer for an error of this package that `STATUSES` knows."""
    known = next(cls for cls in type(error).__mro__ if cls in STATUSES)
    status, kind = STATUSES[known]

    faults = error.faults if isinstance(error, BadInput) else ()
    headers = {RETRY_AFTER: str(BUSY_RETRY_SECONDS)} if status == 503 else None
    return problem(status, kind, str(error), faults=faults, headers=headers)


def detail_of(answer: httpx.Response) -> str:
    """What an engine says of a request that it refuses, bounded.

    Of an answer that is not a problem document only the beginning is shown.
    """
    try:
        detail = orjson.loads(answer.content)["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.text[:MAX_QUOTED_CHARACTERS]
    return str(detail)[:MAX_DETAIL_CHARACTERS]


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # for mypy  # nosec B101
    return problem(error.status_code, "http", error.detail, headers=error.headers)


async def _invalid_query(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # for mypy  # nosec B101
    faults = tuple(
        Fault(str(fault["loc"][-1]), fault["msg"]) for fault in error.errors()
    )
    return problem(422, "bad-input", "; ".join(map(str, faults)), faults=faults)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "internal", "the service failed; its log says why")
