"""Tokens: shown once, for some things only, revocable; and what is tried with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from engine.api.access.fields import MAX_ITEMS
from engine.bootstrap import create
from engine.domain.access.credentials import MAX_TOKENS
from engine.settings import Settings
from engine.usecases.access import credentials
from fastapi import FastAPI

from ..building import client_of, opened
from ..conftest import echo
from .conftest import SignIn, start

SERVICE_TOKEN = "0123456789abcdef" * 2
ALL = ["read", "run", "publish", "manage"]
Json = Any


def announcement(route: str) -> Json:
    return {
        "type": "service",
        "url": "http://127.0.0.1:9/work",
        "api": {"route": route, "body": {}},
    }


async def token_of(browser: httpx.AsyncClient, **wish: Json) -> dict[str, str]:
    """The header of a token that somebody makes."""
    answer = await browser.post("/tokens", json={"label": "test", **wish})
    assert answer.status_code == 201, answer.text
    return {"authorization": f"Bearer {answer.json()['token']}"}


async def test_a_list_that_is_too_long_is_not_even_looked_at(sign_in: SignIn) -> None:
    """A hundred thousand items took a tenth of a second of everybody's time."""
    reader = await sign_in("reader")
    wish = {"label": "x", "scopes": ["no scope"] * (MAX_ITEMS + 1)}

    refused = await reader.post("/tokens", json=wish)

    assert refused.status_code == 422
    assert f"has more than {MAX_ITEMS} items" in refused.text


