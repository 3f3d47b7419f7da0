"""People of a provider who were erased, and come back."""

import httpx
import pytest
from fastapi import FastAPI
from oidc_provider import TestProvider

from servers.waiting import until

from ...building import client_of
from ..traces import erased
from .browsing import NO_TIME, sign_in, who, with_token


async def test_who_was_erased_has_a_new_account_when_it_is_over(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sign_in(browser, provider)
    id = (await who(browser))["id"]
    async with client_of(app) as boss:
        await sign_in(boss, provider, sub="boss", groups=["staff"])
        assert (await boss.delete(f"/people/{id}")).status_code == 202
        await erased(boss, id)

        refused = await sign_in(browser, provider)
        bearer = await with_token(browser, provider.signed())

        monkeypatch.setattr("engine.usecases.erasures.LATE_AFTER", NO_TIME)
        gone = f"/people/{id}/erasure"
        await until(lambda: _is_absent(boss, gone))
        again = await sign_in(browser, provider)

    assert refused.status_code == 400
    assert "erased" in refused.text
    assert bearer == 401
    assert again.status_code == 303
    assert (await who(browser))["id"] == id


async def _is_absent(browser: httpx.AsyncClient, path: str) -> bool:
    return (await browser.get(path)).status_code == 404
