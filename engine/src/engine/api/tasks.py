"""Tasks: how they are, what they gave, what changes; cancel and erase."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from engine.api import schemas
from engine.api.answers import Answer, Answers, EngineDep, LimitsDep, TaskId, documented
from engine.api.events import event_stream
from engine.api.files import file_answer, named_blobs, with_urls
from engine.domain.errors import Fault, InvalidInput, Unknown
from engine.domain.frame import FrameStatus
from engine.ports import TaskFilter

router = APIRouter(tags=["tasks"], default_response_class=Answer)
_EVENTS = "text/event-stream"
_ENDED = frozenset({"finished", "error"})


@router.get("/tasks", responses=documented(schemas.TaskPage))
async def list_tasks(
    engine: EngineDep,
    route: Annotated[str | None, Query(max_length=100)] = None,
    status: FrameStatus | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """List tasks, newest first."""
    which = TaskFilter(route, status, _utc("since", since), _utc("until", until))
    items, following = await engine.tasks.list(which, cursor, limit)
    return Answer({"items": items, "next": following})


def _utc(field: str, instant: datetime | None) -> datetime | None:
    try:
        return instant and instant.astimezone(UTC)
    except OverflowError:
        message = "the instant is out of reach"
        raise InvalidInput([Fault("bad-instant", message, field=field)]) from None


@router.get("/tasks/{task}/status", responses=documented(schemas.TaskStatus, 404))
async def task_status(task: TaskId, engine: EngineDep) -> Response:
    """Say how a task is."""
    return Answer(await engine.tasks.status(task))


@router.get("/tasks/{task}/raw", responses=documented(schemas.TaskRaw, 404))
async def raw_task(task: TaskId, engine: EngineDep) -> Response:
    """Show everything known of a task, for debugging."""
    return Answer(await engine.tasks.raw(task))


@router.get("/tasks/{task}", responses=documented(dict[str, object], 404, 409))
async def task_outputs(task: TaskId, engine: EngineDep, request: Request) -> Response:
    """Give the outputs of a finished task; a file appears as its address."""
    outputs = await engine.tasks.outputs(task)
    return Answer(with_urls(outputs, f"{request.base_url}tasks/{task}/files/"))


_FILE: Answers = {
    200: {"description": "The content", "content": {"*/*": {}}},
    206: {"description": "The range that was asked for", "content": {"*/*": {}}},
    304: {"description": "The content that the caller has is the current one"},
}


@router.head("/tasks/{task}/files/{name:path}", include_in_schema=False)
@router.get(
    "/tasks/{task}/files/{name:path}", responses=_FILE | documented(None, 404, 409, 416)
)
async def task_file(
    task: TaskId, name: str, engine: EngineDep, request: Request
) -> Response:
    """Download one file that a task gave; a single range can be asked for."""
    blob = named_blobs(await engine.tasks.outputs(task)).get(name)
    if blob is None:
        raise Unknown("file", name[:200])
    head = request.method == "HEAD"
    return await file_answer(engine.tasks, blob, name, request.headers, head)


_STREAM: Answers = {
    200: {"description": "Changes as they come", "content": {_EVENTS: {}}},
    204: {"description": "The task has ended and there is nothing to tell"},
}


@router.get("/tasks/{task}/events", responses=_STREAM | documented(None, 404))
async def task_events(
    task: TaskId,
    engine: EngineDep,
    limits: LimitsDep,
    last_event_id: Annotated[str | None, Header(max_length=2000)] = None,
    after: Annotated[
        str | None, Query(max_length=2000, description="Like Last-Event-ID")
    ] = None,
) -> Response:
    """Follow a task: every change of a run or of the task, until it has ended."""
    after = last_event_id or after
    status = await engine.tasks.status(task)
    if after and status["status"] in _ENDED:
        if await anext(engine.tasks.changes(task, after), None) is None:
            return Response(status_code=204)  # an EventSource stops coming back
    changes = engine.tasks.changes(task, after)
    stream = event_stream(changes, limits.keep_alive_seconds)
    return StreamingResponse(stream, 200, {"cache-control": "no-store"}, _EVENTS)


@router.post("/tasks/{task}/cancel", responses=documented(schemas.TaskStatus, 404))
async def cancel_task(task: TaskId, engine: EngineDep) -> Response:
    """Stop a task; one that has ended stays as it is."""
    await engine.tasks.cancel(task)
    return Answer(await engine.tasks.status(task))


@router.delete("/tasks/{task}", status_code=204, responses=documented(None, 404))
async def erase_task(task: TaskId, engine: EngineDep) -> Response:
    """Stop a task and erase every trace of it, files included."""
    await engine.tasks.erase(task)
    return Response(status_code=204)
