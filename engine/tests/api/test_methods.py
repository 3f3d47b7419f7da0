"""HEAD and OPTIONS, where there is GET, and what stands at `/`."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from engine.api.app import create_app
from fastapi import FastAPI

from .building import client_of

PATHS = ["/", "/services", "/services/any", "/tasks", "/docs", "/openapi.json"]
PATHS += ["/healthz", "/readyz", "/stats", "/metrics", "/services/none", "/nowhere"]


@pytest.mark.parametrize("path", PATHS)
async def test_head_is_get_without_its_content(
    client: httpx.AsyncClient, path: str
) -> None:
    head = await client.head(path)
    get = await client.get(path)

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.keys() == get.headers.keys()
    # The time of a request is among the figures, so these have another length.
    if path != "/metrics":
        assert dict(head.headers) == dict(get.headers)


async def test_head_of_a_task_a_file_and_its_events(
    client: httpx.AsyncClient, ended: Any
) -> None:
    started = await client.post(
        "/services/file", files={"image": ("a.png", b"pixels", "image/png")}
    )
    task = started.json()["jobId"]
    await ended(task)

    file = await client.head(f"/tasks/{task}/files/image")
    events = await client.head(f"/tasks/{task}/events")
    outputs = await client.head(f"/tasks/{task}")

    assert (file.status_code, file.content) == (200, b"")
    assert file.headers["content-length"] == "6"
    assert file.headers["content-type"] == "image/png"
    assert (events.status_code, events.content) == (200, b"")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert int(outputs.headers["content-length"]) > 20


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/services", "GET, HEAD, OPTIONS, POST"),
        ("/services/any", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("/tasks", "GET, HEAD, OPTIONS"),
        ("/services/validate", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("/docs/assets/swagger-ui.css", "GET, HEAD, OPTIONS"),
        ("/callback", "OPTIONS, POST"),
    ],
)
async def test_options_says_what_is_possible(
    client: httpx.AsyncClient, path: str, allow: str
) -> None:
    options = await client.options(path)
    wrong = await client.patch(path)

    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["allow"] == allow
    assert (wrong.status_code, wrong.headers["allow"]) == (405, allow)


async def test_there_are_no_options_where_nothing_is(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.options("/nowhere")).status_code == 404


async def test_a_browser_is_shown_where_to_go_if_there_is_no_web_app(
    app: FastAPI, tmp_path: Path
) -> None:
    client = client_of(create_app(app.state.engine, web=tmp_path / "not built"))

    page = await client.get("/", headers={"accept": "text/html,*/*"})
    data = await client.get("/")

    assert page.headers["content-type"].startswith("text/html")
    assert "script" not in page.text and "http" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    links = re.findall('href="([^"]+)"', page.text)
    assert links == list(data.json()["links"])
    for link in links:
        assert (await client.get(f"/{link}")).status_code == 200


async def test_an_unknown_route_may_be_meant_otherwise(
    client: httpx.AsyncClient,
) -> None:
    for verb in ("GET", "POST", "DELETE"):
        answer = await client.request(verb, "/services/persn")

        assert answer.status_code == 404
        assert answer.json()["detail"] == (
            "there is no route “persn”: did you mean “person”?"
        )
