"""Where work comes in: tasks to start, results to take. The hot path."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

import orjson
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.api.answers import ReadyAnswer
from engine.api.body.fits import check_input, refuse_part, refuse_text
from engine.api.body.multipart import Part
from engine.api.body.receiving import Receiving
from engine.api.call import Call
from engine.api.limits import ApiLimits
from engine.api.problems import gone, internal, problem
from engine.domain.errors import EngineError, Fault, InvalidInput, Unavailable
from engine.domain.frame import Push
from engine.domain.headers import DEPTH_HEADER, IDEMPOTENCY_KEY_HEADER
from engine.domain.pipeline import Api
from engine.domain.values import Json

DEPTH = DEPTH_HEADER.lower()
KEY = IDEMPOTENCY_KEY_HEADER.lower()
UNSPECIFIED = "the service says that it failed, but not why"
_LONGEST_MESSAGE = 10_000
_LONGEST_WORD = 1_000  # on how far it is; kept with the frame
ACCEPTED = ReadyAnswer(200, b'{"accepted":true}')


async def start(call: Call) -> ASGIApp:
    """Start a task of a route."""
    tasks, limits = call.tasks, call.limits
    push, depth = _push(call.query, limits), _depth(call.headers, limits)
    draft = await tasks.draft(call.route, _key(call.headers, limits))
    if not draft.repeated:
        api = draft.pipeline.entry.api
        async with Receiving(call, draft.task, partial(_judge, api)) as body:
            await tasks.start(draft, check_input(api, body), push, depth)
    location = (b"location", f"/tasks/{draft.task}/status".encode())
    return ReadyAnswer(202, orjson.dumps({"jobId": draft.task}), location)


async def callback(call: Call) -> ASGIApp:
    """Take the result of an attempt; the answer is good when the result is safe."""
    attempt = await call.tasks.callback(call.query.get("task_id", ""))
    if attempt.repeated:
        return ACCEPTED
    async with Receiving(call, attempt.task, lambda part: None) as body:
        if body.refused:
            raise InvalidInput(tuple(body.refused.values()))
        data = body.data()
        match data:
            case {"type": "error", "message": said}:
                retryable = data.get("retryable") is True
                await call.tasks.fail(attempt, _message(said), retryable)
            case {"type": "progress", "message": str(said)} if len(data) == 2:
                call.tasks.hear(attempt, said[:_LONGEST_WORD])
            case _:
                await call.tasks.report(attempt, data)
    return ACCEPTED


Answering: TypeAlias = Callable[[Call], Awaitable[ASGIApp]]


class Intake:
    """An endpoint in plain ASGI: nothing around it answers its errors."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answering(Call(scope, receive))
        except EngineError as error:
            answer = problem(error)
        except ClientDisconnect:
            answer = gone()
        except Exception:
            await internal()(scope, receive, send)
            raise  # the server logs it
        await answer(scope, receive, send)


def _route(path: str, answering: Answering) -> Route:
    return Route(path, Intake(answering), methods=["POST"], include_in_schema=False)


START, CALLBACK = _route("/services/{route}", start), _route("/callback", callback)
_PREFIX = "/services/"
_OTHERS = frozenset({"", "validate"})


class HotPath:
    """ASGI middleware: what every task needs goes past the routing of all the rest."""

    def __init__(self, app: ASGIApp, starts: int) -> None:
        self._app, self._starts = app, starts
        self._starting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._find(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        if route is CALLBACK:
            await route.app(scope, receive, send)
        elif self._starting >= self._starts:
            reason = f"{self._starts} tasks are being started already"
            await problem(Unavailable("the engine", reason))(scope, receive, send)
        else:
            self._starting += 1
            try:
                await route.app(scope, receive, send)
            finally:
                self._starting -= 1

    def _find(self, scope: Scope) -> Route | None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        path: str = scope["path"]
        if path == CALLBACK.path:
            return CALLBACK
        name = path[len(_PREFIX) :]
        if not path.startswith(_PREFIX) or "/" in name or name in _OTHERS:
            return None
        scope["path_params"] = {"route": name}
        return START


def _judge(api: Api, part: Part) -> Fault | None:
    if part.type is None:
        return refuse_text(api, part.name)
    return refuse_part(api, part.name, part.type)


def _message(said: Json) -> str:
    text = said.strip() if isinstance(said, str) else ""
    return text[:_LONGEST_MESSAGE] or UNSPECIFIED


def _push(query: dict[str, str], limits: ApiLimits) -> Push | None:
    url, task_id = query.get("callback_url"), query.get("task_id")
    if url is None and task_id is None:
        return None
    for name, value in ("callback_url", url), ("task_id", task_id):
        if not value or len(value) > limits.url_length:
            message = f"the query parameter {name} is missing or too long"
            hint = "callback_url and task_id are given together, or not at all"
            raise InvalidInput([Fault("bad-callback", message, hint, field=name)])
    return Push(url or "", task_id or "")


def _depth(headers: dict[bytes, bytes], limits: ApiLimits) -> int:
    if DEPTH.encode() not in headers:
        return 0
    said = headers[DEPTH.encode()].decode("latin-1")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        message = f"the header {DEPTH} is no whole number"
        raise InvalidInput([Fault("bad-depth", message, "leave it out", field=DEPTH)])
    if int(said) > limits.call_depth:
        message = f"pipelines call each other endlessly: {said} calls deep"
        hint = f"at most {limits.call_depth} are possible: break the circle"
        raise InvalidInput([Fault("calls-too-deep", message, hint)])
    return int(said)


def _key(headers: dict[bytes, bytes], limits: ApiLimits) -> str | None:
    if KEY.encode() not in headers:
        return None
    key = headers[KEY.encode()].decode("latin-1")
    if 0 < len(key) <= limits.name_length:
        return key
    message = f"the header {KEY} must have 1 to {limits.name_length} characters"
    raise InvalidInput([Fault("bad-key", message, "send a UUID", field=KEY)])
