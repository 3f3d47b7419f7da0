"""Routes are published, announced, listed, checked and removed."""

from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline, service

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


async def test_a_pipeline_whose_services_nobody_announces_is_not_alive(
    client: httpx.AsyncClient,
) -> None:
    work = {"id": "work", "type": "service", "service": "blur", "next": ["out"]}
    begin = {**NODES[0], "next": ["work"]}
    await client.post(
        "/services", json={"type": "pipeline", "nodes": [begin, work, NODES[1]]}
    )

    listed = (await client.get("/services")).json()
    details = (await client.get("/services/new")).json()

    line = next(line for line in listed if line["route"] == "new")
    assert (line["alive"], line["missing"]) == (False, ["blur"])
    assert (details["alive"], details["missing"]) == (False, ["blur"])


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


async def test_an_announcement_may_name_its_process(client: httpx.AsyncClient) -> None:
    for name in ("a", "b"):
        answer = await client.post("/services", json={**ANNOUNCED, "instance": name})
        assert answer.status_code == 200
    (instance,) = (await client.get("/services/blur")).json()["instances"]
    for workers in (-1, 1.5, "2", True, 10_001):
        body = {**ANNOUNCED, "workers": workers}
        refused = await client.post("/services", json=body)
        assert [fault["field"] for fault in refused.json()["errors"]] == ["workers"]
    assert (
        await client.post("/services", json={**ANNOUNCED, "workers": 3})
    ).status_code == 200
    wrong = await client.post("/services", json={**ANNOUNCED, "instance": 1})

    assert instance["restarted_at"] == instance["heard_at"]
    assert wrong.status_code == 422
    assert [fault["field"] for fault in wrong.json()["errors"]] == ["instance"]


async def test_a_service_may_say_that_it_leaves(client: httpx.AsyncClient) -> None:
    named = {**ANNOUNCED, "instance": "a"}
    await client.post("/services", json=named)

    answer = await client.post("/services", json={**named, "leaves": True})
    details = (await client.get("/services/blur")).json()
    lines = (await client.get("/services")).json()
    await client.post("/services", json={**ANNOUNCED, "instance": "b"})
    (back,) = (await client.get("/services/blur")).json()["instances"]

    assert (answer.status_code, answer.json()["route"]) == (200, "blur")
    (left,) = details["instances"]
    assert (details["alive"], left["alive"], left["leaves"]) == (True, True, True)
    line = next(line for line in lines if line["route"] == "blur")
    assert (line["alive"], line["offered_by"]) == (True, 0)
    assert (back["alive"], back["leaves"]) == (True, False)


async def test_what_is_not_known_cannot_leave(client: httpx.AsyncClient) -> None:
    body = {**ANNOUNCED, "instance": "a", "leaves": True}

    answer = await client.post("/services", json=body)

    assert answer.status_code == 200
    assert (await client.get("/services/blur")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"leaves": 1}, {"leaves": "true"}, {"leaves": None}, {"instance": ""}],
)
async def test_who_leaves_says_so_and_who_it_is(
    client: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    body = {**ANNOUNCED, "instance": "a", "leaves": True} | change

    answer = await client.post("/services", json=body)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["leaves"]


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
    assert "Input should" not in answer.text
    assert "Field required" not in answer.text


async def test_a_misspelt_field_of_an_announcement_gets_a_hint(
    client: httpx.AsyncClient,
) -> None:
    api = {"route": "x", "sumary": "", "tags": "one", "body": 5}

    answer = await client.post("/services", json={**ANNOUNCED, "api": api})

    hints = {fault["field"]: fault["hint"] for fault in answer.json()["errors"]}
    assert hints == {
        "api.sumary": "did you mean “summary”?",
        "api.tags": 'write ["one"]',
        "api.body": "write an object, the name of a field or a list of names",
    }


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


async def test_what_may_keep_a_pipeline_from_working_is_told_when_it_is_stored(
    client: httpx.AsyncClient,
) -> None:
    doubtful = pipeline(
        entry("call", route="doubtful", body={}),
        service("call", "end", service="wrok"),
        end(),
    )
    sure = pipeline(entry("end", route="sure", body={}), end())

    published = await client.post("/services", json=doubtful)
    kept = await client.post("/services/doubtful/versions", json=doubtful)

    assert (published.status_code, kept.status_code) == (201, 201)
    assert published.json()["warnings"] == kept.json()["warnings"]
    [warning] = published.json()["warnings"]
    assert (warning["node"], warning["field"]) == ("call", "service")
    assert (warning["level"], warning["code"]) == ("warning", "unknown-service")
    assert (await client.post("/services", json=sure)).json()["warnings"] == []


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


async def test_routes_come_in_pages_that_lead_to_each_other(
    client: httpx.AsyncClient,
) -> None:
    whole = await client.get("/services")
    assert "link" not in whole.headers

    pages = []
    following = "/services?limit=2"
    while following:
        answer = await client.get(following)
        pages.append(answer.json())
        following = answer.links.get("next", {}).get("url")

    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    assert sum(pages, []) == whole.json()
    assert len(pages) > 1


async def test_a_page_after_the_last_route_is_empty(client: httpx.AsyncClient) -> None:
    answer = await client.get("/services", params={"cursor": "zzz"})

    assert answer.json() == []
    assert "link" not in answer.headers


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", f"cursor={'x' * 300}"])
async def test_a_page_has_bounds(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/services?{query}")).status_code == 422
