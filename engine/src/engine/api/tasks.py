"""Tasks: their status, outputs, files and changes; cancel and erase them."""

from contextlib import aclosing
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import Header, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from engine.api import run_schemas, task_schemas
from engine.api.answers import (
    NO_STORE,
    Answer,
    Answers,
    EngineDep,
    LimitsDep,
    Streamed,
    TaskId,
    documented,
)
from engine.api.events import MayGoOn, event_stream
from engine.api.files import FILE_ANSWERS, file_answer
from engine.api.heads import WITHOUT_CONTENT
from engine.api.large_answers import LargeAnswers, LargeDep
from engine.api.limits import MAX_CURSOR_CHARACTERS
from engine.api.outputs import named_blobs, outputs_answer
from engine.api.principals import PrincipalDep
from engine.api.routers import new_router
from engine.domain.access.placing import seen_tasks
from engine.domain.access.table import SEE_TASK
from engine.domain.errors import Fault, InvalidInput, Unknown
from engine.domain.frame import FrameStatus
from engine.domain.media_types import JSON
from engine.domain.task_lists import TaskFilter
from engine.domain.values import Blob, Large
from engine.usecases.call_time import beside
from engine.usecases.engine import Engine

MAX_PAGE_TASKS = 200
MAX_ROUTE_CHARACTERS = 100
MAX_STATUSES = 8
"""In one request: twice as many as there are."""
MAX_EVENT_ID_CHARACTERS = 2000
MAX_ACCEPT_CHARACTERS = 1000
EVENT_STREAM = "text/event-stream"
ENDED_STATUSES = frozenset({"finished", "error"})

router = new_router("tasks")


