"""Documents with faults are saved, listed, read and erased, and nothing runs them."""

import httpx

from .conftest import echo

UNFINISHED = {"type": "pipeline", "nodes": [{"id": "a", "type": "service"}]}


async def test_a_document_with_faults_is_saved_and_not_current(
    client: httpx.AsyncClient,
) -> None:
    current = (await client.post("/services", json=echo("mine", body={}))).json()

    saved = await client.post("/services/mine/saved", json=UNFINISHED)

    assert saved.status_code == 201
    assert "no-entry" in {fault["code"] for fault in saved.json()["faults"]}
    read = await client.get(saved.headers["location"])
    assert read.json() == UNFINISHED
    [line] = (await client.get("/services/mine/saved")).json()
    assert line["id"] == saved.json()["id"]
    assert line["faults"] > 0
    route = (await client.get("/services/mine")).json()
    assert route["version"] == current["version"]
    start = f"/services/mine?version={line['id']}"
    assert (await client.post(start, json={})).status_code == 404


async def test_a_document_is_saved_for_a_route_that_is_not_there_yet(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/services/new/saved")).json() == []

    await client.post("/services/new/saved", json=UNFINISHED)

    assert len((await client.get("/services/new/saved")).json()) == 1
    assert (await client.get("/services/new")).status_code == 404


async def test_a_saved_document_is_erased(client: httpx.AsyncClient) -> None:
    saved = await client.post("/services/mine/saved", json=UNFINISHED)
    place = saved.headers["location"]

    assert (await client.delete(place)).status_code == 204
    assert (await client.delete(place)).status_code == 404
    assert (await client.get(place)).status_code == 404


async def test_a_name_that_no_route_can_have_is_refused(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post("/services/a%20b/saved", json=UNFINISHED)

    assert refused.status_code == 422 or refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "bad-route"
