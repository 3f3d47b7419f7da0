"""A service can be a part of another app, and another app a part of a service."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from service_sdk import File, Service
from service_sdk.errors import BadSignature
from service_sdk.loopback import Loopback, listen_on_free_port
from service_sdk.testing import FakeEngine, Kit

news: list[str] = []


def existing_app() -> FastAPI:
    """An app as somebody has it already."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        news.append("starts")
        yield {"greeting": "hello"}
        news.append("ends")

    app = FastAPI(lifespan=lifespan)

    @app.get("/greet/{name}")
    async def greet(request: Request, name: str) -> str:
        return f"{request.state.greeting} {name}"

    return app


def two_files() -> dict[str, File]:
    """Two small files."""
    return {"a": File(b"1", "text/plain"), "b": File(b"2", "text/plain")}


def double(number: int) -> int:
    """Twice a number."""
    return 2 * number


@pytest.fixture(autouse=True)
def nothing_has_happened() -> None:
    news.clear()


def test_an_existing_app_becomes_a_service() -> None:
    service = Service("wraps", app=existing_app())
    service.operation("double")(double)

    with Kit(service.app) as kit:
        reply = kit.call("double", number=4)
        greeted = kit.http.get("/greet/Ada").json()
        unknown = kit.http.get("/nowhere")

    assert reply.typed == {"result": 8}
    assert greeted == "hello Ada"
    assert unknown.status_code == 404
    assert news == ["starts", "ends"]


@contextmanager
def served(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The app as uvicorn serves it, its address, and an engine that it announces to."""
    engine = FakeEngine()
    listener = listen_on_free_port()
    with Loopback(engine.app) as engine_server:
        monkeypatch.setenv("ENGINE_URL", engine_server.url)
        monkeypatch.setenv("PORT", str(listener.getsockname()[1]))
        monkeypatch.setenv("WORKER_KIND", "threads")
        with Loopback(app, listener) as server:
            yield engine, server.url, f"{engine_server.url}/callback"


def test_a_service_that_nobody_has_started_is_not_ready() -> None:
    service = Service("vision")
    app = FastAPI()
    app.mount("/vision", service.app)

    with Loopback(app) as server:
        answer = httpx.get(f"{server.url}/vision/readyz")

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:service:not-started"


def test_a_service_is_mounted_in_an_existing_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = existing_app()
    service = Service("mounted")
    service.operation("double")(double)
    service.operation("two-files")(two_files)
    service.mount_in(app, "/numbers")

    with served(app, monkeypatch) as (engine, url, callback):
        announced = engine.announcement("double")
        query = {"callback_url": callback, "task_id": "mine"}
        httpx.post(announced["url"], params=query, json={"number": 3})
        reply = engine.reply("mine")
        httpx.post(f"{url}/numbers/two-files", params={"task_id": "files"}, json={})
        kept = read(f"{url}/numbers/tasks/files")
        greeted = httpx.get(f"{url}/greet/Ada").json()
        second = httpx.get(f"{url}{kept['b']}").text

    assert announced["url"] == f"{url}/numbers/double"
    assert reply.typed == {"result": 6}
    assert greeted == "hello Ada"
    assert second == "2"
    assert news == ["starts", "ends"]


def read(address: str) -> Any:
    """A kept result, once it is there."""
    while True:
        answer = httpx.get(address)
        if answer.status_code != 202:
            return answer.json()


@pytest.mark.parametrize("path", ["numbers", "/numbers/", "/", ""])
def test_a_path_that_cannot_be_used_is_refused(path: str) -> None:
    with pytest.raises(BadSignature, match="write one such as /vision"):
        Service("odd").mount_in(FastAPI(), path)


def test_a_mount_without_a_start_says_what_to_do() -> None:
    app = FastAPI()
    service = Service("forgotten")
    service.operation("double")(double)
    app.mount("/numbers", service.app)

    with Loopback(app) as server:
        answer = httpx.post(f"{server.url}/numbers/double", json={"number": 1})

    assert answer.status_code == 503
    assert "mount_in" in answer.json()["detail"]
