"""The models in the documentation name every field that answers have.

Clients are made from the document: they would not know the others.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from documents import end, entry, loop, node, pipeline, service
from engine.api import run_schemas, schemas, task_schemas
from pydantic import BaseModel, RootModel, TypeAdapter

Json = Any


def unnamed(value: Any, at: str = "") -> Iterator[str]:
    """The fields that a model has beyond those it names, and where."""
    match value:
        case RootModel():
            yield from unnamed(value.root, at)
        case BaseModel():
            yield from (f"{at}.{name}" for name in value.model_extra or {})
            for name in type(value).model_fields:
                yield from unnamed(getattr(value, name), f"{at}.{name}")
        case dict():
            for key, inner in value.items():
                yield from unnamed(inner, f"{at}.{key}")
        case list() | tuple():
            for index, inner in enumerate(value):
                yield from unnamed(inner, f"{at}[{index}]")


@pytest.fixture
async def tasks(client: httpx.AsyncClient, worker: Any, ended: Any) -> dict[str, str]:
    """Tasks in two states: one that failed in a loop, one whose service works."""
    body = [node("share", "loopEnd", after="node.out = {'n': 1 / node._loop}")]
    looped = pipeline(
        entry("each", id_="begin", route="looped", body={}),
        loop("each", body, "end", items="begin.out.items"),
        end(),
    )
    waiting = pipeline(
        entry("call", route="waiting", body={}),
        service("call", "end", service="work", retry=0),
        end(),
    )
    for document in looped, waiting:
        answer = await client.post("/services", json=document)
        assert answer.status_code == 201, answer.text

    started = {}
    for route, data in ("looped", {"items": [1, 0]}), ("waiting", {}):
        answer = await client.post(f"/services/{route}", json=data)
        started[route] = str(answer.json()["jobId"])
    await ended(started["looped"])
    await worker.target()
    return started


CALLS = [
    ("/services", list[schemas.Route]),
    ("/services/person", schemas.RouteDetails),
    ("/services/work", schemas.RouteDetails),
    ("/services/person/versions", schemas.VersionPage),
    ("/tasks", task_schemas.TaskPage),
    ("/tasks/{looped}/status", task_schemas.TaskStatus),
    ("/tasks/{waiting}/status", task_schemas.TaskStatus),
    ("/tasks/{looped}/raw", task_schemas.TaskRaw),
    ("/tasks/{waiting}/raw", task_schemas.TaskRaw),
    ("/tasks/{looped}/runs", run_schemas.Runs),
    ("/tasks/{waiting}/runs/call", run_schemas.RunWithValues),
    ("/tasks/{looped}/items?node=each", run_schemas.ItemPage),
    ("/stats", schemas.Stats),
    ("/about", schemas.About),
    ("/readyz", schemas.Health),
    ("/tasks/nobody", schemas.Problem),
]


async def test_models_name_every_field_of_answers(
    client: httpx.AsyncClient, tasks: dict[str, str]
) -> None:
    for path, model in CALLS:
        answer = await client.get(path.format(**tasks))

        read = TypeAdapter[Any](model).validate_python(answer.json())
        assert list(unnamed(read)) == [], path
