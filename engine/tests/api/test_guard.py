"""Pages of other sites cannot act here through the browser of a user."""

from collections.abc import AsyncIterator

import httpx
import pytest
from engine.api.app import create_app
from engine.api.limits import ApiLimits
from fastapi import FastAPI

from .building import client_of


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://localhost:8000.evil.example"},
        {"origin": "http://[localhost:8000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_foreign_page_cannot_change_anything(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    started = await client.post("/services/any", json={}, headers=headers)
    removed = await client.delete("/services/any", headers=headers)

    assert started.status_code == removed.status_code == 403
    assert started.json()["type"] == "urn:marketplace:problem:cross-site"
    assert (await client.get("/tasks")).json()["items"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://localhost:8000"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_pages_of_the_engine_itself_can(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.post("/services/any", json={}, headers=headers)

    assert answer.status_code == 202


async def test_anybody_may_lead_a_browser_to_a_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8000", "", ":1"]
)
async def test_a_name_that_only_leads_here_is_not_answered(
    client: httpx.AsyncClient, host: str
) -> None:
    answer = await client.get("/tasks", headers={"host": host})

    assert answer.status_code == 421
    assert answer.json()["type"] == "urn:marketplace:problem:unknown-host"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8"]
)
async def test_the_own_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/tasks", headers={"host": host})

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["testserver", "testserver:80"])
async def test_a_name_of_tests_is_not_answered(
    client: httpx.AsyncClient, host: str
) -> None:
    answer = await client.get("/tasks", headers={"host": host})

    assert answer.status_code == 421


@pytest.mark.parametrize("path", ["/tasks", "/healthz"])
@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site"])
async def test_a_header_that_decides_is_given_once(
    client: httpx.AsyncClient, name: str, path: str
) -> None:
    good = {"host": "localhost", "origin": "http://localhost"}.get(name, "none")
    headers = [(name, "evil.example"), (name, good)]

    answer = await client.get(path, headers=headers)

    assert answer.status_code == 400
    assert "is given twice" in answer.json()["detail"]


async def test_probes_are_answered_under_any_name(client: httpx.AsyncClient) -> None:
    for path in "/healthz", "/readyz", "/metrics":
        answer = await client.get(path, headers={"host": "10.1.2.3:8000"})

        assert answer.status_code == 200


async def test_every_answer_is_safe_to_show(client: httpx.AsyncClient) -> None:
    for path in "/tasks", "/nope", "/docs":
        answer = await client.get(path)

        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.fixture
async def open_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls an application that the operator opened for a web page and all names."""
    limits = ApiLimits(
        allowed_hosts=frozenset({"*"}), allowed_origins=frozenset({"http://ui:3000"})
    )
    opened = create_app(app.state.engine, limits)
    async with client_of(opened, url="http://x") as caller:
        yield caller


async def test_an_allowed_origin_may_act_and_read(
    open_client: httpx.AsyncClient,
) -> None:
    headers = {"origin": "http://ui:3000"}

    answer = await open_client.post("/services/any", json={}, headers=headers)

    assert answer.status_code == 202
    assert answer.headers["access-control-allow-origin"] == "http://ui:3000"


async def test_other_origins_may_not(open_client: httpx.AsyncClient) -> None:
    headers = {"origin": "http://evil"}

    answer = await open_client.post("/services/any", json={}, headers=headers)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
