"""The plain forms to sign in; where they lead, and where they never do."""

import re
from collections.abc import Callable

import httpx
import pytest
from engine.bootstrap import create
from engine.settings import Settings

from ..building import client_of, opened
from .conftest import PASSWORD, SignIn

AS_BROWSER = {"accept": "text/html,*/*"}


def leads_to(page: str) -> str:
    found = re.search(r'data-next="([^"]*)"', page)
    assert found
    return found[1]


async def test_a_browser_without_a_session_is_sent_to_sign_in_and_back(
    plain: httpx.AsyncClient,
) -> None:
    sent = await plain.get("/docs?deep=1", headers=AS_BROWSER)
    page = await plain.get(sent.headers["location"])

    assert sent.status_code == 303
    assert leads_to(page.text) == "/docs?deep=1"
    assert page.headers["cache-control"] == "no-store"


async def test_a_program_is_told_that_it_needs_an_account(
    anybody: httpx.AsyncClient,
) -> None:
    answer = await anybody.get("/tasks")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"].endswith(":not-signed-in")


async def test_who_is_signed_in_sees_the_page(sign_in: SignIn) -> None:
    browser = await sign_in("guest")

    assert (await browser.get("/docs", headers=AS_BROWSER)).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil.example",
        "/%0d%0aset-cookie:x=1\r\nx: y",
        "/" + "x" * 600,
    ],
)
async def test_signing_in_leads_to_no_other_site(
    plain: httpx.AsyncClient, wanted: str
) -> None:
    page = await plain.get("/sign-in", params={"next": wanted})

    assert leads_to(page.text) == "/"


async def test_what_is_asked_for_cannot_write_into_the_page(
    plain: httpx.AsyncClient,
) -> None:
    page = await plain.get("/sign-in", params={"next": '/"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]


async def test_the_first_administrator_is_made_once_at_the_printed_address(
    settings: Settings, invitation: Callable[[], str]
) -> None:
    app = create(settings)
    async with opened(app), client_of(app) as browser:
        await app.state.engine.accounts.signing_in.welcome()
        body = {"invitation": invitation(), "name": "ada", "password": PASSWORD}

        weak = await browser.post(
            "/first-administrator", json={**body, "password": "x"}
        )
        made = await browser.post("/first-administrator", json=body)
        again = await browser.post("/first-administrator", json={**body, "name": "bob"})

        assert weak.status_code == 422
        assert made.status_code == 201
        assert made.json()["person"]["administrator"] is True
        assert again.status_code == 401
        assert (await browser.get("/people")).status_code == 200


async def test_an_address_that_was_not_printed_makes_nobody(
    settings: Settings, invitation: Callable[[], str]
) -> None:
    app = create(settings)
    async with opened(app), client_of(app) as browser:
        await app.state.engine.accounts.signing_in.welcome()
        forged = invitation()[:-1] + "-"
        body = {"invitation": forged, "name": "ada", "password": PASSWORD}

        answer = await browser.post("/first-administrator", json=body)

        assert answer.status_code == 401
        assert await app.state.engine.accounts.people.page("", 1) == ([], None)


async def test_a_one_time_address_is_no_session(
    settings: Settings, invitation: Callable[[], str]
) -> None:
    app = create(settings)
    async with opened(app), client_of(app) as browser:
        await app.state.engine.accounts.signing_in.welcome()
        shown = {"authorization": f"Bearer {invitation()}"}

        assert (await browser.get("/tasks", headers=shown)).status_code == 401


async def test_the_plain_form_shows_the_invitation_to_nobody_but_the_engine(
    plain: httpx.AsyncClient,
) -> None:
    page = await plain.get("/first-administrator")

    assert page.status_code == 200
    assert 'data-invited="1"' in page.text
    assert "location.hash" in page.text
