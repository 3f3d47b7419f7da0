"""Keys that only the engine writes, sent by callers, services and authors."""

from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline
from engine.settings import Settings

from .conftest import Ended, blob_files, echo

JSON = "application/json"
RESERVED = ["$large", "$blob"]
Files = list[tuple[str, tuple[str | None, bytes, str]]]


def text(name: str, value: str = "5") -> tuple[str, tuple[str | None, bytes, str]]:
    """A part of JSON whose name becomes the key of its value."""
    return name, (None, value.encode(), JSON)


PARTS = {
    "JSON": lambda key: [text(key)],
    "a file": lambda key: [(key, ("f.png", b"1", "image/png"))],
    "JSON beside a file": lambda key: [
        ("image", ("f.png", b"1", "image/png")),
        text(key),
    ],
}


@pytest.fixture
async def task(client: httpx.AsyncClient, worker: Any) -> str:
    answer = await client.post("/services/work", json={})
    started: str = answer.json()["jobId"]
    return started


@pytest.mark.parametrize("key", RESERVED)
@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
async def test_a_result_with_a_reserved_part_is_refused(
    client: httpx.AsyncClient,
    worker: Any,
    task: str,
    settings: Settings,
    parts: Any,
    key: str,
) -> None:
    url = await worker.called()

    refused = await client.post(url, files=parts(key))

    assert refused.status_code == 422
    [fault] = refused.json()["errors"]
    assert (fault["code"], fault["field"]) == ("reserved-key", key)
    assert blob_files(settings) == []
    # The task waits on, and can be told of another result.
    assert (await client.post(url, json={"y": 1})).status_code == 200


async def test_parts_cannot_make_a_reference_to_the_file_of_another_task(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Ended
) -> None:
    url = await worker.called()
    theirs = {"$blob": '"other/a"', "type": '"image/png"', "size": "3"}

    refused = await client.post(
        url, files=[text(name, value) for name, value in theirs.items()]
    )
    assert refused.status_code == 422
    await client.post(url, json={"size": 3, "type": "image/png"})

    assert (await ended(task))["status"] == "finished"
    outputs = (await client.get(f"/tasks/{task}")).json()
    assert outputs == {"size": 3, "type": "image/png"}


@pytest.mark.parametrize("key", RESERVED)
async def test_a_reserved_part_of_a_start_is_refused(
    client: httpx.AsyncClient, key: str, nothing_left: Any
) -> None:
    files: Files = [("image", ("f.png", b"1", "image/png")), text(key)]

    refused = await client.post("/services/file", files=files)

    assert refused.status_code == 422
    assert "reserved-key" in {fault["code"] for fault in refused.json()["errors"]}
    assert await nothing_left()


async def test_reserved_json_keys_are_refused_with_their_place(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post("/services/any", json={"a": [{"b": {"$large": 1}}]})

    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["code"], fault["field"]) == ("reserved-key", "a[0].b.$large")


@pytest.mark.parametrize("body", ["$large", ["image", "$blob"]])
async def test_a_field_of_body_cannot_have_a_reserved_name(
    client: httpx.AsyncClient, body: Any
) -> None:
    refused = await client.post("/services", json=echo("new", body=body))

    assert refused.status_code == 422
    assert [fault["code"] for fault in refused.json()["errors"]] == ["reserved-key"]


@pytest.mark.parametrize("body", ["$large", ["image", "$blob"]])
async def test_an_announcement_cannot_have_a_reserved_name(
    client: httpx.AsyncClient, body: Any
) -> None:
    announcement = {
        "type": "service",
        "url": "http://127.0.0.1:9/work",
        "api": {"route": "new", "body": body},
    }

    refused = await client.post("/services", json=announcement)

    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:marketplace:problem:reserved-key"
    assert (await client.get("/services/new")).status_code == 404


async def test_keys_of_directives_cannot_be_reserved(client: httpx.AsyncClient) -> None:
    forged = {"$blob": "start.out.k", "type": "start.out.t", "size": "start.out.s"}
    document = pipeline(
        entry("end", id_="start", route="forged", body={}), end(input=forged)
    )

    refused = await client.post("/services", json=document)

    # The body of a request is refused whole, before it is looked at as a pipeline.
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "reserved-key"
