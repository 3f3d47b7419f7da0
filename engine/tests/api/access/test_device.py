"""A terminal signs in over HTTP: who may confirm it, and what is told of it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from engine.bootstrap import create
from engine.settings import Settings
from terminal import logging_in

from ..building import client_of, opened
from .conftest import SignIn
from .test_replicas import signed_in, two_replicas

Json = Any
EVIL = "https://evil.example"


async def begun(anybody: httpx.AsyncClient, **changed: Any) -> Json:
    body = {"machine": "ada's laptop", "scopes": ["read", "manage"], **changed}
    answer = await anybody.post("/device-logins", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def redeemed(anybody: httpx.AsyncClient, terminal: Json) -> httpx.Response:
    secret = {"device_code": terminal["device_code"]}
    return await anybody.post("/device-logins/redeem", json=secret)


async def test_a_terminal_signs_in_as_who_confirms_it(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    terminal = await begun(anybody)
    code = {"code": terminal["user_code"]}

    waiting = await redeemed(anybody, terminal)
    seen = await reader.post("/device-logins/look", json=code)
    decided = await reader.post("/device-logins/decide", json={**code, "allow": True})
    made = await redeemed(anybody, terminal)
    again = await redeemed(anybody, terminal)

    assert (waiting.status_code, waiting.json()) == (202, {"interval": 2})
    assert seen.json() == {
        "machine": "adas laptop",
        "address": "127.0.0.1",
        "same_address": True,
        "began_at": seen.json()["began_at"],
        "scopes": ["manage", "read"],
        "announces": [],
        "days": 90,
    }
    assert (decided.status_code, made.status_code) == (204, 201)
    assert made.headers["cache-control"] == "no-store"
    assert (again.status_code, "token" in again.json()) == (410, False)
    token = {"authorization": f"Bearer {made.json()['token']}"}
    about = (await anybody.get("/about", headers=token)).json()
    assert (about["user"], about["person"]["scopes"]) == ("reader", ["manage", "read"])
    (listed,) = (await reader.get("/tokens")).json()
    assert listed["label"] == "login on adas laptop"
    log = (await root.get("/audit")).json()["items"]
    assert [
        (one["name"], one["action"].rpartition("/")[2], one["object"])
        for one in log
        if "device" in one["action"]
    ] == [
        ("reader", "look", "adas laptop at 127.0.0.1"),
        ("reader", "decide", "allowed adas laptop at 127.0.0.1"),
        ("reader", "redeem", "login on adas laptop"),
    ]


async def test_who_confirms_for_somebody_else_gives_their_own_account_alone(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    guest = await sign_in("guest")
    terminal = await begun(anybody)
    code = {"code": terminal["user_code"], "allow": True}

    await guest.post("/device-logins/decide", json=code)
    made = (await redeemed(anybody, terminal)).json()

    token = {"authorization": f"Bearer {made['token']}"}
    assert (await anybody.get("/about", headers=token)).json()["user"] == "guest"
    assert (await anybody.get("/tasks", headers=token)).status_code == 403


async def test_nobody_confirms_without_being_signed_in_here(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    terminal = await begun(anybody)
    code = {"code": terminal["user_code"]}
    weak = (await reader.post("/tokens", json={"label": "r"})).json()["token"]

    for path, body in (("look", code), ("decide", {**code, "allow": True})):
        stranger = await anybody.post(f"/device-logins/{path}", json=body)
        with_token = await anybody.post(
            f"/device-logins/{path}",
            json=body,
            headers={"authorization": f"Bearer {weak}"},
        )
        other_site = await reader.post(
            f"/device-logins/{path}", json=body, headers={"origin": EVIL}
        )
        assert stranger.status_code == 401
        assert (with_token.status_code, other_site.status_code) == (403, 403)
    assert (await redeemed(anybody, terminal)).status_code == 202


@pytest.mark.parametrize("kind", ["device", "code"])
async def test_neither_secret_nor_code_is_a_token(
    kind: str, anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    terminal = await begun(anybody)
    code = terminal["user_code"]
    await reader.post("/device-logins/decide", json={"code": code, "allow": True})
    shown = {"device": terminal["device_code"], "code": f"mkc_{code.replace('-', '')}"}

    answer = await anybody.get(
        "/tasks", headers={"authorization": f"Bearer {shown[kind]}"}
    )

    assert answer.status_code == 401


async def test_an_address_confirms_nothing_and_keeps_no_code(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    """A link that a stranger sends shows an empty form: there is a code to type."""
    reader = await sign_in("reader")
    terminal = await begun(anybody)
    code = terminal["user_code"]

    for method in ("GET", "HEAD", "PUT"):
        for path in ("look", "decide"):
            answer = await reader.request(
                method, f"/device-logins/{path}", params={"code": code, "allow": "true"}
            )
            assert answer.status_code in (404, 405)

    assert not any("://" in str(value) for value in terminal.values())
    assert (await redeemed(anybody, terminal)).status_code == 202


@pytest.mark.usefixtures("long_delays")
async def test_who_guesses_is_told_when_to_try_again(sign_in: SignIn) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    body = {"code": "ZZZZ-ZZZZ", "allow": True}

    answers = [await reader.post("/device-logins/decide", json=body) for _ in range(9)]

    assert [one.status_code for one in answers] == [404] * 5 + [429] * 4
    assert int(answers[-1].headers["retry-after"]) >= 1
    log = (await root.get("/audit")).json()["items"]
    guessed = [one for one in log if one["action"] == "POST /device-logins/decide"]
    assert [(one["name"], one["outcome"]) for one in guessed] == [
        ("reader", "failed")
    ] * 5


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"machine": 1},
        {"machine": "x", "scopes": ["everything"]},
        {"machine": "x", "person": "root"},
        {"machine": "x", "confirms": "x"},
    ],
    ids=str,
)
async def test_a_terminal_says_nothing_but_its_name_and_scopes(
    body: Json, anybody: httpx.AsyncClient
) -> None:
    assert (await anybody.post("/device-logins", json=body)).status_code == 422


async def test_no_log_has_a_secret_of_a_terminal(
    anybody: httpx.AsyncClient, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    terminal = await begun(anybody)
    code = {"code": terminal["user_code"], "allow": True}
    await reader.post("/device-logins/decide", json=code)
    made = (await redeemed(anybody, terminal)).json()

    audit = (await root.get("/audit")).text
    for secret in (terminal["device_code"], terminal["user_code"], made["token"]):
        assert secret not in caplog.text
        assert secret not in audit


async def test_without_accounts_no_terminal_signs_in(settings: Settings) -> None:
    open_to_all = create(settings.model_copy(update={"auth": "off"}))
    async with (
        opened(open_to_all),
        client_of(open_to_all) as client,
    ):
        answer = await client.post("/device-logins", json={"machine": "x"})

    assert answer.status_code == 404
    assert "no accounts" in answer.json()["detail"]


@pytest.mark.external
def test_a_terminal_begins_at_one_replica_and_is_confirmed_at_another(
    tmp_path: Path,
) -> None:
    with (
        two_replicas(tmp_path) as (here, there),
        signed_in(there, "author") as author,
        logging_in(here, tmp_path / "terminal") as (process, code),
    ):
        seen = author.post("/device-logins/look", json={"code": code})
        body = {"code": code, "allow": True}
        decided = author.post("/device-logins/decide", json=body)
        output, _ = process.communicate(timeout=60)
        kept = json.loads((tmp_path / "terminal/marketplace/tokens.json").read_text())
        token = {"authorization": f"Bearer {kept[here]}"}
        users = [
            httpx.get(f"{url}/about", headers=token).json()["user"]
            for url in (here, there)
        ]

    assert (seen.status_code, decided.status_code) == (200, 204)
    assert (process.returncode, "signed in as author" in output) == (0, True)
    assert users == ["author", "author"]


@pytest.mark.external
def test_of_two_replicas_one_decides_and_one_gives_the_token(tmp_path: Path) -> None:
    with (
        two_replicas(tmp_path) as urls,
        signed_in(urls[0], "author") as author,
        signed_in(urls[1], "reader") as reader,
        ThreadPoolExecutor() as threads,
    ):
        machine = {"machine": "a laptop"}
        begun = httpx.post(f"{urls[0]}/device-logins", json=machine).json()

        def decide(browser: httpx.Client) -> int:
            body = {"code": begun["user_code"], "allow": True}
            return browser.post("/device-logins/decide", json=body).status_code

        def redeem(url: str) -> int:
            secret = {"device_code": begun["device_code"]}
            return httpx.post(f"{url}/device-logins/redeem", json=secret).status_code

        decided = list(threads.map(decide, (author, reader)))
        redeemed = list(threads.map(redeem, urls * 3))
        made = [len(one.get("/tokens").json()) for one in (author, reader)]

    assert sorted(decided) == [204, 404]
    assert sorted(redeemed) == [201, *[410] * 5]
    assert made == [int(status == 204) for status in decided]