async def test_a_token_is_shown_once_and_stands_for_its_person(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")

    made = await reader.post("/tokens", json={"label": "nightly"})

    secret = made.json()["token"]
    assert secret.startswith("mkp_")
    assert made.headers["cache-control"] == "no-store"
    (listed,) = (await reader.get("/tokens")).json()
    assert secret not in str(listed)
    assert (listed["label"], listed["scopes"]) == ("nightly", ["read", "run"])

    anybody.headers["authorization"] = f"Bearer {secret}"
    assert (await anybody.get("/about")).json()["user"] == "reader"
    task = await start(anybody)
    assert (await reader.get(f"/tasks/{task}/status")).status_code == 200


async def test_a_list_says_when_a_token_was_used_last(
    anybody: httpx.AsyncClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is noted to a minute.
    monkeypatch.setattr("engine.domain.access.credentials.USE_NOTED_EVERY", timedelta())
    reader = await sign_in("reader")
    token = await token_of(reader)
    (unused,) = (await reader.get("/tokens")).json()
    began_at = datetime.now(UTC)

    assert (await anybody.get("/tasks", headers=token)).status_code == 200

    (used,) = (await reader.get("/tokens")).json()
    assert datetime.fromisoformat(unused["used_at"]) < began_at
    assert began_at <= datetime.fromisoformat(used["used_at"]) <= datetime.now(UTC)


async def test_nobody_has_tokens_without_end(sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    for _ in range(MAX_TOKENS):
        await token_of(reader)

    refused = await reader.post("/tokens", json={"label": "one more"})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "too-many-tokens"
    oldest = (await reader.get("/tokens")).json()[0]["id"]
    await reader.delete(f"/tokens/{oldest}")
    await token_of(reader)


async def test_a_token_does_only_what_it_was_made_for(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    owner = await sign_in("owner")
    reading = await token_of(owner, scopes=["read"])

    for method, path in (
        ("POST", "/services/any"),
        ("POST", "/services/validate"),
        ("GET", "/secrets"),
        ("POST", "/tokens"),
        ("GET", "/sessions"),
    ):
        answer = await anybody.request(method, path, json={}, headers=reading)
        assert answer.status_code == 403, path
        assert answer.json()["type"].endswith(":scope-missing")
    assert (await anybody.get("/tasks", headers=reading)).status_code == 200


async def test_a_token_makes_no_token_that_may_do_more(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    owner = await sign_in("owner")
    managing = await token_of(owner, scopes=["manage"])

    answer = await anybody.post(
        "/tokens", json={"label": "more", "scopes": ["read"]}, headers=managing
    )

    assert answer.status_code == 403


async def test_a_revoked_token_is_refused(
    app: FastAPI, anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    token = await token_of(reader)
    assert (await anybody.get("/tasks", headers=token)).status_code == 200
    (listed,) = (await reader.get("/tokens")).json()

    revoked = await reader.delete(f"/tokens/{listed['id']}")

    assert revoked.status_code == 204
    assert (await anybody.get("/tasks", headers=token)).status_code == 401
    assert (await reader.delete(f"/tokens/{listed['id']}")).status_code == 404


async def test_tokens_of_others_are_not_there(sign_in: SignIn) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    await token_of(reader)
    (listed,) = (await reader.get("/tokens")).json()

    assert (await root.delete(f"/tokens/{listed['id']}")).status_code == 404


async def test_a_token_of_a_service_announces_the_routes_that_it_names(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    token = await token_of(root, scopes=["announce"], announces=["face-*"])

    answers = [
        await anybody.post("/services", json=announcement(route), headers=token)
        for route in ("face-detect", "image-blur")
    ]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert "face-*" in answers[1].text
    assert (await anybody.get("/services", headers=token)).status_code == 403


async def test_a_token_puts_out_no_service_of_a_route_that_it_does_not_name(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    reader = await sign_in("reader")
    token = await token_of(root, scopes=["announce"], announces=["face-*"])
    named = {**announcement("image-blur"), "instance": "a"}
    assert (await root.post("/services", json=named)).status_code == 200
    leaving = {**named, "leaves": True}
    same_url = {**announcement("face-detect"), "instance": "a", "leaves": True}

    answers = [
        await anybody.post("/services", json=leaving, headers=token),
        await reader.post("/services", json=leaving),
        await anybody.post("/services", json=leaving),
        await anybody.post("/services", json=same_url, headers=token),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 401, 200]
    (instance,) = (await root.get("/services/image-blur")).json()["instances"]
    assert not instance["leaves"]


@pytest.mark.parametrize("name", ["guest", "reader", "author", "owner"])
async def test_who_is_no_administrator_announces_nothing(
    sign_in: SignIn, name: str
) -> None:
    person = await sign_in(name)

    answer = await person.post("/services", json=announcement("face-detect"))
    token = await person.post(
        "/tokens", json={"label": "x", "scopes": ["announce"], "announces": ["*"]}
    )

    assert (answer.status_code, token.status_code) == (403, 403)


async def test_a_token_loses_what_its_person_loses(
    app: FastAPI, anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root, owner = await sign_in("root"), await sign_in("owner")
    await root.patch("/people/owner", json={"administrator": True})
    owner = await sign_in("owner")
    token = await token_of(owner, scopes=["announce"], announces=["*"])

    await root.patch("/people/owner", json={"administrator": False})

    answer = await anybody.post(
        "/services", json=announcement("face-detect"), headers=token
    )
    assert answer.status_code == 403


async def test_services_of_the_operator_announce_with_one_token(
    settings: Settings,
) -> None:
    app = create(settings.model_copy(update={"service_token": SERVICE_TOKEN}))
    async with opened(app), client_of(app) as client:
        client.headers["authorization"] = f"Bearer {SERVICE_TOKEN}"

        answer = await client.post("/services", json=announcement("face-detect"))

        assert answer.status_code == 200
        assert (await client.get("/services/face-detect")).status_code == 200
        for method, path in (("POST", "/services/face-detect"), ("GET", "/people")):
            refused = await client.request(method, path, json={})
            assert refused.status_code == 403


REMEMBERED = 100
"""Of the tokens that were refused: far fewer than are sent."""


@pytest.fixture
def few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "MAX_REMEMBERED", REMEMBERED)


# The fixture is named first: the engine is made with the bound.
async def test_ten_thousand_forged_tokens_are_refused_and_change_nothing(
    few_are_remembered: None, app: FastAPI, anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    token = await token_of(reader)
    asked = app.state.engine.accounts.credentials
    assert (await anybody.get("/tasks", headers=token)).status_code == 200

    for number in range(10_000):
        assert await asked.principal(f"mkp_{number}", "6.6.6.6") is None

    assert len(asked._wrong._entries) == REMEMBERED
    assert (await anybody.get("/tasks", headers=token)).status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        "Bearer",
        "Bearer ",
        "Bearer mkp_",
        "Bearer mkp_x y",
        "Bearer " + "x" * 100_000,
        "Basic cm9vdDpyb290",
        "bearer null",
        "Bearer \xff\xfe",
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.",
    ],
)
async def test_what_is_no_token_is_refused(
    anybody: httpx.AsyncClient, shown: str
) -> None:
    raw = [(b"authorization", shown.encode("latin-1"))]

    answer = await anybody.get("/tasks", headers=raw)

    assert answer.status_code == 401


async def test_a_wrong_token_is_not_made_good_by_a_cookie(sign_in: SignIn) -> None:
    reader = await sign_in("reader")

    answer = await reader.get("/tasks", headers={"authorization": "Bearer mkp_x"})

    assert answer.status_code == 401


async def test_a_page_of_another_site_changes_nothing(sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    foreign = {"origin": "https://evil.example"}

    for method, path in (
        ("POST", "/services/any"),
        ("POST", "/sessions"),
        ("POST", "/tokens"),
        ("DELETE", "/sessions/current"),
        ("PUT", "/account/password"),
    ):
        answer = await reader.request(method, path, json={}, headers=foreign)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith(":cross-site")
    assert (await reader.get("/tasks")).status_code == 200


async def test_a_token_that_was_revoked_starts_nothing_any_more_at_once(
    sign_in: SignIn, anybody: httpx.AsyncClient
) -> None:
    reader = await sign_in("reader")
    made = (await reader.post("/tokens", json={"label": "x"})).json()
    shown = {"authorization": f"Bearer {made['token']}"}
    started = [
        await anybody.post("/services/any", json={}, headers=shown) for _ in range(3)
    ]

    await reader.delete(f"/tokens/{made['id']}")
    refused = await anybody.post("/services/any", json={}, headers=shown)

    assert {answer.status_code for answer in started} == {202}
    assert refused.status_code == 401


async def test_who_is_remembered_for_one_route_is_asked_for_another_one(
    app: FastAPI, sign_in: SignIn, anybody: httpx.AsyncClient
) -> None:
    root, reader = await sign_in("root"), await sign_in("reader")
    await root.post("/spaces", json={"id": "art"})
    hidden = echo("hidden", body={})
    await root.post("/services", json=hidden, params={"space": "art"})
    token = (await reader.post("/tokens", json={"label": "x"})).json()["token"]
    shown = {"authorization": f"Bearer {token}"}

    answers = [
        await anybody.post(f"/services/{route}", json={}, headers=shown, params=query)
        for route in ("any", "hidden", "any")
        for query in ({}, {"space": "art"})
    ]

    assert [one.status_code for one in answers] == [202, 404, 404, 404, 202, 404]


async def test_a_header_that_is_no_token_lends_nobody_the_rights_of_others(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    """A proxy before the engine may send the same header with all requests."""
    of_proxy = {"authorization": "Basic c2Nob29sOnNjaG9vbA=="}
    author = await sign_in("author")
    reader = await sign_in("reader")

    first = await author.post("/services/any", json={}, headers=of_proxy)
    second = await reader.post("/services/any", json={}, headers=of_proxy)
    stranger = await anybody.post("/services/any", json={}, headers=of_proxy)

    assert (first.status_code, second.status_code) == (202, 202)
    assert stranger.status_code == 401
    # Readers see their own tasks alone.
    own = (await reader.get("/tasks")).json()["items"]
    assert [task["id"] for task in own] == [second.json()["jobId"]]


@pytest.mark.parametrize("word", ["Bearer", "bearer"])
async def test_beside_a_header_of_a_proxy_the_token_says_who_starts(
    anybody: httpx.AsyncClient, sign_in: SignIn, word: str
) -> None:
    of_proxy = ("authorization", "Basic c2Nob29sOnNjaG9vbA==")
    started = {}

    for name in ("author", "reader"):
        browser = await sign_in(name)
        token = (await browser.post("/tokens", json={"label": "x"})).json()["token"]
        headers = [of_proxy, ("authorization", f"{word} {token}")]
        answer = await anybody.post("/services/any", json={}, headers=headers)
        started[name] = answer.json()["jobId"]

    own = (await (await sign_in("reader")).get("/tasks")).json()["items"]
    assert [task["id"] for task in own] == [started["reader"]]
