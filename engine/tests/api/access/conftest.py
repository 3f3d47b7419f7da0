"""An engine with accounts, and people who call it."""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from argon2 import PasswordHasher
from engine.adapters.choice import chosen
from engine.adapters.passwords import LANES, MEMORY_KIB, ROUNDS
from engine.api.app import create_app
from engine.bootstrap import create
from engine.domain.access import guessing
from engine.domain.access.people import Person
from engine.domain.access.roles import MAIN, Role
from engine.settings import Settings
from fastapi import FastAPI

from ..building import client_of, opened
from ..conftest import PIPELINES

PASSWORD = "fish under blue stairs"
ADMINISTRATOR = "root"


@cache
def hashed() -> str:
    """The password, hashed once: each time takes as long as a guess shall take."""
    return PasswordHasher(
        time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES
    ).hash(PASSWORD)


def person(name: str, **fields: Any) -> Person:
    """Somebody whose id is their name."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return Person(
        id=str(name), name=str(name), password=hashed(), created_at=at, **fields
    )


SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
Json = Any


ON_BOTH_SETS = pytest.mark.parametrize(
    "stores",
    [
        pytest.param(dict, id="embedded"),
        pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
    ],
    indirect=True,
)


@pytest.fixture
def stores(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of the stores: embedded ones, unless a test is `ON_BOTH_SETS`."""
    made: dict[str, str] = getattr(request, "param", dict)()
    return made


@pytest.fixture
def settings(tmp_path: Path, stores: dict[str, str]) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        pipelines_dir=None,
        auth="accounts",
        retry=0,
        **stores,
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """With an administrator, and one person for each role, called like it."""
    adapters = chosen(settings)
    application = create(settings, adapters)
    async with opened(application):
        for document in PIPELINES:
            await application.state.engine.pipelines.publish(document)
        await adapters.people.add(person(ADMINISTRATOR, is_administrator=True))
        for role in Role:
            await adapters.people.add(person(role, roles={MAIN: role}))
        await adapters.people.add(person("guest"))
        yield application


@pytest.fixture
async def anybody(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def plain(app: FastAPI, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in, where the web app was not built."""
    engine = app.state.engine
    bare = create_app(engine, accounts=engine.accounts, web=tmp_path / "no web")
    async with client_of(bare) as client:
        yield client


@pytest.fixture
async def sign_in(app: FastAPI) -> AsyncIterator[SignIn]:
    """Gives a browser in which somebody is signed in."""
    browsers: list[httpx.AsyncClient] = []

    async def signed_in(name: str, password: str = PASSWORD) -> httpx.AsyncClient:
        browser = client_of(app)
        browsers.append(browser)
        body = {"name": name, "password": password}
        answer = await browser.post("/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return browser

    yield signed_in
    for browser in browsers:
        await browser.aclose()


@pytest.fixture
async def people(app: FastAPI, sign_in: SignIn) -> dict[str, httpx.AsyncClient]:
    """Two spaces besides `main`, each with an author who is nothing anywhere else.

    `reader`, `author` and `owner` are so in `main`, and `owner` also in `art`.
    """
    accounts = app.state.engine.accounts
    for space in ("art", "lab"):
        await accounts.spaces.add(space, space)
        await accounts.people.add(f"{space}-author", PASSWORD)
        await accounts.people.add(f"{space}-reader", PASSWORD)
        for role in (Role.AUTHOR, Role.READER):
            await accounts.spaces.put_member(space, f"{space}-{role}", role)
    await accounts.spaces.put_member("art", "owner", Role.OWNER)
    await accounts.spaces.put_member("lab", "owner", Role.READER)
    names = [f"{space}-{role}" for space in ("art", "lab") for role in list(Role)[:2]]
    return {name: await sign_in(name) for name in ("root", *map(str, Role), *names)}


@pytest.fixture
def long_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who guessed too often waits minutes at once, so a slow test sees no free try."""
    monkeypatch.setattr(guessing, "FIRST_DELAY", guessing.LONGEST_DELAY)


@pytest.fixture
def invitation(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """The one-time address that the engine has printed last."""

    def find() -> str:
        with caplog.at_level(logging.WARNING):
            found = re.findall(r"/first-administrator#(\S+)", caplog.text)
        return str(found[-1])

    return find


async def start(client: httpx.AsyncClient, route: str = "any") -> str:
    """The id of a task that somebody starts."""
    answer = await client.post(f"/services/{route}", json={})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["jobId"])
