"""An engine in a process of its own, with a pipeline for each kind of test."""

from collections.abc import Iterator
from typing import Any

import pytest
from documents import end, entry, node, pipeline, service
from real_engine import RealEngine, started_engine


def straight(route: str, *nodes: Any, **api: Any) -> Any:
    first = nodes[0]["id"] if nodes else "end"
    return pipeline(entry(first, id_="start", route=route, **api), *nodes, end())


PIPELINES = (
    straight("echo", body={}),
    straight("person", body={"name": "Ada", "age": 36}),
    straight("file", body="image"),
    straight("files", body=["image", "more"], bodyType=[["*/*"], ["application/json"]]),
    straight("fails", node("broken", "end", after="node.out['x'] = 1 / 0"), body={}),
    straight("long", service("wait", "end", service="nobody-announces-this"), body={}),
)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    with started_engine(tmp_path_factory.mktemp("engine")) as engine:
        for document in PIPELINES:
            engine.http.post("/services", json=document).raise_for_status()
        yield engine
