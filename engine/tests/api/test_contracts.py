"""A route keeps to its schema, fills in its defaults, and is documented by it."""

from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline, service

from .conftest import Ended, echo

PNG = ("photo.png", b"png", "image/png")
FILE = {"type": "string", "format": "binary", "contentMediaType": "image/png"}
PLACE = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "integer", "default": 0}},
    "required": ["x"],
}
RESIZE = {
    "type": "object",
    "properties": {
        "image": FILE,
        "width": {"type": "integer", "maximum": 8000, "default": 160},
        "name": {"type": "string"},
        "areas": {"type": "array", "items": {"$ref": "#/$defs/Place"}, "default": []},
        "crop": {"$ref": "#/$defs/Place"},
    },
    "required": ["image"],
    "$defs": {"Place": PLACE},
}


def of_schemas(route: str, **schemas: Any) -> Any:
    """A pipeline of which nothing but its schemas is told."""
    document = echo(route, **schemas)
    del document["nodes"][0]["api"]["body"]
    return document


@pytest.fixture
async def resize(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The client of an engine with the route `resize`, which gives what it was sent."""
    answer = await client.post(
        "/services", json=of_schemas("resize", inputSchema=RESIZE)
    )
    assert answer.status_code == 201, answer.text
    return client


async def sent(client: httpx.AsyncClient, ended: Ended, **request: Any) -> Any:
    answer = await client.post("/services/resize", **request)
    assert answer.status_code == 202, answer.text
    task = answer.json()["jobId"]
    assert (await ended(task))["status"] == "finished"
    return (await client.get(f"/tasks/{task}")).json()


@pytest.mark.parametrize(
    "parts",
    [
        # As Swagger UI and forms send it: a part for each key.
        {
            "width": (None, "12"),
            "name": (None, "7"),
            "areas": ("blob", b'[{"x": 1}]', "application/json"),
            "crop": ("blob", b'{"x": 2}', "application/json"),
        },
        {
            "width": (None, "12"),
            "name": (None, "7"),
            "areas": (None, '[{"x": 1}]'),
            "crop": (None, '{"x": 2}'),
        },
        # As the engine and people send it: all keys in one part.
        {
            "data": (
                None,
                b'{"width": 12, "name": "7", "areas": [{"x": 1}], "crop": {"x": 2}}',
                "application/json",
            ),
        },
        {
            "areas": (
                None,
                b'{"width": 12, "name": "7", "areas": [{"x": 1}], "crop": {"x": 2}}',
                "application/json",
            ),
        },
    ],
    ids=["a form with JSON", "a form of texts", "the part data", "a part with keys"],
)
async def test_typed_values_come_beside_files(
    resize: httpx.AsyncClient, ended: Ended, parts: Any
) -> None:
    out = await sent(resize, ended, files={"image": PNG} | parts)

    assert "/files/" in out.pop("image")
    assert out == {
        "width": 12,
        "name": "7",
        "areas": [{"x": 1, "y": 0}],
        "crop": {"x": 2, "y": 0},
    }


async def test_what_is_left_out_is_filled_in(
    resize: httpx.AsyncClient, ended: Ended
) -> None:
    out = await sent(resize, ended, files={"image": PNG})

    assert out.keys() == {"image", "width", "areas"}
    assert (out["width"], out["areas"]) == (160, [])


async def test_every_fault_is_named_with_its_place(resize: httpx.AsyncClient) -> None:
    parts = {
        "image": PNG,
        "width": (None, "12000"),
        "areas": (None, '[{"y": 1}, 2]'),
        "crop": (None, "not JSON"),
    }

    answer = await resize.post("/services/resize", files=parts)

    told = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
    assert answer.status_code == 422
    assert told == {
        "width": "is 12000, but must be at most 8000",
        "areas.0.x": "is missing",
        "areas.1": "is an integer, but must be an object",
        "crop": "is a string, but must be an object",
    }


async def test_a_file_of_another_type_is_refused(resize: httpx.AsyncClient) -> None:
    gif = {"image": ("photo.gif", b"gif", "image/gif")}

    answer = await resize.post("/services/resize", files=gif)

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["field"] == "image"


async def test_the_document_describes_a_form_with_all_its_fields(
    resize: httpx.AsyncClient,
) -> None:
    document = (await resize.get("/openapi.json")).json()

    body = document["paths"]["/services/resize"]["post"]["requestBody"]
    form = body["content"]["multipart/form-data"]
    fields = form["schema"]["properties"]
    assert fields["width"] == {"type": "integer", "maximum": 8000, "default": 160}
    assert form["schema"]["required"] == ["image"]
    assert form["encoding"] == {
        "image": {"contentType": "image/png"},
        "areas": {"contentType": "application/json"},
        "crop": {"contentType": "application/json"},
    }
    # A reference leads to its place in the whole document.
    found: Any = document
    for step in fields["crop"]["$ref"].removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/")]
    assert found["required"] == ["x"]


async def test_a_route_shows_the_schemas_that_follow_from_its_examples(
    client: httpx.AsyncClient,
) -> None:
    api = {"route": "s", "body": {"n": 1.5}, "output": {"areas": [[1]]}}
    await client.post("/services", json=announced(api))

    person = (await client.get("/services/person")).json()
    photo = (await client.get("/services/photo")).json()
    service = (await client.get("/services/s")).json()

    assert person["inputSchema"]["properties"]["name"] == {"type": "string"}
    assert photo["inputSchema"]["properties"]["image"]["format"] == "binary"
    assert service["outputSchema"]["properties"]["areas"]["type"] == "array"


async def test_a_route_shows_the_examples_that_follow_from_its_schema(
    resize: httpx.AsyncClient,
) -> None:
    api = {
        "route": "s",
        "inputSchema": {"properties": {"n": {"type": "integer", "minimum": 2}}},
        "outputSchema": {"type": "object", "properties": {"result": FILE}},
    }
    await resize.post("/services", json=announced(api))

    shown = (await resize.get("/services/s")).json()
    of_files = (await resize.get("/services/resize")).json()

    document = (await resize.get("/openapi.json")).json()
    answers = document["paths"]["/services/s"]["post"]["responses"]
    outputs = answers["200"]["content"]["application/json"]["schema"]

    assert shown["body"] == {"n": 2}
    assert shown["resultType"] == ["image/png"]
    # In the place of a file the answer has its address.
    assert outputs["properties"]["result"] == {"type": "string", "format": "uri"}
    assert of_files["body"] == ["image", "data"]
    assert of_files["bodyType"] == [["image/png"], ["application/json"]]


def announced(api: Any) -> Any:
    return {"type": "service", "url": "http://127.0.0.1:9/x", "api": api}


@pytest.mark.parametrize("key", ["inputSchema", "outputSchema"])
async def test_a_schema_that_is_none_is_refused(
    client: httpx.AsyncClient, key: str
) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "strin"}}}

    pipeline = await client.post("/services", json=echo("p", **{key: schema}))
    service = await client.post(
        "/services", json=announced({"route": "s", key: schema})
    )

    for answer in (pipeline, service):
        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert fault["field"] == f"api.{key}.properties.a.type"


async def test_services_may_announce_patterns_and_defaults_of_their_own(
    client: httpx.AsyncClient,
) -> None:
    schema = {
        "type": "object",
        "properties": {
            "price": {"type": "string", "pattern": r"^(?!^[-+.]*$)[+-]?0*\d*$"},
            "count": {"type": "integer", "default": None},
        },
    }
    api = {"route": "old", "body": {"price": "1"}, "inputSchema": schema}

    answer = await client.post("/services", json=announced(api))
    started = await client.post("/services/old", json={"price": "x"})

    assert answer.status_code == 200
    assert started.status_code == 202


async def test_a_pipeline_is_checked_against_the_services_that_are_announced(
    client: httpx.AsyncClient,
) -> None:
    gives = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "additionalProperties": False,
    }
    takes = {"properties": {"n": {"type": "integer"}}}
    api = {"route": "count", "inputSchema": takes, "outputSchema": gives}
    await client.post("/services", json=announced(api))
    call = service("work", "end", service="count", input={"n": "photo.out.n"})
    made = pipeline(
        entry("work", route="counted", body={"n": 1}),
        call,
        end() | {"input": {"sum": "work.out.n"}},
    )

    right = await client.post("/services/validate", json=made)
    stored = await client.post("/services", json=made)
    shown = (await client.get("/services/counted")).json()
    call["input"] = {"m": "photo.out.n"}
    wrong = await client.post("/services/validate", json=made)
    refused = await client.post("/services", json=made)
    call["service"] = "cuont"
    unknown = await client.post("/services/validate", json=made)
    warned = await client.post("/services", json=made)

    assert right.json() == []
    assert stored.status_code == 201
    assert shown["outputSchema"]["properties"] == {"sum": {"type": "integer"}}
    assert [fault["code"] for fault in wrong.json()] == ["unknown-input"]
    assert refused.status_code == 422
    [fault] = unknown.json()
    assert (fault["level"], fault["hint"]) == ("warning", "did you mean “count”?")
    assert warned.status_code == 201


async def test_what_a_called_pipeline_gives_is_known(
    client: httpx.AsyncClient,
) -> None:
    inner = pipeline(
        entry("end", route="inner", inputSchema=RESIZE),
        end() | {"input": {"width": "photo.out.width"}},
    )
    call = service("work", "end", service="inner", input={"image": "photo.out.image"})
    outer = pipeline(
        entry("work", route="outer"), call, end() | {"input": {"w": "work.out.width"}}
    )
    await client.post("/services", json=inner)
    await client.post("/services", json=outer)

    shown = (await client.get("/services/outer")).json()

    assert shown["outputSchema"]["properties"]["w"]["type"] == "integer"
