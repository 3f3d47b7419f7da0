"""The HTTP face of a service: take work, show results, say how it is."""

import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import httpx
import orjson
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.openapi.utils import get_openapi
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response

from service_sdk.engine import Callback
from service_sdk.errors import BadInput, UnknownTask
from service_sdk.intake import Part, receive
from service_sdk.jobs import Job, Jobs
from service_sdk.problems import problem
from service_sdk.signature import JSON, Signature
from service_sdk.work import Failure, Result, bind, is_wanted

if TYPE_CHECKING:
    from service_sdk.service import Operation

common_routes = APIRouter()
DEPTH = "x-marketplace-depth"  # engines set it
PLAIN_ID = re.compile(r"[\w.~-]{1,200}")

CallbackUrl = Annotated[
    str | None, Query(max_length=4000, description="Where the result is sent")
]
TaskId = Annotated[
    str | None, Query(max_length=2000, description="Comes back with the result")
]


def add_operation(app: FastAPI, operation: "Operation") -> None:
    """Let the app take work for the operation."""
    signature = operation.signature

    async def accept(
        request: Request, callback_url: CallbackUrl = None, task_id: TaskId = None
    ) -> JSONResponse:
        jobs: Jobs = request.state.jobs
        callback = _callback(request, callback_url, task_id)
        task_id = task_id or str(uuid.uuid4())
        if jobs.is_open(task_id):
            return _accepted(task_id)
        with jobs.place() as folder:
            parts = await receive(
                request, folder, lambda p: is_wanted(signature, p), jobs.settings
            )
            if not callback:  # whoever waits here can be told at once
                await run_in_threadpool(bind, signature, parts, jobs.settings)
            if jobs.is_open(task_id):  # it came twice at the same time
                jobs.leave(folder)
            else:
                jobs.start(
                    Job(
                        task_id=task_id,
                        route=operation.route,
                        signature=signature,
                        part=operation.part,
                        parts=parts,
                        folder=folder,
                        callback=callback,
                    )
                )
        return _accepted(task_id)

    app.post(
        f"/{operation.route}",
        status_code=202,
        summary=operation.summary,
        description=operation.description,
        operation_id=operation.route,
        openapi_extra={
            "requestBody": _request_body(operation),
            **_callbacks(operation.answer),
        },
    )(accept)


def _accepted(task_id: str) -> JSONResponse:
    return JSONResponse({"jobId": task_id}, 202)


def _callback(
    request: Request, callback_url: str | None, task_id: str | None
) -> Callback | None:
    if callback_url is None:
        if task_id is not None and not PLAIN_ID.fullmatch(task_id):
            raise BadInput.of("task_id", "only letters, digits and . _ ~ - are taken")
        return None
    try:
        url = httpx.URL(callback_url)
    except httpx.InvalidURL as fault:
        raise BadInput.of("callback_url", str(fault)) from None
    if url.scheme not in ("http", "https") or not url.host:
        raise BadInput.of("callback_url", "must be an http or https address")
    if not task_id:
        raise BadInput.of("task_id", "missing; a callback needs it")
    is_engine = DEPTH in request.headers  # others would take it for the result
    return Callback(request.state.client, callback_url, task_id, is_engine)


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
            urls = {
                part.name: f"/tasks/{task_id}/files/{quote(part.name, safe='')}"
                for part in files
            }
            return JSONResponse({**values, **urls})


@common_routes.get(
    "/tasks/{task_id}/files/{name}", summary="A file of the result", tags=["tasks"]
)
async def read_file(request: Request, task_id: str, name: str) -> Response:
    """The file, with its media type and a name to save it under."""
    match _find(request, task_id):
        case Result(files=files):
            for part in files:
                if part.name == name:
                    return _download(part)
    raise UnknownTask


def _find(request: Request, task_id: str) -> Result | Failure | None:
    jobs: Jobs = request.state.jobs
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


@common_routes.get("/metrics", summary="Figures for Prometheus", tags=["operation"])
async def metrics(request: Request) -> Response:
    """Requests, errors, seconds, queue length."""
    jobs: Jobs = request.state.jobs
    return Response(jobs.metrics.page(), media_type="text/plain; version=0.0.4")


def _request_body(operation: "Operation") -> dict[str, Any]:
    signature = operation.signature
    typed = {key: one for key, one in signature.schema.items() if key != "$defs"}
    content: dict[str, Any] = {}
    if operation.example or not signature.blobs:
        example = signature.body(operation.example)
        content[JSON] = {"schema": typed, "example": example}
    if signature.blobs:
        content["multipart/form-data"] = _multipart(signature, typed)
    return {"required": True, "content": content}


def _multipart(signature: Signature, typed: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        name: {"type": "string", "format": "binary"} for name in signature.blobs
    }
    encoding = {
        name: {"contentType": ", ".join(blob.kind.media_types) or "*/*"}
        for name, blob in signature.blobs.items()
    }
    if signature.keys:
        properties[signature.part] = typed
        encoding[signature.part] = {"contentType": JSON}
    required = [name for name, blob in signature.blobs.items() if blob.required]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"schema": schema, "encoding": encoding}


def _callbacks(answer: Mapping[str, object] | None) -> dict[str, Any]:
    """The example of a result, as what is sent to the callback address."""
    if not answer:
        return {}
    post = {
        "summary": "The result",
        "requestBody": {"content": {JSON: {"example": answer}}},
        "responses": {"200": {"description": "The result is safe"}},
    }
    return {"callbacks": {"result": {"{$request.query.callback_url}": {"post": post}}}}


def describe_schemas(app: FastAPI) -> None:
    """Add the models that operations speak of to the OpenAPI document."""

    def openapi() -> dict[str, Any]:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for operation in app.state.service.operations.values():
            schemas.update(operation.signature.schema.get("$defs", {}))
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the way FastAPI documents
