"""With `?wait=SECONDS` a call of a route is answered with the outputs of its task."""

import asyncio
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import end, service, starting_with
from engine.settings import Settings
from fastapi import FastAPI

from servers.waiting import block_until, until

from .conftest import PERSON
from .serving import serving

LONG = {"wait": "60"}


async def watchers(app: FastAPI) -> int:
    feed: Any = app.state.engine.tasks._changes
    return int(feed._watchers)


async def test_a_task_that_ends_in_time_is_answered_with_its_outputs(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/services/person", json=PERSON, params=LONG)

    assert (answer.status_code, answer.json()) == (200, PERSON)


async def test_the_address_of_the_task_comes_with_its_outputs(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/services/person", json=PERSON, params=LONG)

    status = (await client.get(answer.headers["location"])).json()
    assert status["status"] == "finished"


async def test_files_appear_as_their_addresses(client: httpx.AsyncClient) -> None:
    files = {"image": ("a.png", b"123", "image/png")}

    answer = await client.post("/services/file", files=files, params=LONG)

    content = await client.get(answer.json()["image"])
    assert content.content == b"123"


async def test_the_end_is_answered_at_once(
    client: httpx.AsyncClient, worker: Any
) -> None:
    waiting = asyncio.ensure_future(client.post("/services/work", json={}, params=LONG))
    target = await worker.called()

    await client.post(target, json={"done": 1})

    async with asyncio.timeout(10):
        answer = await waiting
    assert (answer.status_code, answer.json()) == (200, {"done": 1})


async def test_a_task_that_takes_longer_is_answered_as_always(
    client: httpx.AsyncClient, worker: Any
) -> None:
    answer = await client.post("/services/work", json={}, params={"wait": "0.2"})

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/tasks/{answer.json()['jobId']}/status"


async def test_a_task_that_fails_in_time_is_answered_with_its_problem(
    client: httpx.AsyncClient, worker: Any
) -> None:
    waiting = asyncio.ensure_future(client.post("/services/work", json={}, params=LONG))
    target = await worker.called()
    await client.post(target, json={"type": "error", "message": "no film"})

    answer = await waiting

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "no film" in answer.json()["detail"]
    task = answer.headers["location"].split("/")[2]
    assert answer.json() == (await client.get(f"/tasks/{task}")).json()


async def test_a_repeated_key_waits_for_the_first_task(
    client: httpx.AsyncClient, worker: Any
) -> None:
    key = {"idempotency-key": "once"}
    await client.post("/services/work", json={}, headers=key)
    target = await worker.called()
    again = asyncio.ensure_future(
        client.post("/services/work", json={}, headers=key, params=LONG)
    )

    await client.post(target, json={"done": 1})

    assert (await again).json() == {"done": 1}


@pytest.mark.parametrize("wait", ["", "-1", "61", "60.5", "a", "1e1", "nan", "٣"])
async def test_a_wait_that_is_no_number_of_seconds_starts_nothing(
    client: httpx.AsyncClient, wait: str
) -> None:
    answer = await client.post("/services/any", json={}, params={"wait": wait})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "wait"
    assert not (await client.get("/tasks")).json()["items"]


async def test_who_has_gone_is_waited_for_no_longer(
    app: FastAPI, client: httpx.AsyncClient, worker: Any
) -> None:
    messages = [{"type": "http.request", "body": b"{}", "more_body": False}]
    gone = asyncio.Event()
    sent = []

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/services/work",
        "query_string": b"wait=60",
        "headers": [(b"content-type", b"application/json"), (b"host", b"localhost")],
        "scheme": "http",
        "server": ("localhost", 8000),
        "root_path": "",
        "http_version": "1.1",
    }
    call = asyncio.ensure_future(app(scope, receive, send))
    await worker.called()
    await until(lambda: _is_watched(app))

    gone.set()
    async with asyncio.timeout(10):
        await call

    assert await watchers(app) == 0


async def _is_watched(app: FastAPI) -> bool:
    return await watchers(app) == 1


class TestFewWatchers:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"max_watchers": 1})

    async def test_those_beyond_the_bound_are_answered_at_once(
        self, app: FastAPI, client: httpx.AsyncClient, worker: Any
    ) -> None:
        first = asyncio.ensure_future(
            client.post("/services/work", json={}, params=LONG)
        )
        target = await worker.called()
        await until(lambda: _is_watched(app))

        second = await client.post("/services/work", json={}, params=LONG)

        assert second.status_code == 202
        await client.post(target, json={})
        assert (await first).status_code == 200


class TestFewStarts:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"max_starts": 1})

    async def test_who_waits_takes_no_place_of_those_who_start(
        self, app: FastAPI, client: httpx.AsyncClient, worker: Any
    ) -> None:
        waiting = asyncio.ensure_future(
            client.post("/services/work", json={}, params=LONG)
        )
        target = await worker.called()
        await until(lambda: _is_watched(app))

        other = await client.post("/services/person", json=PERSON)

        assert other.status_code == 202
        await client.post(target, json={})
        assert (await waiting).status_code == 200


def test_an_engine_that_stops_answers_those_who_wait(tmp_path: Path) -> None:
    absent = service("wait", "end", service="nobody-announces-this")
    document = starting_with(absent, end(), route="long")
    with serving(tmp_path) as server, ThreadPoolExecutor() as threads:
        httpx.post(f"{server.url}/services", json=document)
        started = time.monotonic()
        waiting = threads.submit(
            httpx.post, f"{server.url}/services/long", json={}, params=LONG, timeout=90
        )
        block_until(lambda: httpx.get(f"{server.url}/tasks").json()["items"])

        os.kill(server.pid, signal.SIGTERM)

        answer = waiting.result()
        assert answer.status_code == 202 and answer.json()["jobId"]
        assert time.monotonic() - started < 30