@router.get("/tasks", responses=documented(task_schemas.TaskPage))
async def list_tasks(
    engine: EngineDep,
    principal: PrincipalDep,
    route: Annotated[str | None, Query(max_length=MAX_ROUTE_CHARACTERS)] = None,
    status: Annotated[tuple[FrameStatus, ...], Query(max_length=MAX_STATUSES)] = (),
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR_CHARACTERS)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_TASKS)] = 50,
    space: Annotated[str, Query(max_length=MAX_ROUTE_CHARACTERS)] = "",
) -> Response:
    """List tasks, newest first; of several statuses those that have one of them."""
    which = TaskFilter(
        route=route,
        statuses=tuple(dict.fromkeys(status)),
        since=_in_utc("since", since),
        until=_in_utc("until", until),
        # Who may not see those of others sees a list of their own.
        seen=seen_tasks(principal, space) if engine.homes else None,
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


@router.get("/tasks/{task}/status", responses=documented(task_schemas.TaskStatus, 404))
async def read_status(task: TaskId, engine: EngineDep) -> Response:
    """Tell the status of a task."""
    return Answer(await engine.tasks.status(task))


@router.get("/tasks/{task}/raw", responses=documented(task_schemas.TaskRaw, 404))
async def read_raw(task: TaskId, engine: EngineDep, large: LargeDep) -> Response:
    """Show everything known of a task, for debugging."""
    return large.answer(partial(engine.tasks.raw, task))


@router.get("/tasks/{task}", responses=documented(task_schemas.Outputs, 404, 409))
async def read_outputs(
    task: TaskId, engine: EngineDep, large: LargeDep, request: Request
) -> Response:
    """Give the outputs of a finished task; a file appears as its address."""
    return await outputs_answer(engine.tasks, large, request, task)


@router.get(
    "/tasks/{task}/files/{name:path}",
    responses=FILE_ANSWERS | documented(None, 404, 409, 416),
    response_class=Response,
)
async def download_file(
    task: TaskId, name: str, engine: EngineDep, large: LargeDep, request: Request
) -> Response:
    """Download one file among the outputs; a single range can be asked for."""
    blob = (await _files_of(task, engine, large)).get(name)
    if blob is None:
        raise Unknown("file", name)

    return await file_answer(
        tasks=engine.tasks,
        task=str(task),
        blob=blob,
        name=name,
        request_headers=request.headers,
        without_content=WITHOUT_CONTENT in request.scope,
    )


async def _files_of(task: str, engine: Engine, large: LargeAnswers) -> dict[str, Blob]:
    """The files among the outputs of a task, by their names."""
    result = await engine.tasks.result(task)
    if not isinstance(result, Large):
        return named_blobs(await engine.tasks.outputs_of(result))

    async with large.making:
        outputs = await engine.tasks.outputs_of(result)
        return await beside(named_blobs, outputs)


MAX_LISTED_CHANGES = 1000
"""In an answer in JSON: those behind them come with `after`."""


class Inside(StrEnum):
    """Whether changes in the items of loops are told."""

    ALL = "all"
    NONE = "none"


_EVENTS_ANSWERS: Answers = {
    200: {
        "description": "Changes as they come; as JSON those that there are now",
        "model": list[run_schemas.Change],
        "content": {EVENT_STREAM: {}},
    },
    204: {"description": "The task has ended and nothing more will change"},
}


@router.get(
    "/tasks/{task}/events", responses=_EVENTS_ANSWERS | documented(None, 404, 503)
)
async def follow_task(
    task: TaskId,
    request: Request,
    engine: EngineDep,
    limits: LimitsDep,
    last_event_id: Annotated[
        str | None, Header(max_length=MAX_EVENT_ID_CHARACTERS)
    ] = None,
    after: Annotated[
        str | None,
        Query(max_length=MAX_EVENT_ID_CHARACTERS, description="Like Last-Event-ID"),
    ] = None,
    inside: Annotated[
        Inside,
        Query(
            description="`none`: no changes in the items of loops, but twice a second "
            "how many items are done"
        ),
    ] = Inside.ALL,
    accept: Annotated[str, Header(max_length=MAX_ACCEPT_CHARACTERS)] = "",
) -> Response:
    """Follow a task: every change of a run or of the task, until it has ended."""
    after = last_event_id or after
    with_inner = inside is Inside.ALL
    if JSON in accept and EVENT_STREAM not in accept:
        listed = await engine.tasks.changes_so_far(
            task, after, inside=with_inner, limit=MAX_LISTED_CHANGES
        )
        return Answer([change.to_json() for change in listed])

    # Before anything is read: those who are refused may come again at once.
    engine.tasks.expect_watcher_place(task)
    status = await engine.tasks.status(task)
    if after and status["status"] in ENDED_STATUSES:
        following_changes = engine.tasks.changes(task, after, inside=with_inner)
        async with aclosing(following_changes) as changes:
            following = await anext(changes, None)
        if following is None:
            # The status at which an EventSource of a browser stops to reconnect.
            return Response(status_code=204)

    return Streamed(
        event_stream(
            engine.tasks.changes(task, after, inside=with_inner),
            limits.keep_alive_seconds,
            _may_go_on(request),
        ),
        headers=NO_STORE,
        media_type=EVENT_STREAM,
    )


def _may_go_on(request: Request) -> MayGoOn | None:
    """Asks whether a reader may still follow; None: there are no accounts."""
    door = request.app.state.door
    return partial(door.still_admits, request.scope, SEE_TASK) if door else None


@router.post("/tasks/{task}/cancel", responses=documented(task_schemas.TaskStatus, 404))
async def cancel_task(task: TaskId, engine: EngineDep) -> Response:
    """Stop a task; one that has ended stays as it is."""
    await engine.tasks.cancel(task)
    return Answer(await engine.tasks.status(task))


@router.delete("/tasks/{task}", status_code=204, responses=documented(None, 404))
async def erase_task(task: TaskId, engine: EngineDep) -> Response:
    """Stop a task and erase every trace of it, files included."""
    await engine.tasks.erase(task)
    return Response(status_code=204)
