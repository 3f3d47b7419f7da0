"""Where work comes in: tasks to start, results to take. The hot path."""

from starlette.requests import Request
from starlette.responses import Response

from engine.api.answers import Answer, engine_of, limits_of
from engine.api.bodies import received
from engine.api.limits import ApiLimits
from engine.api.multipart import Part
from engine.domain.errors import Fault, InvalidInput
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
    push, depth = _push(request, limits), _depth(request, limits)
    draft = await tasks.draft(request.path_params["route"], _key(request, limits))
    if not draft.repeated:
        api = draft.published.pipeline.entry.api
        async with received(
            request, limits, tasks, draft.task, lambda part: _judge(api, part)
        ) as body:
            await tasks.start(draft, check_input(api, body), push, depth)
    location = {"location": f"/tasks/{draft.task}/status"}
    return Answer({"jobId": draft.task}, 202, location)


async def callback(request: Request) -> Response:
    """Take the result of an attempt; the answer is good when the result is safe."""
    tasks, limits = engine_of(request).tasks, limits_of(request)
    attempt = await tasks.callback(request.query_params.get("task_id", ""))
    if attempt.repeated:
        return Answer({"accepted": True})
    async with received(
        request, limits, tasks, attempt.task, lambda part: None
    ) as body:
        if body.refused:
            raise InvalidInput(tuple(body.refused.values()))
        data = body.data()
        if data.get("type") == "error" and "message" in data:
            message = _message(data["message"])
            await tasks.fail(attempt, message, data.get("retryable") is True)
        else:
            await tasks.report(attempt, data)
    return Answer({"accepted": True})


def _judge(api: Api, part: Part) -> Fault | None:
    if part.type is None:
        return refuse_text(api, part.name)
    return refuse_part(api, part.name, part.type)


def _message(said: Json) -> str:
    text = said.strip() if isinstance(said, str) else ""
    return text[:_LONGEST_MESSAGE] or UNSPECIFIED


def _push(request: Request, limits: ApiLimits) -> Push | None:
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


def _depth(request: Request, limits: ApiLimits) -> int:
    said = request.headers.get(DEPTH)
    if said is None:
        return 0
    if not (said.isdecimal() and len(said) < 10):
        message = f"the header {DEPTH} is no whole number"
        raise InvalidInput([Fault("bad-depth", message, "leave it out", field=DEPTH)])
    if int(said) > limits.call_depth:
        message = f"pipelines call each other endlessly: {said} calls deep"
        hint = f"at most {limits.call_depth} are possible: break the circle"
        raise InvalidInput([Fault("calls-too-deep", message, hint)])
    return int(said)


def _key(request: Request, limits: ApiLimits) -> str | None:
    key = request.headers.get(KEY)
    if key is None or 0 < len(key) <= limits.name_length:
        return key
    message = f"the header {KEY} must have 1 to {limits.name_length} characters"
    raise InvalidInput([Fault("bad-key", message, "send a UUID", field=KEY)])
