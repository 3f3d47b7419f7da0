"""Tasks: their status, outputs, files and changes; cancel and erase them."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from engine.api import schemas
from engine.api.answers import Answer, Answers, EngineDep, LimitsDep, TaskId, documented
from engine.api.events import event_stream
from engine.api.files import file_answer
from engine.api.outputs import named_blobs, with_urls
from engine.domain.errors import Fault, InvalidInput, Unknown
from engine.domain.frame import FrameStatus
from engine.domain.task_lists import TaskFilter

MAX_PAGE_TASKS = 200
MAX_ROUTE_CHARACTERS = 100
MAX_CURSOR_CHARACTERS = 500
MAX_EVENT_ID_CHARACTERS = 2000
MAX_SHOWN_NAME_CHARACTERS = 200
EVENT_STREAM = "text/event-stream"
ENDED_STATUSES = frozenset({"finished", "error"})

router = APIRouter(tags=["tasks"], default_response_class=Answer)


@router.get("/tasks", responses=documented(schemas.TaskPage))
async def list_tasks(
    engine: EngineDep,
    route: Annotated[str | None, Query(max_length=MAX_ROUTE_CHARACTERS)] = None,
    status: FrameStatus | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR_CHARACTERS)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_TASKS)] = 50,
) -> Response:
    """List tasks, newest first."""
    which = TaskFilter(
        route=route,
        status=status,
        since=_in_utc("since", since),
        until=_in_utc("until", until),
    )

    items, next_cursor = await engine.tasks.list(which, cursor, limit)
    return Answer({"items": items, "next": next_cursor})


def _in_utc(field: str, instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        # In UTC it is before the year 1 or after the year 9999.
        fault = Fault(
            code="bad-instant",
            message="the instant is outside of the years 1 to 9999 in UTC",
            field=field,
        )
        raise InvalidInput([fault]) from None


@router.get("/tasks/{task}/status", responses=documented(schemas.TaskStatus, 404))
async def task_status(task: TaskId, engine: EngineDep) -> Response:
    """Tell the status of a task."""
    return Answer(await engine.tasks.status(task))


@router.get("/tasks/{task}/raw", responses=documented(schemas.TaskRaw, 404))
async def raw_task(task: TaskId, engine: EngineDep) -> Response:
    """Show everything known of a task, for debugging."""
    return Answer(await engine.tasks.raw(task))


@router.get("/tasks/{task}", responses=documented(dict[str, object], 404, 409))
async def task_outputs(task: TaskId, engine: EngineDep, request: Request) -> Response:
    """Give the outputs of a finished task; a file appears as its address."""
    outputs = await engine.tasks.outputs(task)
    files_url = f"{request.base_url}tasks/{task}/files/"
    # In a thread, here and below: there may be a hundred thousand values to look at.
    return Answer(await asyncio.to_thread(with_urls, outputs, files_url))


_FILE_ANSWERS: Answers = {
    200: {"description": "The content", "content": {"*/*": {}}},
    206: {"description": "The range that was asked for", "content": {"*/*": {}}},
    304: {"description": "The content that the caller has is the current one"},
}


@router.head("/tasks/{task}/files/{name:path}", include_in_schema=False)
@router.get(
    "/tasks/{task}/files/{name:path}",
    responses=_FILE_ANSWERS | documented(None, 404, 409, 416),
)
async def task_file(
    task: TaskId, name: str, engine: EngineDep, request: Request
) -> Response:
    """Download one file among the outputs; a single range can be asked for."""
    outputs = await engine.tasks.outputs(task)
    blobs = await asyncio.to_thread(named_blobs, outputs)
    blob = blobs.get(name)
    if blob is None:
        raise Unknown("file", name[:MAX_SHOWN_NAME_CHARACTERS])

    return await file_answer(
        tasks=engine.tasks,
        task=str(task),
        blob=blob,
        name=name,
        request_headers=request.headers,
        without_content=request.method == "HEAD",
    )


_EVENTS_ANSWERS: Answers = {
    200: {"description": "Changes as they come", "content": {EVENT_STREAM: {}}},
    204: {"description": "The task has ended and nothing more will change"},
}


@router.get(
    "/tasks/{task}/events", responses=_EVENTS_ANSWERS | documented(None, 404, 503)
)
async def task_events(
    task: TaskId,
    engine: EngineDep,
    limits: LimitsDep,
    last_event_id: Annotated[
        str | None, Header(max_length=MAX_EVENT_ID_CHARACTERS)
    ] = None,
    after: Annotated[
        str | None,
        Query(max_length=MAX_EVENT_ID_CHARACTERS, description="Like Last-Event-ID"),
    ] = None,
) -> Response:
    """Follow a task: every change of a run or of the task, until it has ended."""
    after = last_event_id or after
    status = await engine.tasks.status(task)
    engine.tasks.expect_watcher_place(task)
    if after and status["status"] in ENDED_STATUSES:
        async with aclosing(engine.tasks.changes(task, after)) as changes:
            following = await anext(changes, None)
        if following is None:
            # The status at which an EventSource of a browser stops to reconnect.
            return Response(status_code=204)

    return StreamingResponse(
        event_stream(engine.tasks.changes(task, after), limits.keep_alive_seconds),
        headers={"cache-control": "no-store"},
        media_type=EVENT_STREAM,
    )


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
