"""The runs of a task: how they went, their values, the items of loops, their files."""

from enum import StrEnum
from functools import partial
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from engine.api import run_schemas
from engine.api.answers import EngineDep, TaskId, documented
from engine.api.files import FILE_ANSWERS, file_answer
from engine.api.forwarded import base_url
from engine.api.heads import WITHOUT_CONTENT
from engine.api.large_answers import LargeDep
from engine.api.limits import MAX_NAME_CHARACTERS, MAX_PATH_CHARACTERS
from engine.api.routers import new_router
from engine.domain.values import BLOB_KEY, Json, is_blob
from engine.usecases.call_time import beside
from engine.usecases.runs import MAX_ITEMS, Place

MAX_WHOLE_CHARACTERS = 100
MAX_INDEX = 10**9

router = new_router("runs")

FramePathQuery = Annotated[
    str,
    Query(
        max_length=MAX_PATH_CHARACTERS,
        description="Of a frame, such as `faces[2]`: item 2 of the loop `faces`",
    ),
]
NodePath = Annotated[str, Path(max_length=MAX_NAME_CHARACTERS)]


class Value(StrEnum):
    """The values of a run that can be asked for whole."""

    INPUT = "input"
    OUT = "out"
    PARAMS = "params"
    ITEM = "item"


@router.get("/tasks/{task}/runs", responses=documented(run_schemas.Runs, 404))
async def list_runs(
    task: TaskId,
    engine: EngineDep,
    large: LargeDep,
    request: Request,
    path: FramePathQuery = "",
) -> Response:
    """Show how the runs of a task, or of one item of a loop, went: without values."""
    blobs_url = _blobs_url(request, task)

    async def runs() -> Json:
        shown = await engine.runs.all(task, path)
        for node, run in shown["runs"].items():
            query = urlencode({"node": node, "path": path})
            run["picture"] = _with_addresses(run["picture"], blobs_url, query)
        return shown

    return large.answer(runs)


@router.get(
    "/tasks/{task}/runs/{node}",
    responses=documented(run_schemas.RunWithValues, 404),
)
async def read_run(
    task: TaskId,
    node: NodePath,
    engine: EngineDep,
    large: LargeDep,
    request: Request,
    path: FramePathQuery = "",
    whole: Annotated[
        str,
        Query(
            max_length=MAX_WHOLE_CHARACTERS,
            description="Values that are wanted however large they are: some of "
            "`input`, `out`, `params`, `item`, with commas between them",
        ),
    ] = "",
) -> Response:
    """Show a run with its values; one of more than 64 KB only if it is asked for."""
    place = Place(task, path, node)
    query = urlencode({"node": node, "path": path})
    blobs_url = _blobs_url(request, task)

    async def run() -> Json:
        shown = await engine.runs.one(place, set(whole.split(",")))
        # In a thread: there may be a hundred thousand values.
        return await beside(_with_addresses, shown, blobs_url, query)

    return large.answer(run)


def _blobs_url(request: Request, task: str) -> str:
    return f"{base_url(request)}tasks/{task}/blobs/"


def _with_addresses(value: Json, url: str, query: str) -> Json:
    """The value; each reference to a blob says also where its content is.

    >>> _with_addresses([{"$blob": "t/a", "type": "text/csv"}], "/blobs/", "node=n")
    [{'$blob': 't/a', 'type': 'text/csv', 'url': '/blobs/a?node=n'}]
    """
    if is_blob(value):
        name = quote(value[BLOB_KEY].partition("/")[2], safe="")
        return value | {"url": f"{url}{name}?{query}"}
    if isinstance(value, dict):
        return {key: _with_addresses(item, url, query) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_addresses(item, url, query) for item in value]
    return value


@router.get("/tasks/{task}/items", responses=documented(run_schemas.ItemPage, 404))
async def list_items(
    task: TaskId,
    engine: EngineDep,
    large: LargeDep,
    node: Annotated[str, Query(max_length=MAX_NAME_CHARACTERS, description="The loop")],
    path: FramePathQuery = "",
    first: Annotated[int, Query(ge=0, le=MAX_INDEX)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ITEMS)] = 200,
) -> Response:
    """List the items of a loop, from one index on; `next` is that of the next page."""
    place = Place(task, path, node)
    return large.answer(partial(engine.runs.items, place, first, limit))


@router.get(
    "/tasks/{task}/blobs/{name}",
    responses=FILE_ANSWERS | documented(None, 404, 416),
    response_class=Response,
)
async def download_blob(
    task: TaskId,
    name: NodePath,
    engine: EngineDep,
    large: LargeDep,
    request: Request,
    node: Annotated[str | None, Query(max_length=MAX_NAME_CHARACTERS)] = None,
    path: FramePathQuery = "",
) -> Response:
    """Download a file that a run refers to; `node` and `path` say where to look."""
    async with large.making:
        blob = await engine.runs.blob(task, name, path, node)

    return await file_answer(
        tasks=engine.tasks,
        task=task,
        blob=blob,
        name=blob.name or name,
        request_headers=request.headers,
        without_content=WITHOUT_CONTENT in request.scope,
    )
