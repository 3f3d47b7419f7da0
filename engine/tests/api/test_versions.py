"""Versions are named by ETags, listed, read, kept to be tried, and erased."""

import asyncio
from typing import Any

import httpx
import pytest
from documents import end, pipeline

from .conftest import echo

OLD = echo("mine", summary="old", body={})
NEW = echo("mine", summary="new", body={})
VERSION_MOVED = "urn:marketplace:problem:version-moved"


async def publish(
    client: httpx.AsyncClient, document: Any, **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/services", json=document, headers=named)


async def test_the_etag_of_a_route_is_its_version(client: httpx.AsyncClient) -> None:
    stored = await publish(client, OLD)

    read = await client.get("/services/mine")

    assert read.headers["etag"] == stored.headers["etag"]
    assert read.headers["etag"] == f'"{read.json()["version"]}"'


async def test_a_change_of_the_current_version_is_taken(
    client: httpx.AsyncClient,
) -> None:
    old = await publish(client, OLD, if_none_match="*")

    new = await publish(client, NEW, if_match=old.headers["etag"])

    assert (old.status_code, new.status_code) == (201, 201)
    assert (await client.get("/services/mine")).headers["etag"] == new.headers["etag"]


async def test_a_change_of_a_version_that_is_not_current_is_refused(
    client: httpx.AsyncClient,
) -> None:
    old = await publish(client, OLD)
    new = await publish(client, NEW)

    mine = echo("mine", summary="mine", body={})
    for precondition in ({"if_match": old.headers["etag"]}, {"if_none_match": "*"}):
        refused = await publish(client, mine, **precondition)

        assert refused.status_code == 412
        assert refused.headers["etag"] == new.headers["etag"]
        problem = refused.json()
        assert problem["type"] == VERSION_MOVED
        assert problem["version"] == new.json()["version"]
        assert problem["version"] in problem["detail"]
    assert (await client.get("/services/mine")).headers["etag"] == new.headers["etag"]


async def test_a_change_of_a_route_that_was_removed_is_refused(
    client: httpx.AsyncClient,
) -> None:
    refused = await publish(client, OLD, if_match='"0123456789abcdef"')

    assert refused.status_code == 412
    assert refused.json()["version"] is None
    assert "etag" not in refused.headers


async def test_of_two_changes_of_one_version_one_is_taken(
    client: httpx.AsyncClient,
) -> None:
    old = await publish(client, OLD)
    changes = [echo("mine", summary=f"change {n}", body={}) for n in range(8)]

    answers = await asyncio.gather(
        *(publish(client, one, if_match=old.headers["etag"]) for one in changes)
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + 7 * [412]


@pytest.mark.parametrize(
    "headers",
    [
        {"if_match": "0123456789abcdef"},
        {"if_match": '"a", "b"'},
        {"if_match": 'W/"a"'},
        {"if_none_match": '"a"'},
        {"if_match": '"a"', "if_none_match": "*"},
    ],
)
async def test_a_precondition_that_names_no_single_version_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    refused = await publish(client, OLD, **headers)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "bad-precondition"


async def test_versions_are_listed_and_read_and_restored(
    client: httpx.AsyncClient,
) -> None:
    old = (await publish(client, OLD)).json()["version"]
    new = (await publish(client, NEW)).json()["version"]

    first = (await client.get("/services/mine/versions?limit=1")).json()
    rest = await client.get(f"/services/mine/versions?cursor={first['next']}")
    document = await client.get(f"/services/mine/versions/{old}")
    await publish(client, document.json())

    [line] = first["items"]
    assert (line["version"], line["published_by"]) == (new, None)
    assert line["published_at"]
    assert [item["version"] for item in rest.json()["items"]] == [old]
    assert rest.json()["next"] is None
    assert document.json() == OLD
    assert document.headers["etag"] == f'"{old}"'
    assert (await client.get("/services/mine")).json()["version"] == old


async def test_versions_of_what_is_not_there_are_not_found(
    client: httpx.AsyncClient,
) -> None:
    for path in ("absent/versions", "any/versions/0123456789abcdef"):
        assert (await client.get(f"/services/{path}")).status_code == 404
        assert (await client.request("HEAD", f"/services/{path}")).status_code == 404


async def test_a_version_can_be_tried_without_being_published(
    client: httpx.AsyncClient, ended: Any
) -> None:
    published = await publish(client, OLD)
    tried = pipeline(*OLD["nodes"][:1], end("end", input={"tried": "entry.out.a"}))

    kept = await client.post("/services/mine/versions", json=tried)
    version = kept.json()["version"]
    started = await client.post(f"/services/mine?version={version}", json={"a": 1})
    task = started.json()["jobId"]

    assert kept.status_code == 201
    assert kept.headers["location"].endswith(f"/services/mine/versions/{version}")
    assert (await ended(task))["version"] == version
    assert (await client.get(f"/tasks/{task}")).json() == {"tried": 1}
    current = await client.get("/services/mine")
    assert current.headers["etag"] == published.headers["etag"]
    page = (await client.get("/services/mine/versions")).json()
    assert [item["version"] for item in page["items"]] == [current.json()["version"]]


async def test_a_route_that_was_never_published_can_be_tried(
    client: httpx.AsyncClient, ended: Any
) -> None:
    kept = await client.post("/services/mine/versions", json=OLD)
    version = kept.json()["version"]

    started = await client.post(f"/services/mine?version={version}", json={})

    assert (await ended(started.json()["jobId"]))["status"] == "finished"
    assert (await client.get("/services/mine")).status_code == 404


@pytest.mark.parametrize(
    ("route", "document", "status", "code"),
    [
        ("other", OLD, 422, "other-route"),
        ("mine", {"type": "pipeline", "nodes": []}, 422, "empty"),
    ],
)
async def test_a_version_that_cannot_be_kept_is_refused(
    client: httpx.AsyncClient, route: str, document: Any, status: int, code: str
) -> None:
    refused = await client.post(f"/services/{route}/versions", json=document)

    assert refused.status_code == status
    assert code in {fault["code"] for fault in refused.json()["errors"]}


async def test_a_version_that_is_not_needed_can_be_erased(
    client: httpx.AsyncClient,
) -> None:
    old = (await publish(client, OLD)).json()["version"]
    current = (await publish(client, NEW)).json()["version"]

    erased = await client.delete(f"/services/mine/versions/{old}")
    again = await client.delete(f"/services/mine/versions/{old}")
    refused = await client.delete(f"/services/mine/versions/{current}")

    assert (erased.status_code, again.status_code) == (204, 404)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:marketplace:problem:version-in-use"


async def test_a_version_with_tasks_is_not_erased(
    client: httpx.AsyncClient, ended: Any
) -> None:
    old = (await publish(client, OLD)).json()["version"]
    task = (await client.post("/services/mine", json={})).json()["jobId"]
    await ended(task)
    await publish(client, NEW)

    refused = await client.delete(f"/services/mine/versions/{old}")
    await client.delete(f"/tasks/{task}")
    erased = await client.delete(f"/services/mine/versions/{old}")

    assert (refused.status_code, erased.status_code) == (409, 204)


async def test_a_task_of_a_version_that_is_not_there_is_not_started(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post("/services/any?version=0123456789abcdef", json={})

    assert refused.status_code == 404
    assert "0123456789abcdef" in refused.json()["detail"]
