"""Short ways to sign in at the provider, and to see who is signed in."""

from datetime import timedelta
from typing import Any

import httpx
from oidc_provider import TestProvider

CALLBACK = "/oidc/callback"
SIGN_IN = "/oidc/sign-in"
COOKIE = "marketplace"
NO_TIME = timedelta()


async def begin(browser: httpx.AsyncClient, wanted: str = "/") -> str:
    """Where the engine sends a browser to sign in."""
    answer = await browser.get(SIGN_IN, params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def sign_in(
    browser: httpx.AsyncClient,
    provider: TestProvider,
    wanted: str = "/",
    **changed: Any,
) -> httpx.Response:
    """Sign in as Ada, of whom the provider says something else."""
    brought = provider.consent(await begin(browser, wanted), **changed)
    return await browser.get(CALLBACK, params=brought)


async def who(client: httpx.AsyncClient, **headers: str) -> Any:
    return (await client.get("/about", headers=headers)).json()["person"]


async def with_token(browser: httpx.AsyncClient, token: str) -> int:
    """The status with which somebody with an access token is answered."""
    headers = {"authorization": f"Bearer {token}"}
    return (await browser.get("/services", headers=headers)).status_code
