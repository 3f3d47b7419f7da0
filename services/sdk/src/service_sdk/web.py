"""The HTTP interface of a service: take work, show results and figures."""

import re
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import httpx
import orjson
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from service_sdk.arguments import bind, is_wanted
from service_sdk.callback import Callback
from service_sdk.door import door_of
from service_sdk.errors import BadInput, NotStarted, Stopping, UnknownTask
from service_sdk.jobs import Jobs
from service_sdk.operation import Operation
from service_sdk.problems import problem
from service_sdk.protocol import DEPTH_HEADER, PROMETHEUS_TEXT
from service_sdk.receiving import Part, receive
from service_sdk.results import Failure, Outcome, Result
from service_sdk.tracing import cause_in
from service_sdk.workers import Job

common_routes = APIRouter()

# Far more than any engine needs: they bound what is kept and logged for each task.
MAX_CALLBACK_URL_CHARACTERS = 4000
MAX_TASK_ID_CHARACTERS = 2000

# Without an engine the id stands in the path of a URL, and these need no escaping.
MAX_PLAIN_ID_CHARACTERS = 200
PLAIN_ID = re.compile(rf"[\w.~-]{{1,{MAX_PLAIN_ID_CHARACTERS}}}")

CallbackUrl = Annotated[
    str | None,
    Query(
        max_length=MAX_CALLBACK_URL_CHARACTERS,
        description="Where the result is sent",
    ),
]
TaskId = Annotated[
    str | None,
    Query(
        max_length=MAX_TASK_ID_CHARACTERS,
        description="Comes back with the result",
    ),
]
Accept = Callable[[Request, CallbackUrl, TaskId], Awaitable[JSONResponse]]


def accepting(operation: Operation) -> Accept:
    """The handler that takes work for the operation."""
    signature = operation.signature

    async def accept(
        request: Request, callback_url: CallbackUrl = None, task_id: TaskId = None
    ) -> JSONResponse:
        jobs = _jobs_of(request)
        callback = _callback(request, callback_url, task_id)
        task_id = task_id or str(uuid.uuid4())

        # The engine repeats an order whose answer it did not get.
        if jobs.is_open(task_id):
            return _accepted(task_id)

        with jobs.place() as place:
            folder = place.folder
            parts = await receive(
                Request(request.scope, place.share.receiving(request.receive)),
                folder=folder,
                wanted=lambda part: is_wanted(signature, part),
                limits=jobs.settings,
            )

            place.share.keep()
            trace = jobs.tracing.begin(request.headers) if jobs.tracing else None

            # Without an engine wrong input is the answer to the request itself. An
            # engine gets it by callback, as every other failure.
            if not callback:
                async with jobs.free_checks:
                    await run_in_threadpool(bind, signature, parts, jobs.settings)

            # The same order may have come a second time, and have been received
            # sooner, while this one was being received.
            if jobs.is_open(task_id):
                jobs.leave(folder)
                return _accepted(task_id)

            jobs.start(
                Job(
                    task_id=task_id,
                    route=operation.route,
                    signature=signature,
                    part=operation.part,
                    parts=parts,
                    folder=folder,
                    callback=callback,
                    max_seconds=operation.max_seconds,
                    trace=trace,
                )
            )
        return _accepted(task_id)

    return accept


def _jobs_of(request: Request) -> Jobs:
    """The work of the service; another app may serve it without starting it."""
    jobs: Jobs | None = getattr(request.state, "jobs", None)
    if jobs is None:
        raise NotStarted
    return jobs


def _accepted(task_id: str) -> JSONResponse:
    return JSONResponse({"jobId": task_id}, 202)


def _callback(
    request: Request, callback_url: str | None, task_id: str | None
) -> Callback | None:
    # It is logged, and a line break in it would begin a line of its own.
    if task_id is not None and not task_id.isprintable():
        raise BadInput.of("task_id", "has characters that cannot be printed")

    if callback_url is None:
        if task_id is not None and not PLAIN_ID.fullmatch(task_id):
            raise BadInput.of(
                "task_id",
                "may hold only letters, digits and . _ ~ -, "
                f"at most {MAX_PLAIN_ID_CHARACTERS} of them",
            )
        return None

    try:
        url = httpx.URL(callback_url)
    except httpx.InvalidURL as fault:
        raise BadInput.of("callback_url", str(fault)) from None
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInput.of("callback_url", "must be an http or https address")

    if not task_id:
        raise BadInput.of("task_id", "missing; a callback needs it")
    door_of(request.scope).check_callback(url)

    return Callback(
        client=request.state.client,
        callback_url=callback_url,
        task_id=task_id,
        # Other callers would take a progress message for the result.
        accepts_progress=DEPTH_HEADER in request.headers,
        cause=cause_in(request.headers),
    )


@common_routes.get("/tasks/{task_id}", summary="The result of a call", tags=["tasks"])
async def read_task(request: Request, task_id: str) -> Response:
    """JSON, or the file itself if the result is a single one. 202: still running."""
    match _find(request, task_id):
        case None:
            return JSONResponse({"status": "running"}, 202)

        case Failure(message=message, status=status):
            return problem(status, "failed", message)

        case Result(typed, files):
            values = orjson.loads(typed.read_bytes())
            if len(files) == 1 and not values:
                return _download(files[0])

            here = f"{request.scope.get('root_path', '')}/tasks/{task_id}"
            urls = {
                part.name: f"{here}/files/{quote(part.name, safe='')}" for part in files
            }
            return JSONResponse({**values, **urls})


@common_routes.get(
    "/tasks/{task_id}/files/{name}", summary="A file of the result", tags=["tasks"]
)
async def read_file(request: Request, task_id: str, name: str) -> Response:
    """The file, with its media type and a name to save it under."""
    outcome = _find(request, task_id)
    files = outcome.files if isinstance(outcome, Result) else ()

    for part in files:
        if part.name == name:
            return _download(part)
    raise UnknownTask


def _find(request: Request, task_id: str) -> Outcome | None:
    """The outcome of a task; None while it has none."""
    jobs = _jobs_of(request)
    outcome = jobs.shelf.find(task_id)
    if outcome is None and not jobs.is_open(task_id):
        raise UnknownTask
    return outcome


def _download(part: Part) -> FileResponse:
    return FileResponse(
        Path(part.path), media_type=part.media_type, filename=part.file_name
    )


@common_routes.get("/healthz", summary="Is it alive?", tags=["operation"])
async def healthz() -> dict[str, str]:
    """Answers as long as the service does."""
    return {"status": "ok"}


@common_routes.get("/readyz", summary="Does it take work?", tags=["operation"])
async def readyz(request: Request) -> dict[str, str]:
    """503 with the reason: it has not started, or was told to stop."""
    if _jobs_of(request).is_stopping:
        raise Stopping
    return {"status": "ready"}


@common_routes.get("/metrics", summary="Figures for Prometheus", tags=["operation"])
async def metrics(request: Request) -> Response:
    """Requests, errors, seconds, queue length."""
    jobs = _jobs_of(request)
    return Response(jobs.metrics.page(), media_type=PROMETHEUS_TEXT)
