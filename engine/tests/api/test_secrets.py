"""Secrets over HTTP: stored, listed by name, deleted; no answer has a value."""

import httpx
import pytest

VALUE = "a-canary-of-thirty-characters"


async def test_a_secret_is_stored_and_listed_by_name(client: httpx.AsyncClient) -> None:
    answer = await client.put("/secrets/github", json={"value": VALUE})

    listed = await client.get("/secrets")
    assert answer.status_code == 200
    assert listed.json() == [answer.json()]
    assert listed.json()[0].keys() == {"name", "stored_at"}
    assert VALUE not in answer.text + listed.text


async def test_a_deleted_secret_is_gone(client: httpx.AsyncClient) -> None:
    await client.put("/secrets/github", json={"value": VALUE})

    answer = await client.delete("/secrets/github")

    assert answer.status_code == 204
    assert (await client.get("/secrets")).json() == []
    assert (await client.delete("/secrets/github")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"value": 12345678},
        {"value": VALUE, "more": 1},
        {"secret": VALUE},
        {"value": VALUE + "\n"},
        {"value": VALUE[:7]},
        [VALUE],
    ],
)
async def test_a_body_that_is_refused_is_not_repeated(
    client: httpx.AsyncClient, body: object
) -> None:
    answer = await client.put("/secrets/github", json=body)

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert VALUE[:7] not in answer.text


async def test_a_body_that_is_no_json_is_not_repeated(
    client: httpx.AsyncClient,
) -> None:
    headers = {"content-type": "application/json"}
    body = f'{{"value": {VALUE}}}'

    answer = await client.put("/secrets/github", content=body, headers=headers)

    assert answer.status_code == 422
    assert VALUE[:7] not in answer.text


async def test_a_value_can_be_read_nowhere(client: httpx.AsyncClient) -> None:
    await client.put("/secrets/github", json={"value": VALUE})

    answer = await client.get("/secrets/github")

    assert answer.status_code == 405
