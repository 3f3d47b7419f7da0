"""What a stranger sends to an engine whose people sign in at a provider."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from oidc_provider import TestProvider, unsigned, with_head, with_mac

from ...building import client_of
from ..test_hidden import logged_by_engine
from .browsing import (
    CALLBACK,
    COOKIE,
    NO_TIME,
    SIGN_IN,
    begin,
    sign_in,
    who,
    with_token,
)

# Fixed: they are part of the names of tests, which workers compare.
PAST = 1_000_000_000
FUTURE = 4_000_000_000
CRITICAL = {"alg": "RS256", "crit": ["b64"], "b64": False}
WRONG_CLAIMS: list[dict[str, Any]] = [
    {"aud": "another"},
    {"aud": None},
    {"aud": {"marketplace": 1}},
    {"iss": "http://127.0.0.1:1"},
    {"iss": None},
    {"exp": PAST},
    {"exp": None},
    {"exp": "soon"},
    {"exp": True},
    {"nbf": FUTURE},
    {"iat": FUTURE},
    {"sub": None},
    {"sub": 7},
    {"sub": "x" * 300},
]


@pytest.mark.parametrize("changed", WRONG_CLAIMS, ids=str)
async def test_a_token_with_wrong_claims_opens_nothing(
    browser: httpx.AsyncClient, provider: TestProvider, changed: dict[str, Any]
) -> None:
    assert await with_token(browser, provider.signed(**changed)) == 401
    refused = await sign_in(browser, provider, **changed)
    assert refused.status_code == 400
    assert COOKIE not in browser.cookies


APART = [(seconds, name) for seconds in (30, 90) for name in ("exp", "nbf", "iat")]


@pytest.mark.parametrize(("seconds", "name"), APART)
async def test_clocks_may_be_a_minute_apart_and_not_more(
    browser: httpx.AsyncClient, provider: TestProvider, seconds: int, name: str
) -> None:
    sign = -1 if name == "exp" else 1
    at = int(time.time())
    wrong_way = {name: at + sign * seconds}
    right_way = {name: at - sign * seconds}

    by_token = await with_token(browser, provider.signed(**wrong_way))
    signed_in = await sign_in(browser, provider, **wrong_way)
    fine = await with_token(browser, provider.signed(**right_way))

    accepted = seconds < 60
    assert by_token == (200 if accepted else 401)
    assert signed_in.status_code == (303 if accepted else 400)
    assert (COOKIE in browser.cookies) == accepted
    assert fine == 200


async def test_a_token_without_a_right_signature_opens_nothing(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    # The engine knows the key.
    assert await with_token(browser, provider.signed()) == 200
    kid = provider.key.kid
    claims = provider.claims(groups=["staff"])
    head, body, mac = provider.signed().split(".")
    other = TestProvider()
    other.url = provider.url
    other.key = RSAKey.generate_key(2048, {"kid": kid})
    public = provider.key.public_key.public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    embedded = {"jwk": other.key.as_dict(private=False), "jku": f"{provider.url}/mine"}

    statuses = [
        await with_token(browser, token)
        for token in (
            unsigned(claims, kid),
            with_mac(claims, public, kid),
            with_mac(claims, public.strip(), kid),
            other.signed(groups=["staff"]),
            other.signed(embedded, groups=["staff"]),
            with_head(CRITICAL | {"kid": kid}, provider),
            provider.signed({"kid": "unknown"}),
            f"{head}.{provider.signed(groups=['staff']).split('.')[1]}.{mac}",
            f"{head}.{body}.",
            f"{head}.{body}.{mac}x",
            f"ey.{body}.{mac}",
            "ey..",
            "ey" + "x" * 20_000 + "..",
        )
    ]

    assert statuses == [401] * 13
    assert "/mine" not in provider.asked


@pytest.mark.parametrize(
    ("head", "changed"),
    [
        ({}, {"nonce": "n"}),
        ({}, {"at_hash": "h"}),
        ({}, {"typ": "ID"}),
        ({}, {"typ": "Refresh"}),
        ({"typ": "logout+jwt"}, {}),
        ({}, {"events": {}}),
    ],
)
async def test_what_is_signed_for_something_else_is_no_access_token(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    head: dict[str, str],
    changed: dict[str, Any],
) -> None:
    assert await with_token(browser, provider.signed(head, **changed)) == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"azp": "another"},
        {"events": {}},
    ],
)
async def test_an_id_token_for_another_sign_in_signs_nobody_in(
    browser: httpx.AsyncClient, provider: TestProvider, changed: dict[str, Any]
) -> None:
    answer = await sign_in(browser, provider, **changed)

    assert answer.status_code == 400
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize(
    "changed",
    [
        {"events": None},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"events": ["http://schemas.openid.net/event/backchannel-logout"]},
        {"nonce": "n"},
        {"aud": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": PAST},
        {"iat": PAST},
        {"iat": None},
        {"sub": None},
    ],
    ids=str,
)
async def test_a_forged_logout_ends_no_session(
    browser: httpx.AsyncClient, provider: TestProvider, changed: dict[str, Any]
) -> None:
    await sign_in(browser, provider)

    answers = [
        await browser.post("/oidc/back-channel-logout", data={"logout_token": token})
        for token in (
            provider.logout_token(**changed),
            unsigned(provider.claims(), "first"),
            "",
        )
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert (await who(browser))["name"] == "ada"


async def test_a_large_form_is_refused(browser: httpx.AsyncClient) -> None:
    body = {"logout_token": "x" * 100_000}

    answer = await browser.post("/oidc/back-channel-logout", data=body)

    assert answer.status_code == 413


async def test_an_answer_of_the_provider_is_used_once(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    brought = provider.consent(await begin(browser))
    kept = browser.cookies["marketplace-oidc"]
    first = await browser.get(CALLBACK, params=brought)
    again = provider.consent(
        f"{provider.url}/authorize?state={brought['state']}&nonce=n&code_challenge=c"
    )

    cookie = {"cookie": f"marketplace-oidc={kept}"}
    answers = [
        await browser.get(CALLBACK, params=brought, headers=cookie),
        await browser.get(CALLBACK, params=again, headers=cookie),
        await browser.get(CALLBACK, params=brought),
    ]

    assert first.status_code == 303
    assert [answer.status_code for answer in answers] == [400] * 3
    assert all("set-cookie" in answer.headers for answer in answers)
    assert provider.asked.count("/token") == 1


async def test_a_sign_in_that_another_browser_began_gives_no_session(
    browser: httpx.AsyncClient, provider: TestProvider, app: FastAPI
) -> None:
    async with client_of(app) as stranger:
        lure = provider.consent(await begin(stranger))

        without = await browser.get(CALLBACK, params=lure)
        await begin(browser)
        with_own = await browser.get(CALLBACK, params=lure)

    assert (without.status_code, with_own.status_code) == (400, 400)
    assert COOKIE not in browser.cookies
    assert "/token" not in provider.asked


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"error": "access_denied", "code": ""},
        {"code": ""},
        {"code": "c" * 5_000},
        {"code": "made-up"},
        {"state": ""},
        {"state": "ü"},
    ],
    ids=str,
)
async def test_a_changed_answer_gives_no_session(
    browser: httpx.AsyncClient, provider: TestProvider, changed: dict[str, str]
) -> None:
    brought = provider.consent(await begin(browser)) | changed

    answer = await browser.get(CALLBACK, params=brought)

    assert answer.status_code == 400
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("cookie", ["x", "AAAA", "ü", "A" * 5_000])
async def test_a_cookie_that_the_engine_did_not_seal_is_none(
    browser: httpx.AsyncClient, provider: TestProvider, cookie: str
) -> None:
    brought = provider.consent(await begin(browser))
    headers = {"cookie": f"marketplace-oidc={cookie}".encode()}

    answer = await browser.get(CALLBACK, params=brought, headers=headers)

    assert answer.status_code == 400


async def test_a_sign_in_that_takes_too_long_gives_no_session(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brought = provider.consent(await begin(browser))
    monkeypatch.setattr("engine.usecases.access.at_provider.COMES_BACK_WITHIN", NO_TIME)

    answer = await browser.get(CALLBACK, params=brought)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
    ],
)
async def test_signing_in_leads_to_no_other_site(
    browser: httpx.AsyncClient, provider: TestProvider, wanted: str
) -> None:
    answer = await sign_in(browser, provider, wanted)

    assert answer.headers["location"] == "/"


async def test_the_session_before_is_not_taken_over(
    browser: httpx.AsyncClient, provider: TestProvider, app: FastAPI
) -> None:
    async with client_of(app) as stranger:
        await sign_in(stranger, provider, sub="mallory", preferred_username="mallory")
        browser.cookies.update(stranger.cookies)

        await sign_in(browser, provider)

        assert (await who(browser))["name"] == "ada"
        assert await who(stranger) is None


async def test_forged_headers_do_not_change_where_people_come_back_to(
    browser: httpx.AsyncClient,
) -> None:
    headers = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-prefix": "/evil",
        "forwarded": "host=evil.example",
    }

    answer = await browser.get(SIGN_IN, headers=headers)

    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/oidc/callback"]


async def test_groups_come_from_the_provider_alone(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, groups="staff", roles=["staff"])
    session = await who(browser)
    await sign_in(browser, provider, sub="boss", groups=["staff"])
    boss = await who(browser)

    # What an administrator may change has no field for them.
    answers = [
        await browser.patch(f"/people/{session['id']}", json=body)
        for body in (
            {"provided": {"administrator": True}},
            {"groups": ["staff"]},
            {"roles": {"main": "owner"}},
        )
    ]

    assert (session["administrator"], session["roles"]) == (False, {})
    assert boss["administrator"]
    assert {answer.status_code for answer in answers} == {422}


async def test_no_token_is_in_an_address_or_in_the_log(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    token = provider.signed()
    wrong = provider.signed(aud="another")
    await sign_in(browser, provider)
    session = browser.cookies[COOKIE]
    brought = provider.consent(await begin(browser), aud="another")
    refused = await browser.get(CALLBACK, params=brought)
    browser.cookies.clear()

    in_address = [
        await browser.get("/services", params={name: token})
        for name in ("access_token", "token", "authorization")
    ]
    await with_token(browser, wrong)
    await with_token(browser, token)
    await sign_in(browser, provider, sub="boss", groups=["staff"])
    audit = await browser.get("/audit", headers={"accept": "application/x-ndjson"})

    assert [answer.status_code for answer in in_address] == [401] * 3
    assert "oidc" in audit.text
    logged = logged_by_engine(caplog)
    assert logged
    told = [logged, audit.text, refused.text]
    told += [answer.text + str(answer.headers) for answer in in_address]
    for secret in (session, token, wrong, brought["code"], brought["state"]):
        assert [text for text in told if secret in text] == []
