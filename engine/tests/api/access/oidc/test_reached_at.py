"""A provider that browsers reach by one way, and the engine by another."""

import httpx
import pytest
from engine.settings import Settings
from oidc_provider import TestProvider

from .browsing import begin, sign_in, who, with_token

NAMED = "http://127.0.0.1:9/school"
"""What it calls itself; nothing listens there."""


@pytest.fixture
def settings(settings: Settings, provider: TestProvider) -> Settings:
    reached_at = provider.url
    provider.url = NAMED
    # A slash at its end is no part of the way.
    ways = {"oidc_issuer": NAMED, "oidc_reached_at": f"{reached_at}/"}
    return settings.model_copy(update=ways)


async def test_browsers_are_sent_to_the_name_and_the_engine_asks_by_its_own_way(
    browser: httpx.AsyncClient, provider: TestProvider
) -> None:
    address = await begin(browser)
    answer = await sign_in(browser, provider)

    assert address.startswith(f"{NAMED}/authorize?")
    assert answer.status_code == 303
    assert (await who(browser))["name"] == "ada"
    assert {"/token", "/keys"} <= set(provider.asked)
    assert await with_token(browser, provider.signed()) == 200


async def test_an_address_elsewhere_is_asked_where_it_is(
    browser: httpx.AsyncClient, provider: TestProvider, settings: Settings
) -> None:
    provider.described["token_endpoint"] = f"{settings.oidc_reached_at}token"

    answer = await sign_in(browser, provider)

    assert answer.status_code == 303
