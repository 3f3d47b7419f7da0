"""Tokens and sessions are in no log, no answer and no audit, wherever they are sent."""

import httpx
import pytest

from .conftest import SignIn
from .test_tokens import token_of


async def test_a_token_in_an_address_is_not_read(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    secret = (await token_of(await sign_in("root")))["authorization"].split()[1]

    for name in ("token", "access_token", "authorization"):
        answer = await anybody.get("/tasks", params={name: secret})
        assert answer.status_code == 401


async def test_no_log_no_answer_and_no_audit_has_a_secret(
    anybody: httpx.AsyncClient, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    reader, root = await sign_in("reader"), await sign_in("root")
    secret = (await token_of(reader))["authorization"].split()[1]
    session = reader.cookies["marketplace"]

    answers = [
        await browser.request(method, path, params={name: secret}, json={})
        for browser in (anybody, reader)
        for name in ("token", "access_token", "authorization")
        for method, path in (("GET", "/tasks"), ("POST", "/people"), ("GET", "/no"))
    ]
    wrong = {"authorization": f"Bearer {secret}x"}
    answers.append(await reader.get("/tasks", headers=wrong))
    right = {"authorization": f"Bearer {secret}"}
    answers.append(await anybody.get("/tasks", headers=right))
    audit = await root.get("/audit", headers={"accept": "application/x-ndjson"})

    refused = {answer.status_code for answer in answers[:-1] if answer.is_error}
    assert refused == {401, 403, 404}
    assert '"POST /people"' in audit.text
    logged = logged_by_engine(caplog)
    assert caplog.records
    for hidden in (secret, session):
        assert hidden not in logged
        assert hidden not in audit.text
        assert [one.text for one in answers if hidden in one.text] == []
        assert [one.headers for one in answers if hidden in str(one.headers)] == []


def logged_by_engine(caplog: pytest.LogCaptureFixture) -> str:
    """All lines but those that the client of the test writes of its own calls."""
    lines = [one for one in caplog.records if one.name not in ("httpx", "asyncio")]
    return "\n".join(caplog.handler.format(one) for one in lines)
