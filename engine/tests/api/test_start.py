"""A call of a route starts a task, once."""

from typing import Any

import httpx
import pytest

PNG = ("a.png", b"123", "image/png")
PERSON = {"name": "You", "age": 3}


async def test_a_call_is_answered_at_once_with_the_id_of_the_task(
    client: httpx.AsyncClient, ended: Any
) -> None:
    answer = await client.post("/services/person", json=PERSON)

    task = answer.json()["jobId"]
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/tasks/{task}/status"
    assert (await ended(task))["status"] == "finished"
    assert (await client.get(f"/tasks/{task}")).json() == PERSON


async def test_parts_of_json_join_the_typed_data(
    client: httpx.AsyncClient, ended: Any
) -> None:
    areas = (None, b'{"areas": [[1, 2]], "more": {"a": null}}', "application/json")

    answer = await client.post("/services/photo", files={"image": PNG, "areas": areas})

    task = answer.json()["jobId"]
    await ended(task)
    outputs = (await client.get(f"/tasks/{task}")).json()
    url = f"http://localhost:8000/tasks/{task}/files/image"
    assert outputs == {"image": url, "areas": [[1, 2]], "more": {"a": None}}


async def test_json_that_is_no_object_takes_the_name_of_its_part(
    client: httpx.AsyncClient, ended: Any
) -> None:
    areas = (None, b"[[1, 2]]", "application/json")

    answer = await client.post("/services/photo", files={"image": PNG, "areas": areas})

    await ended(answer.json()["jobId"])
    outputs = (await client.get(f"/tasks/{answer.json()['jobId']}")).json()
    assert outputs["areas"] == [[1, 2]]


async def test_typed_data_may_come_in_the_part_data(client: httpx.AsyncClient) -> None:
    data = (None, b'{"areas": []}', "application/json")

    answer = await client.post("/services/photo", files={"image": PNG, "data": data})

    assert answer.status_code == 202


async def test_a_type_nobody_told_is_guessed_from_the_file_name(
    client: httpx.AsyncClient,
) -> None:
    files = {
        "image": ("a.png", b"1", "application/octet-stream"),
        "areas": (None, b"{}", "application/json"),
    }

    answer = await client.post("/services/photo", files=files)

    assert answer.status_code == 202


async def test_an_example_without_keys_needs_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.post("/services/any")

    assert answer.status_code == 202


async def test_the_same_idempotency_key_gives_the_first_task(
    client: httpx.AsyncClient,
) -> None:
    key = {"idempotency-key": "once"}
    first = await client.post("/services/file", files={"image": PNG}, headers=key)

    again = await client.post("/services/file", content=b"unread", headers=key)

    assert again.json() == first.json()
    assert len((await client.get("/tasks")).json()["items"]) == 1


async def test_the_same_key_on_another_route_is_another_task(
    client: httpx.AsyncClient,
) -> None:
    key = {"idempotency-key": "once"}
    first = await client.post("/services/any", json={}, headers=key)

    other = await client.post("/services/person", json=PERSON, headers=key)

    assert other.json() != first.json()


async def test_the_result_is_pushed_to_the_address_that_the_caller_gave(
    client: httpx.AsyncClient, worker: Any
) -> None:
    callback = {"callback_url": worker.url, "task_id": "mine"}

    answer = await client.post("/services/person", json=PERSON, params=callback)

    assert answer.status_code == 202
    assert await worker.target() == "/work?task_id=mine"


@pytest.mark.parametrize("depth", ["0", "16"])
async def test_pipelines_may_call_each_other_some_levels_deep(
    client: httpx.AsyncClient, depth: str
) -> None:
    headers = {"x-marketplace-depth": depth}

    answer = await client.post("/services/any", json={}, headers=headers)

    assert answer.status_code == 202
