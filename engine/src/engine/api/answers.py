"""Answers in JSON, and what handlers need of the application."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias, cast
from uuid import UUID

import orjson
from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from engine.api.limits import ApiLimits
from engine.api.problems import PROBLEM_TYPE
from engine.domain.errors import Unknown
from engine.domain.media_types import JSON
from engine.usecases.call_time import counted
from engine.usecases.engine import Engine

COMMON_PROBLEMS = (421, 422, 503)
"""Statuses that any operation may answer."""
NO_STORE = {"cache-control": "no-store"}
"""Neither browsers nor proxies may keep it: a secret, or what is true only now."""
_JSON_CONTENT = (b"content-type", JSON.encode())


class Answer(JSONResponse):
    """JSON written by orjson."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


class ReadyAnswer:
    """An answer in JSON whose bytes are made in advance: it only has to be sent."""

    def __init__(self, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
        length = (b"content-length", b"%d" % len(body))
        self._headers = (length, _JSON_CONTENT, *headers)
        self._status = status
        self._body = {"type": "http.response.body", "body": body}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A new message each time: middleware adds headers to it, and the same answer
        # is sent to many requests.
        start = {
            "type": "http.response.start",
            "status": self._status,
            "headers": self._headers,
        }
        await send(start)
        await send(self._body)


class Streamed(StreamingResponse):
    """An answer whose pieces come from a generator, which is closed at its end.

    Also where the client goes before, or the answer is cut: what the generator holds,
    a file or a place, would else be kept until Python finds it.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(pieces, status, headers, media_type)
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._pieces):
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        # In an asyncio task of its own, beside one that waits for the client to go.
        await counted(super().stream_response(send))


def engine_of(request: Request) -> Engine:
    """The engine behind the application that answers."""
    return cast(Engine, request.app.state.engine)


def limits_of(request: Request) -> ApiLimits:
    """The limits of the application that answers."""
    return cast(ApiLimits, request.app.state.limits)


def _task_id(task: Annotated[str, Path(description="The id of the task")]) -> str:
    """The id as it is written in the store; no other spelling finds a task."""
    if not _is_task_id(task):
        raise Unknown("task", task)
    return task


def _is_task_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


EngineDep = Annotated[Engine, Depends(engine_of)]
LimitsDep = Annotated[ApiLimits, Depends(limits_of)]
TaskId = Annotated[str, Depends(_task_id)]

Answers: TypeAlias = dict[int | str, dict[str, Any]]
"""What FastAPI documents of answers, by status."""


def documented(model: Any, *problems: int) -> Answers:
    """The answers of an operation: its model if it succeeds, else problems."""
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {PROBLEM_TYPE: {"schema": schema}}

    answers: Answers = {}
    for status in (*problems, *COMMON_PROBLEMS):
        phrase = HTTPStatus(status).phrase
        answers[status] = {"description": phrase, "content": content}

    if model is not None:
        answers[200] = {"model": model}
    return answers


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """The documentation of a JSON body that the handler reads by itself."""
    content = {JSON: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}
