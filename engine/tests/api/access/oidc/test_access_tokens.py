"""What access tokens of a provider open, with which of its keys, and if it is away."""

import time
from typing import Any

import httpx
import pytest
from aiohttp import web
from fastapi import FastAPI
from joserfc.jwk import ECKey, OKPKey
from oidc_provider import TestProvider

from .browsing import NO_TIME, SIGN_IN, sign_in, who, with_token


async def test_an_access_token_opens_what_its_person_may_do_and_it_is_for(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    plain = {"authorization": f"Bearer {provider.signed()}"}
    publishing = provider.signed(scope="openid marketplace:publish marketplace:read")

    started = await browser.post("/services/any", json={}, headers=plain)
    refused = await browser.delete("/services/any", headers=plain)
    removed = await browser.delete(
        "/services/any", headers={"authorization": f"Bearer {publishing}"}
    )

    assert started.status_code == 202
    assert refused.json()["type"].endswith("scope-missing")
    assert removed.status_code == 204


async def test_an_access_token_that_tells_no_groups_takes_none(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    await sign_in(browser, provider, groups=["students"])
    old = provider.signed(iat=int(time.time()) - 100, groups=["staff"])

    statuses = [
        await with_token(browser, provider.signed(groups=None)),
        await with_token(browser, old),
    ]

    assert statuses == [200, 200]
    assert not (await who(browser, authorization=f"Bearer {old}"))["administrator"]


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256", {"kid": "second"}), "ES256"),
        (OKPKey.generate_key("Ed25519", {"kid": "second"}), "Ed25519"),
    ],
)
async def test_a_new_key_is_taken_and_the_old_one_refused_in_time(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    key: Any,
    algorithm: str,
) -> None:
    before = provider.signed()
    assert await with_token(browser, before) == 200

    provider.rotate(key, algorithm)
    monkeypatch.setattr("engine.adapters.oidc.remembered.ASKED_AGAIN_AFTER", NO_TIME)
    after = await with_token(browser, provider.signed())

    monkeypatch.setattr("engine.usecases.access.credentials.REMEMBERED_FOR", NO_TIME)
    assert after == 200
    assert await with_token(browser, before) == 401


async def test_unknown_keys_do_not_make_the_engine_ask_again_and_again(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    statuses = {
        await with_token(browser, provider.signed({"kid": f"made-up-{number}"}))
        for number in range(30)
    }

    assert statuses == {401}
    assert provider.asked.count("/keys") == 1
    assert await with_token(browser, provider.signed()) == 200


async def test_a_provider_that_is_away_is_said_and_soon_forgotten(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    elsewhere = {"location": f"{provider.url}/elsewhere"}
    provider.answers["/.well-known/openid-configuration"] = lambda: web.Response(
        status=302, headers=elsewhere
    )

    answers = [await browser.get(SIGN_IN) for _ in range(5)]
    bearer = await with_token(browser, provider.signed())

    assert {answer.status_code for answer in answers} == {503}
    assert "provider" in answers[0].text
    assert bearer == 503
    # Not for each of them, and not where it sends the engine.
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "http://127.0.0.1:1/other"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"x": "y" * (1 << 20)},
    ],
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(
    browser: httpx.AsyncClient, provider: TestProvider, described: dict[str, str]
) -> None:
    provider.described = described

    assert (await browser.get(SIGN_IN)).status_code == 503
