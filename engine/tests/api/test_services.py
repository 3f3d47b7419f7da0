"""Routes are published, announced, listed, checked and removed."""

from typing import Any

import httpx
import pytest

NODES = [
    {
        "id": "begin",
        "type": "entry",
        "api": {"route": "new", "summary": "A new one", "body": {"a": 1}},
        "next": ["out"],
    },
    {"id": "out", "type": "end"},
]
NEW = {"type": "pipeline", "nodes": NODES}
ANNOUNCED = {
    "type": "service",
    "url": "http://127.0.0.1:9/blur",
    "api": {"route": "blur", "summary": "Blur", "body": ["image", "areas"]},
}


async def test_a_published_pipeline_can_be_read_listed_and_called(
    client: httpx.AsyncClient,
) -> None:
    stored = await client.post("/services", json=NEW)
    details = (await client.get("/services/new")).json()
    listed = (await client.get("/services")).json()
    called = await client.post("/services/new", json={"a": 2})

    assert stored.status_code == 201
    assert stored.json()["route"] == "new"
    assert details["pipeline"] == NEW
    assert details["version"] == stored.json()["version"]
    line = next(line for line in listed if line["route"] == "new")
    assert line["summary"] == "A new one"
    assert line["type"] == "pipeline"
    assert line["alive"]
    assert called.status_code == 202


async def test_replacing_a_pipeline_makes_another_version(
    client: httpx.AsyncClient,
) -> None:
    first = (await client.post("/services", json=NEW)).json()
    changed = {**NEW, "params": {"x": 1}}

    second = (await client.post("/services", json=changed)).json()

    assert second["version"] != first["version"]


async def test_a_removed_route_is_gone(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/services/any")

    assert answer.status_code == 204
    for verb in "GET", "DELETE", "POST":
        again = await client.request(verb, "/services/any")
        assert again.status_code == 404


async def test_an_announced_operation_has_a_route_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/services", json=ANNOUNCED)
    details = (await client.get("/services/blur")).json()

    assert (answer.status_code, answer.json()["route"]) == (200, "blur")
    assert (details["type"], details["alive"]) == ("service", True)
    assert details["instances"][0]["url"] == ANNOUNCED["url"]


async def test_a_route_belongs_to_what_made_it_first(
    client: httpx.AsyncClient,
) -> None:
    await client.post("/services", json=NEW)
    service = {**ANNOUNCED, "api": {"route": "new", "body": {}}}

    answer = await client.post("/services", json=service)

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:marketplace:problem:route-taken"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": None}, "url"),
        ({"url": ""}, "url"),
        ({"url": "http://" + "x" * 2000}, "url"),
        ({"api": None}, "api"),
        ({"api": {"body": {}}}, "api.route"),
        ({"api": {"route": "a b"}}, "api.route"),
        ({"api": {"route": "x", "bodee": {}}}, "api.bodee"),
        ({"type": "what"}, "type"),
    ],
)
async def test_a_bad_announcement_is_refused_with_the_name_of_the_field(
    client: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await client.post("/services", json={**ANNOUNCED, **change})

    assert answer.status_code == 422, answer.text
    assert field in [fault["field"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/x", "ftp://127.0.0.1/x", "what", "http://[/"]
)
async def test_a_service_outside_of_the_allowed_addresses_is_refused(
    client: httpx.AsyncClient, url: str
) -> None:
    answer = await client.post("/services", json={**ANNOUNCED, "url": url})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:marketplace:problem:address-refused"


async def test_a_broken_pipeline_is_refused_with_all_its_faults(
    client: httpx.AsyncClient,
) -> None:
    broken = {"type": "pipeline", "nodes": [{**NODES[0], "next": ["nowhere"]}]}

    answer = await client.post("/services", json=broken)

    faults = answer.json()["errors"]
    assert answer.status_code == 422
    assert len(faults) > 1
    assert {"node", "field", "code", "message", "hint"} <= faults[0].keys()


async def test_a_pipeline_is_checked_without_being_stored(
    client: httpx.AsyncClient,
) -> None:
    good = await client.post("/services/validate", json=NEW)
    bad = await client.post("/services/validate", json={"type": "pipeline"})

    assert (good.status_code, good.json()) == (200, [])
    assert bad.status_code == 200
    assert bad.json()[0]["message"]
    assert (await client.get("/services/new")).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type": NaN}', b'{"a":1,"a":1}'])
@pytest.mark.parametrize("path", ["/services", "/services/validate"])
async def test_a_body_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    headers = {"content-type": "application/json"}

    answer = await client.post(path, content=body, headers=headers)

    assert answer.status_code == 400


async def test_a_pipeline_is_sent_as_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/services", content=b"{}")

    assert answer.status_code == 415
