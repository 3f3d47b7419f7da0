"""Signing in and out at a provider of OpenID Connect, and who that is here."""

import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import external
import httpx
import pytest
from engine.bootstrap import create
from engine.settings import Settings
from fastapi import FastAPI
from oidc_provider import TestProvider

from servers.waiting import until

from ...building import client_of, opened
from ..test_replicas import REVOKED_WITHIN_SECONDS
from .browsing import CALLBACK, COOKIE, begin, sign_in, who, with_token


async def test_who_comes_back_is_signed_in_and_where_they_wanted_to_go(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    answer = await sign_in(browser, provider, "/task/1?node=a")

    about = (await browser.get("/about")).json()
    assert (answer.status_code, answer.headers["location"]) == (303, "/task/1?node=a")
    assert about["auth"] == "oidc"
    assert about["person"]["name"] == "ada"
    assert about["person"]["roles"] == {"main": "author"}
    assert not about["person"]["administrator"]


async def test_the_provider_is_asked_with_pkce_state_and_nonce(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    address = await begin(browser)

    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.url}/authorize?theme=dark&")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/oidc/callback"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce"))


async def test_the_page_to_sign_in_leads_to_the_provider(
    plain: httpx.AsyncClient,
) -> None:
    page = await plain.get("/sign-in", params={"next": "/history"})

    assert 'href="/oidc/sign-in?next=/history"' in page.text
    assert "password" not in page.text


async def test_groups_are_read_anew_at_each_sign_in(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    seen = []
    for groups in (["staff"], ["students", "others"], []):
        await sign_in(browser, provider, groups=groups)
        about = await who(browser)
        seen.append((about["administrator"], about["roles"]))

    assert seen == [(True, {}), (False, {"main": "reader"}), (False, {})]


async def test_a_role_given_here_stays_when_a_group_is_left(
    browser: httpx.AsyncClient, provider: TestProvider, app: FastAPI
) -> None:
    await sign_in(browser, provider, groups=["staff"])
    id = (await who(browser))["id"]
    await browser.put(f"/spaces/main/members/{id}", json={"role": "author"})

    await sign_in(browser, provider, groups=["students"])

    assert (await who(browser))["roles"] == {"main": "author"}


async def test_a_name_that_somebody_has_here_gives_another_account(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, preferred_username="root")

    about = await who(browser)
    assert about["name"].startswith("root-")
    assert about["id"] != "root"
    assert not about["administrator"]


async def test_a_name_that_changes_at_the_provider_is_the_same_person(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider)
    before = await who(browser)
    await sign_in(browser, provider, preferred_username="ada-married")

    assert (await who(browser))["id"] == before["id"]


async def test_what_can_be_no_name_gives_one(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, sub="<a|b>", preferred_username="<b>")

    assert (await who(browser))["name"].startswith("person-")


async def test_passwords_are_not_taken(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, groups=["staff"])
    body = {"name": "root", "password": "fish under blue stairs"}

    answers = [
        await browser.post("/sessions", json=body),
        await browser.post("/people", json=body),
        await browser.patch("/people/root", json={"password": body["password"]}),
        await browser.put("/account/password", json={"current": "", "password": ""}),
    ]

    kinds = {answer.json()["type"].rpartition(":")[2] for answer in answers}
    assert kinds == {"no-passwords"}


async def test_who_is_locked_here_does_not_come_in(
    browser: httpx.AsyncClient, provider: TestProvider, app: FastAPI
) -> None:
    await sign_in(browser, provider)
    id = (await who(browser))["id"]
    async with client_of(app) as other:
        await sign_in(other, provider, sub="boss", groups=["staff"])
        await other.patch(f"/people/{id}", json={"active": False})

    answer = await sign_in(browser, provider)

    assert answer.status_code == 400
    assert "locked" in answer.text
    assert COOKIE not in browser.cookies or (await who(browser)) is None
    assert await with_token(browser, provider.signed()) == 401


async def test_signing_out_ends_the_session_here_and_leads_to_the_provider(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider)
    session = browser.cookies[COOKIE]

    address = (await browser.post("/oidc/sign-out")).json()["address"]

    told = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.url}/end?")
    assert told["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/sign-in"]
    assert told["id_token_hint"][0].count(".") == 2
    headers = {"cookie": f"{COOKIE}={session}"}
    assert (await browser.get("/services", headers=headers)).status_code == 401


@pytest.mark.parametrize("told", [{"sid": "at-provider-1"}, {}])
async def test_the_provider_ends_the_sessions_that_it_names(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    app: FastAPI,
    told: dict[str, str],
) -> None:
    await sign_in(browser, provider)
    async with client_of(app) as other, client_of(app) as another:
        await sign_in(other, provider, sid="at-provider-2")
        await sign_in(another, provider, sub="bob", preferred_username="bob")

        ended = await browser.post(
            "/oidc/back-channel-logout",
            data={"logout_token": provider.logout_token(**told)},
        )

        assert ended.status_code == 200
        assert await who(browser) is None
        assert (await who(other) is None) is (told == {})
        assert (await who(another))["name"] == "bob"


async def test_who_signs_in_is_in_the_audit_log(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, groups=["staff"])

    entries = (await browser.get("/audit")).json()["items"]

    found = [(one["action"], one["name"], one["outcome"]) for one in entries]
    assert ("GET /oidc/callback", "ada", "done") in found


async def test_people_are_in_the_groups_here_that_follow_those_of_the_provider(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, sub="boss", groups=["staff"])
    group = {"id": "choir", "name": "Choir", "provider_group": "singers"}
    made = await browser.post("/groups", json=group)
    await browser.put("/spaces/main/members/choir", json={"role": "owner"})

    await sign_in(browser, provider, groups=["singers"])
    inside = await who(browser)
    await sign_in(browser, provider, groups=[])

    assert made.status_code == 201, made.text
    assert inside["roles"] == {"main": "owner"}
    assert (await who(browser))["roles"] == {}


@pytest.mark.external
async def test_a_sign_in_begins_at_one_replica_and_ends_at_another_once(
    settings: Settings, provider: TestProvider, tmp_path: Path
) -> None:
    shared = external.cluster()
    async with AsyncExitStack() as open_:
        browsers = []
        for name in ("one", "two"):
            own = shared | {"data_dir": tmp_path / name}
            application = create(settings.model_copy(update=own))
            await open_.enter_async_context(opened(application))
            browsers.append(await open_.enter_async_context(client_of(application)))
        one, two = browsers
        brought = provider.consent(await begin(one))
        kept = {"cookie": f"marketplace-oidc={one.cookies['marketplace-oidc']}"}

        ended = await two.get(CALLBACK, params=brought, headers=kept)
        again = await one.get(CALLBACK, params=brought, headers=kept)
        one.cookies.update(two.cookies)
        seen = await who(one)
        await two.post(
            "/oidc/back-channel-logout", data={"logout_token": provider.logout_token()}
        )

        assert (ended.status_code, again.status_code) == (303, 400)
        assert seen["name"] == "ada"
        ended_at = time.monotonic()
        await until(lambda: _is_nobody(one))

        assert time.monotonic() - ended_at < REVOKED_WITHIN_SECONDS


async def test_a_terminal_signs_in_as_who_signed_in_at_the_provider(
    browser: httpx.AsyncClient, provider: TestProvider, app: FastAPI
) -> None:
    async with client_of(app) as terminal:
        begun = (await terminal.post("/device-logins", json={"machine": "x"})).json()
        await sign_in(browser, provider, wanted="/device")
        code = {"code": begun["user_code"], "allow": True}
        decided = await browser.post("/device-logins/decide", json=code)
        secret = {"device_code": begun["device_code"]}
        made = (await terminal.post("/device-logins/redeem", json=secret)).json()

        shown = await who(terminal, authorization=f"Bearer {made['token']}")

    assert decided.status_code == 204
    assert (shown["name"], shown["roles"]) == ("ada", {"main": "author"})
    assert shown["scopes"] == ["read", "run"]


async def _is_nobody(browser: httpx.AsyncClient) -> bool:
    return await who(browser) is None
