"""Answers in JSON, and what handlers need of the application."""

from http import HTTPStatus
from typing import Annotated, Any, TypeAlias, cast
from uuid import UUID

import orjson
from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from engine.api.engine import Engine
from engine.api.limits import ApiLimits
from engine.api.problems import PROBLEM_TYPE
from engine.domain.errors import Unknown
from engine.domain.media_types import JSON


class Answer(JSONResponse):
    """JSON by orjson."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


_JSON_CONTENT = (b"content-type", JSON.encode())


class ReadyAnswer:
    """JSON with its bytes made: nothing is left to do but to send it."""

    def __init__(self, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        length = (b"content-length", b"%d" % len(body))
        self._headers = (length, _JSON_CONTENT, *headers)
        self._status = status
        self._body = {"type": "http.response.body", "body": body}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # a new one each time: the middleware on its way adds headers to it
        start = {"type": "http.response.start", "status": self._status}
        await send(start | {"headers": self._headers})
        await send(self._body)


def engine_of(request: Request) -> Engine:
    """The engine behind the application that answers."""
    return cast(Engine, request.app.state.engine)


def limits_of(request: Request) -> ApiLimits:
    """The limits of the application that answers."""
    return cast(ApiLimits, request.app.state.limits)


def _task_id(task: Annotated[str, Path(description="The id of the task")]) -> str:
    try:
        if str(UUID(task)) == task:
            return task
    except ValueError:
        pass
    raise Unknown("task", task[:100])


Answers: TypeAlias = dict[int | str, dict[str, Any]]
"""What FastAPI documents of answers, by status."""
EngineDep = Annotated[Engine, Depends(engine_of)]
LimitsDep = Annotated[ApiLimits, Depends(limits_of)]
TaskId = Annotated[str, Depends(_task_id)]


def documented(model: Any, *problems: int) -> Answers:
    """The answers of an operation: its model on success, else problems."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers: Answers = {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in (*problems, 421, 422, 503)
    }
    return answers | ({200: {"model": model}} if model is not None else {})
