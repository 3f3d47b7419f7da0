"""Who calls again and again waits for the tasks; what tasks need waits for nobody."""

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest
from engine.api.answers import Streamed
from engine.api.paced import Paced
from engine.usecases import loop_time
from engine.usecases.call_time import Spent
from engine.usecases.loop_time import LoopTime
from engine.usecases.rests import Rests
from fastapi import FastAPI

from .building import URL

YOU = {"name": "You", "age": 3}


@pytest.fixture
def full(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """An application whose calls have taken so much that all others wait for long."""
    monkeypatch.setattr(loop_time, "MAX_REST_SECONDS", 3600.0)
    app.state.engine.rests.others_work()
    monkeypatch.setattr(type(app.state.engine.rests), "wanted", True)
    app.state.loop_time.pay("127.0.0.1", 3600.0)
    return app


async def test_a_call_waits_until_others_are_paid_for(
    full: FastAPI, client: httpx.AsyncClient
) -> None:
    waiting = asyncio.create_task(client.get("/services"))
    started = await client.post("/services/person?wait=60", json=YOU)

    # Since then a task has begun and ended.
    assert started.status_code == 200
    assert not waiting.done()
    waiting.cancel()


async def test_whether_the_engine_lives_is_told_at_once(
    full: FastAPI, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/healthz")).status_code == 200


async def test_a_call_that_would_wait_behind_too_many_is_refused(
    full: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_time, "MAX_WAITING", 0)

    refused = await client.get("/services")

    assert refused.status_code == 503
    assert refused.headers["retry-after"].isdecimal()


async def test_what_a_call_takes_is_paid_for(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid: list[float] = []
    monkeypatch.setattr(app.state.loop_time, "pay", lambda _, more: paid.append(more))

    await client.get("/services")

    assert sum(paid) > 0


async def test_who_was_refused_a_start_waits_with_the_next_one(
    full: FastAPI, client: httpx.AsyncClient
) -> None:
    stubborn = {"authorization": "Bearer one"}
    other = {"authorization": "Bearer two"}
    refused = await client.post("/services/nobody", headers=stubborn)
    again = asyncio.create_task(
        client.post("/services/person", json=YOU, headers=stubborn)
    )
    started = await client.post("/services/person?wait=60", json=YOU, headers=other)

    assert refused.status_code == 404
    assert started.status_code == 200
    assert not again.done()
    again.cancel()


async def test_who_was_refused_and_shows_nothing_lets_nobody_wait(
    full: FastAPI, client: httpx.AsyncClient
) -> None:
    refused = await client.post("/services/nobody")
    started = await client.post("/services/person", json=YOU)

    assert (refused.status_code, started.status_code) == (404, 202)


async def test_a_start_that_would_wait_behind_too_many_is_refused(
    full: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubborn = {"authorization": "Bearer one"}
    monkeypatch.setattr(loop_time, "MAX_WAITING", 0)
    await client.post("/services/nobody", headers=stubborn)

    refused = await client.post("/services/person", json=YOU, headers=stubborn)

    assert refused.status_code == 503


async def test_who_has_many_addresses_of_ipv6_is_one(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites: set[str] = set()
    note = sites.add
    monkeypatch.setattr(app.state.loop_time, "pay", lambda site, _: note(site))

    for number in range(3):
        transport = httpx.ASGITransport(app, client=(f"2001:db8::{number}", 1000))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as caller:
            await caller.get("/services")

    assert sites == {"2001:db8::/64"}


async def test_a_long_answer_may_rest_between_its_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[Spent] = []

    async def note(spent: Spent) -> None:
        pauses.append(spent)

    async def pieces() -> AsyncGenerator[bytes, None]:
        for _ in range(4):
            yield b"piece"

    monkeypatch.setattr(Spent, "pause", note)
    app = Paced(Streamed(pieces()), LoopTime(Rests()))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as caller:
        answer = await caller.get("/")

    assert answer.content == b"piece" * 4
    assert len(pauses) == 4
