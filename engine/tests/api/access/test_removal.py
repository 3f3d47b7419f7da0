"""Who is removed while a request of theirs is under way: nothing comes of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest
from engine.api.access import door
from engine.settings import Settings
from engine.usecases.access import credentials
from fastapi import FastAPI

from ..building import client_of
from ..conftest import Worker, blob_files, echo, worker  # noqa: F401 # a fixture
from .conftest import SignIn

Json = Any
FORM = (
    b'--X\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    b"the first half",
    b" and the second\r\n--X--\r\n",
)


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or each test would wait for the two seconds for which who asks is remembered."""
    monkeypatch.setattr(credentials, "REMEMBERED_FOR", credentials.timedelta())
    monkeypatch.setattr(door, "LONG_BODY_SECONDS", 0.0)


async def slowly(
    first: bytes, rest: bytes, meanwhile: Callable[[], Awaitable[Any]]
) -> AsyncIterator[bytes]:
    """A body, in the middle of which something happens."""
    yield first
    await meanwhile()
    yield rest


@pytest.fixture
async def client(sign_in: SignIn) -> httpx.AsyncClient:
    """The administrator, who announces the service of these tests."""
    return await sign_in("root")


async def removed(owner: httpx.AsyncClient, name: str) -> None:
    answer = await owner.delete(f"/spaces/main/members/{name}")
    assert answer.status_code == 204


async def signed_out(browser: httpx.AsyncClient) -> None:
    answer = await browser.delete("/sessions/current", headers=dict(browser.headers))
    assert answer.status_code == 204


async def test_a_task_whose_sender_is_removed_while_it_is_sent_is_not_started(
    sign_in: SignIn, settings: Settings
) -> None:
    reader, owner = await sign_in("reader"), await sign_in("owner")
    await owner.post("/services", json=echo("keeps", body="file"))

    answer = await reader.post(
        "/services/keeps",
        content=slowly(*FORM, lambda: removed(owner, "reader")),
        headers={"content-type": "multipart/form-data; boundary=X"},
    )

    assert answer.status_code == 404
    assert (await owner.get("/tasks")).json()["items"] == []
    assert blob_files(settings) == []


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("author", "POST", "/services", echo("late", body={})),
        ("author", "POST", "/services/late/saved", echo("late", body={})),
        ("owner", "PUT", "/secrets/late", {"value": "x" * 20}),
        ("owner", "PUT", "/spaces/main/members/guest", {"role": "owner"}),
    ],
    ids=["publish", "save", "secret", "member"],
)
async def test_a_change_whose_sender_is_removed_while_it_is_sent_is_not_made(
    who: str, method: str, path: str, body: Json, sign_in: SignIn
) -> None:
    sender, root = await sign_in(who), await sign_in("root")
    raw = orjson.dumps(body)

    answer = await sender.request(
        method,
        path,
        content=slowly(raw[:9], raw[9:], lambda: removed(root, who)),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code in (403, 404)
    assert [one["route"] for one in (await root.get("/services")).json()].count(
        "late"
    ) == 0
    assert (await root.get("/secrets")).json() == []
    members = (await root.get("/spaces/main/members")).json()["items"]
    assert who not in [one["name"] for one in members]
    assert "guest" not in [one["name"] for one in members]


async def test_a_token_that_is_wished_for_slowly_is_not_made_after_signing_out(
    app: FastAPI, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    async with client_of(app, cookies=reader.cookies) as other_window:
        answer = await reader.post(
            "/tokens",
            content=slowly(b'{"label": ', b'"x"}', lambda: signed_out(other_window)),
            headers={"content-type": "application/json"},
        )

    assert answer.status_code == 401
    assert (await (await sign_in("reader")).get("/tokens")).json() == []


async def test_who_waits_for_a_task_and_is_removed_does_not_get_its_outputs(
    sign_in: SignIn,
    worker: Worker,  # noqa: F811 # the fixture
) -> None:
    reader, owner = await sign_in("reader"), await sign_in("owner")
    waiting = asyncio.ensure_future(
        reader.post("/services/work", json={}, params={"wait": "60"})
    )
    target = await worker.called()

    await removed(owner, "reader")
    await owner.post(target, json={"secret": "of the space"})
    answer = await waiting

    assert answer.status_code == 404
    assert "of the space" not in answer.text
    (task,) = (await owner.get("/tasks")).json()["items"]
    assert task["status"] == "finished"


async def test_a_body_that_comes_at_once_asks_for_its_sender_once(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: FastAPI
) -> None:
    reader = await sign_in("reader")
    monkeypatch.setattr(door, "LONG_BODY_SECONDS", 2.0)
    asked = []
    store = app.state.engine.accounts.credentials._store
    find = store.find

    async def counted(digest: str) -> Any:
        asked.append(digest)
        return await find(digest)

    monkeypatch.setattr(store, "find", counted)

    await reader.post("/services/any", json={})

    assert len(asked) == 1
