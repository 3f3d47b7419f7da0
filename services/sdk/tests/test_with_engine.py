"""With a real engine: what has a default may be left out, files come as lists."""

from collections.abc import Iterator
from typing import Any

import pytest
from real_engine import Ended, RealEngine, started_engine
from service_sdk import File, Service
from service_sdk.testing import data_part, separated

service = Service("defaults")


@service.operation(route="all-defaults")
def all_defaults(gain: float = 1, words: list[str] | None = None) -> dict[str, object]:
    return {"gain": gain, "words": words}


@service.operation(route="optional-file")
def optional_file(mask: File | None = None, gain: float = 1.0) -> dict[str, object]:
    return {"mask": mask is not None, "gain": gain}


@service.operation(route="file-and-data")
def file_and_data(file: File, times: int, extra: File | None = None) -> str:
    return file.read().decode() * times


@service.operation(route="join")
def join(files: list[File], mark: str = "") -> str:
    return mark + b"".join(file.read() for file in files).decode()


@service.operation(route="cut")
def cut(text: str) -> File:
    return File(text.encode(), "text/plain")


app = service.app


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    with (
        started_engine(tmp_path_factory.mktemp("engine")) as running,
        running.offering(app),
    ):
        yield running


def run_parts(engine: RealEngine, route: str, parts: list[Any]) -> Ended:
    answer = engine.http.post(f"/services/{route}", files=parts)
    assert answer.status_code == 202, answer.text
    return engine.ended(answer.json()["jobId"])


@pytest.mark.parametrize(
    ("route", "body", "expected"),
    [
        ("all-defaults", {}, {"gain": 1, "words": None}),
        ("all-defaults", {"gain": 2.5}, {"gain": 2.5, "words": None}),
        ("all-defaults", {"words": ["a"]}, {"gain": 1, "words": ["a"]}),
        ("optional-file", {}, {"mask": False, "gain": 1.0}),
        ("optional-file", {"gain": 2}, {"mask": False, "gain": 2.0}),
        ("optional-file", {"mask": None}, {"mask": False, "gain": 1.0}),
        ("optional-file", {"mask": b"x"}, {"mask": True, "gain": 1.0}),
        ("optional-file", {"mask": b"x", "gain": 3}, {"mask": True, "gain": 3.0}),
    ],
)
def test_nothing_is_required_that_has_a_default(
    engine: RealEngine, route: str, body: dict[str, Any], expected: dict[str, Any]
) -> None:
    ended = engine.run(route, **body)

    assert ended.outputs == expected


@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        ("all-defaults", {"gian": 2}, "gian"),
        ("all-defaults", {"gain": "much"}, "gain"),
        ("optional-file", {"mask": b"x", "gian": 2}, "gian"),
        ("optional-file", {"gian": 2}, "gian"),
        ("file-and-data", {"file": b"x", "tims": 2}, "times"),
        ("file-and-data", {"file": b"x"}, "times"),
        ("file-and-data", {"times": 2}, "file"),
        ("join", {"mark": "+"}, "files"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_starts(
    engine: RealEngine, route: str, body: dict[str, Any], field: str
) -> None:
    files, typed = separated(body)
    request: dict[str, Any] = {"json": typed}
    if files:
        request = {"files": {**files, **data_part(typed)}}

    answer = engine.http.post(f"/services/{route}", **request)

    assert answer.status_code == 422, answer.text
    assert field in [fault["field"] for fault in answer.json()["errors"]]


def part(name: str, text: str) -> tuple[str, tuple[str, bytes, str]]:
    return name, (f"{text}.txt", text.encode(), "text/plain")


@pytest.mark.parametrize(
    "parts",
    [
        [part("files", "b"), part("files", "a"), part("files", "c")],
        [part("files10", "c"), part("files9", "a"), part("files0", "b")],
    ],
)
def test_several_parts_of_a_request_reach_the_service_as_a_list(
    engine: RealEngine, parts: list[Any]
) -> None:
    ended = run_parts(engine, "join", parts)

    assert ended.outputs["result"] == "bac"


def test_a_single_part_is_a_list_of_one(engine: RealEngine) -> None:
    ended = run_parts(engine, "join", [part("files", "a"), ("mark", (None, "+"))])

    assert ended.outputs["result"] == "+a"


def published(engine: RealEngine, *nodes: dict[str, Any]) -> None:
    document = {"type": "pipeline", "nodes": [*nodes, {"id": "end", "type": "end"}]}
    answer = engine.http.post("/services", json=document)
    assert answer.status_code == 201, answer.text


def test_a_list_of_files_travels_through_a_pipeline(engine: RealEngine) -> None:
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    api = {
        "route": "gather",
        "body": ["pages", "title"],
        "bodyType": [["text/plain"], ["application/json"]],
        "inputSchema": {
            "type": "object",
            "properties": {"pages": files, "title": {"type": "string"}},
            "required": ["pages"],
        },
    }
    service_node = {
        "id": "work",
        "type": "service",
        "service": "join",
        "input": {"files": "start.out.pages"},
        "next": ["end"],
    }
    start = {"id": "start", "type": "entry", "api": api, "next": ["work"]}
    published(engine, start, service_node)

    ended = run_parts(engine, "gather", [part("pages", "x"), part("pages", "y")])
    missing = engine.http.post("/services/gather", json={"title": "none"})

    assert ended.outputs["result"] == "xy"
    assert missing.status_code == 422


def test_what_a_loop_collects_is_a_list_in_the_order_of_its_items(
    engine: RealEngine,
) -> None:
    api = {"route": "cut-and-join", "body": {"words": ["a"]}}
    start = {"id": "start", "type": "entry", "api": api, "next": ["each"]}
    inner = {
        "id": "cut",
        "type": "service",
        "service": "cut",
        "input": {"text": "node._loop"},
        "next": ["loopEnd"],
    }
    loop = {
        "id": "each",
        "type": "loop",
        "items": "start.out.words",
        "nodes": [inner],
        "collect": {"files": "cut.out.result"},
        "next": ["work"],
    }
    work = {"id": "work", "type": "service", "service": "join", "next": ["end"]}
    published(engine, start, loop, work)

    ended = engine.run("cut-and-join", words=list("abcdefghijkl"))

    assert ended.outputs["result"] == "abcdefghijkl"


def test_a_route_shows_what_may_be_left_out(engine: RealEngine) -> None:
    shown = engine.http.get("/services/optional-file").json()
    document = engine.http.get("/openapi.json").json()

    form = document["paths"]["/services/join"]["post"]["requestBody"]["content"]
    schema = form["multipart/form-data"]["schema"]
    assert shown["inputSchema"]["required"] == []
    assert schema["required"] == ["files"]
    assert schema["properties"]["files"]["type"] == "array"
