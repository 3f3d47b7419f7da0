"""Signing in and out, and everything that a stranger learns from it: nothing."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from engine.bootstrap import create
from engine.domain.access.credentials import MAX_SESSIONS, Kind
from engine.domain.access.guessing import FREE_FAILURES_OF_ACCOUNT
from engine.settings import Settings
from fastapi import FastAPI

from ..building import URL, client_of, opened
from .conftest import PASSWORD, SignIn

WRONG = "not the password at all"


async def test_who_signs_in_is_known_until_they_sign_out(sign_in: SignIn) -> None:
    browser = await sign_in("reader")

    about = (await browser.get("/about")).json()
    assert (about["auth"], about["user"]) == ("accounts", "reader")
    assert about["person"]["roles"] == {"main": "reader"}
    assert (await browser.get("/tasks")).status_code == 200

    out = await browser.delete("/sessions/current")

    assert out.status_code == 204
    assert not browser.cookies
    assert (await browser.get("/tasks")).status_code == 401
    assert (await browser.get("/about")).json()["person"] is None


async def test_a_cookie_is_for_this_host_and_not_for_scripts(app: FastAPI) -> None:
    async with client_of(app, url="https://localhost") as browser:
        body = {"name": "reader", "password": PASSWORD}
        answer = await browser.post("/sessions", json=body)

    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-marketplace"
    assert rest.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"]
    assert "domain" not in cookie.lower()


async def test_over_tls_the_cookie_that_pages_without_it_can_set_is_not_read(
    app: FastAPI, sign_in: SignIn
) -> None:
    secret = (await sign_in("reader")).cookies["marketplace"]

    async with client_of(app, url="https://localhost") as browser:
        answer = await browser.get(
            "/tasks", headers={"cookie": f"marketplace={secret}"}
        )

    assert answer.status_code == 401


async def test_of_too_many_sessions_the_one_used_longest_ago_ends(
    app: FastAPI, sign_in: SignIn
) -> None:
    accounts = app.state.engine.accounts
    browser = await sign_in("reader")
    reader = await accounts.people.get("reader")
    for number in range(MAX_SESSIONS - 1):
        await accounts.signing_in.session(reader, address="", label=str(number))
    assert (await browser.get("/tasks")).status_code == 200

    await sign_in("reader")

    sessions = await accounts.credentials.list("reader", Kind.SESSION)
    assert len(sessions) == MAX_SESSIONS
    assert sessions[0].label == "0"
    assert (await browser.get("/tasks")).status_code == 401


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    anybody: httpx.AsyncClient,
) -> None:
    answers = [
        await anybody.post("/sessions", json={"name": name, "password": WRONG})
        for name in ("reader", "nobody", "READER", "../../etc/passwd", "\0", "x" * 5000)
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_a_name_that_nobody_has_is_compared_with_a_password_all_the_same(
    anybody: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, hashed: str, password: str) -> bool:
        compared.append(hashed)
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)

    for name in ("reader", "nobody"):
        await anybody.post("/sessions", json={"name": name, "password": WRONG})

    # The same parameters, so the same time, which the answer cannot tell apart.
    kept, nobodys = compared
    assert kept != nobodys
    assert kept.split("$")[:4] == nobodys.split("$")[:4]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.usefixtures("long_delays")
async def test_who_guesses_has_to_wait_and_then_even_the_right_password_does(
    anybody: httpx.AsyncClient,
) -> None:
    wrong = {"name": "reader", "password": WRONG}
    for _ in range(FREE_FAILURES_OF_ACCOUNT):
        assert (await anybody.post("/sessions", json=wrong)).status_code == 401

    answer = await anybody.post(
        "/sessions", json={"name": "READER", "password": PASSWORD}
    )

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    other = {"name": "author", "password": PASSWORD}
    assert (await anybody.post("/sessions", json=other)).status_code == 201


@pytest.mark.usefixtures("long_delays")
async def test_a_name_that_nobody_has_waits_as_well(anybody: httpx.AsyncClient) -> None:
    wrong = {"name": "nobody", "password": WRONG}

    tries = [anybody.post("/sessions", json=wrong) for _ in range(12)]
    answers = await asyncio.gather(*tries)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [401] * FREE_FAILURES_OF_ACCOUNT + [429] * 7


@pytest.mark.usefixtures("long_delays")
async def test_names_that_are_too_long_are_counted_by_their_beginning(
    anybody: httpx.AsyncClient,
) -> None:
    bodies = [{"name": "x" * 65 + str(n), "password": WRONG} for n in range(12)]

    answers = [await anybody.post("/sessions", json=body) for body in bodies]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [401] * FREE_FAILURES_OF_ACCOUNT + [429] * 7


async def test_one_address_cannot_guess_at_all_names(
    anybody: httpx.AsyncClient,
) -> None:
    for number in range(20):
        body = {"name": f"n{number}", "password": WRONG}
        assert (await anybody.post("/sessions", json=body)).status_code == 401

    answer = await anybody.post(
        "/sessions", json={"name": "reader", "password": PASSWORD}
    )

    assert answer.status_code == 429


async def test_who_has_a_network_of_ipv6_cannot_guess_with_each_of_its_addresses(
    app: FastAPI,
) -> None:
    async def tried(address: str, name: str, password: str) -> int:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as browser:
            body = {"name": name, "password": password}
            return (await browser.post("/sessions", json=body)).status_code

    for number in range(20):
        assert await tried(f"2001:db8:0:1::{number}", f"n{number}", WRONG) == 401

    assert await tried("2001:db8:0:1:ffff::1", "reader", PASSWORD) == 429
    assert await tried("2001:db8:0:2::1", "reader", PASSWORD) == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "reader"},
        {"name": "reader", "password": 1},
        {"name": "reader", "password": PASSWORD, "administrator": True},
        [PASSWORD],
    ],
)
async def test_a_body_of_another_form_is_refused_and_not_repeated(
    anybody: httpx.AsyncClient, body: object
) -> None:
    answer = await anybody.post("/sessions", json=body)

    assert answer.status_code == 422
    assert PASSWORD not in answer.text


async def test_a_session_that_was_there_before_is_not_taken_over(
    app: FastAPI, sign_in: SignIn
) -> None:
    attacker = await sign_in("guest")
    fixed = attacker.cookies["marketplace"]
    victim = client_of(app, cookies={"marketplace": fixed})

    body = {"name": "owner", "password": PASSWORD}
    answer = await victim.post("/sessions", json=body)

    assert answer.cookies["marketplace"] != fixed
    assert (await attacker.get("/about")).json()["user"] is None
    await victim.aclose()


async def test_sessions_are_listed_and_others_can_be_ended(sign_in: SignIn) -> None:
    phone = await sign_in("reader")
    desk = await sign_in("reader")

    sessions = (await desk.get("/sessions")).json()
    (other,) = [one for one in sessions if not one["current"]]
    answer = await desk.delete(f"/sessions/{other['id']}")

    assert len(sessions) == 2
    assert answer.status_code == 204
    assert (await phone.get("/tasks")).status_code == 401
    assert (await desk.get("/tasks")).status_code == 200


async def test_sessions_of_others_are_not_there(sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    root = await sign_in("root")
    (session,) = (await reader.get("/sessions")).json()

    answer = await root.delete(f"/sessions/{session['id']}")

    assert answer.status_code == 404
    assert (await reader.get("/tasks")).status_code == 200


DAY = timedelta(days=1)
NO_TIME = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("idle", "end", "answered"),
    [(NO_TIME, DAY, 401), (DAY, NO_TIME, 401), (DAY, DAY, 200)],
)
async def test_a_session_ends_when_it_is_not_used_and_at_its_end(
    settings: Settings, idle: timedelta, end: timedelta, answered: int
) -> None:
    chosen = {"session_idle": idle, "session_end": end}
    app = create(settings.model_copy(update=chosen))
    async with opened(app), client_of(app) as browser:
        await app.state.engine.accounts.people.add("ada", PASSWORD)
        body = {"name": "ada", "password": PASSWORD}
        assert (await browser.post("/sessions", json=body)).status_code == 201

        assert (await browser.get("/sessions")).status_code == answered


async def test_a_changed_password_ends_all_other_sessions(sign_in: SignIn) -> None:
    phone = await sign_in("reader")
    desk = await sign_in("reader")
    new = "seven grey umbrellas fly"

    refused = await desk.put(
        "/account/password", json={"current": WRONG, "password": new}
    )
    changed = await desk.put(
        "/account/password", json={"current": PASSWORD, "password": new}
    )

    assert (refused.status_code, changed.status_code) == (401, 204)
    assert (await phone.get("/tasks")).status_code == 401
    assert (await desk.get("/tasks")).status_code == 200
    await sign_in("reader", new)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "reader-reader",
        "marketplace2026",
        "x" * 201,
    ],
)
async def test_a_password_that_is_short_or_common_is_refused(
    sign_in: SignIn, password: str
) -> None:
    browser = await sign_in("reader")

    answer = await browser.put(
        "/account/password", json={"current": PASSWORD, "password": password}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"
    assert password not in answer.text


async def test_without_accounts_nobody_signs_in(settings: Settings) -> None:
    app = create(settings.model_copy(update={"auth": "off"}))
    async with opened(app), client_of(app) as client:
        body = {"name": "reader", "password": PASSWORD}

        answer = await client.post("/sessions", json=body)

        assert answer.status_code == 404
        assert answer.json()["type"].endswith(":no-accounts")
        assert (await client.get("/about")).json()["user"] == "local"
        assert (await client.get("/people")).status_code == 404
