"""Where work comes in: tasks to start, results to take. The hot path."""

from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.api.answers import Answer, engine_of, limits_of
from engine.api.bodies import Receiving
from engine.api.limits import ApiLimits
from engine.api.multipart import Part
from engine.api.problems import gone, problem
from engine.domain.errors import EngineError, Fault, InvalidInput
from engine.domain.frame import Push
from engine.domain.pipeline import Api
from engine.domain.values import Json
from engine.usecases.inputs import check_input, refuse_part, refuse_text

DEPTH = "x-marketplace-depth"
KEY = "idempotency-key"
UNSPECIFIED = "the service says that it failed, but not why"
_LONGEST_MESSAGE = 10_000


async def start(request: Request) -> Response:
    """Start a task of a route."""
    tasks, limits = engine_of(request).tasks, limits_of(request)
    headers = dict(request.scope["headers"])
    push, depth = _push(request, limits), _depth(headers, limits)
    draft = await tasks.draft(request.path_params["route"], _key(headers, limits))
    if not draft.repeated:
        api = draft.pipeline.entry.api
        receiving = Receiving(request, limits, tasks, draft.task, partial(_judge, api))
        async with receiving as body:
            await tasks.start(draft, check_input(api, body), push, depth)
    location = {"location": f"/tasks/{draft.task}/status"}
    return Answer({"jobId": draft.task}, 202, location)


async def callback(request: Request) -> Response:
    """Take the result of an attempt; the answer is good when the result is safe."""
    tasks, limits = engine_of(request).tasks, limits_of(request)
    attempt = await tasks.callback(request.query_params.get("task_id", ""))
    if attempt.repeated:
        return Answer({"accepted": True})
    receiving = Receiving(request, limits, tasks, attempt.task, lambda part: None)
    async with receiving as body:
        if body.refused:
            raise InvalidInput(tuple(body.refused.values()))
        data = body.data()
        if data.get("type") == "error" and "message" in data:
            message = _message(data["message"])
            await tasks.fail(attempt, message, data.get("retryable") is True)
        else:
            await tasks.report(attempt, data)
    return Answer({"accepted": True})


START = Route("/services/{route}", start, methods=["POST"], include_in_schema=False)
CALLBACK = Route("/callback", callback, methods=["POST"], include_in_schema=False)
_PREFIX = "/services/"
_OTHERS = frozenset({"", "validate"})


class HotPath:
    """ASGI middleware: what every task needs goes past the routing of all the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._find(scope)
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        request = Request(scope, receive)
        try:
            response = await (start if route is START else callback)(request)
        except EngineError as error:
            response = problem(error)
        except ClientDisconnect:
            response = gone()
        await response(scope, receive, send)

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


def _push(request: Request, limits: ApiLimits) -> Push | None:
    if not request.scope["query_string"]:
        return None
    query = request.query_params
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
