"""Secrets over HTTP: stored, listed by name, deleted; no answer has a value."""

import httpx
import pytest
from documents import end, entry, node, pipeline

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


@pytest.mark.parametrize(
    ("asks", "field"),
    [
        (
            {"headers": {"X": "a", "X-Key": {"template": "{secrets.a}"}}},
            "headers.X-Key",
        ),
        ({"query": {"token": {"template": "t-{secrets.a}"}}}, "query.token"),
        ({"url": "http://127.0.0.1:9/{secrets.a}"}, "url"),
    ],
)
async def test_a_task_that_lacks_a_secret_names_the_field(
    client: httpx.AsyncClient, asks: dict[str, object], field: str
) -> None:
    asking = {"url": "http://127.0.0.1:9/", **asks}
    call = node("call", "end", kind="http", **asking)
    document = pipeline(entry("call", route="lacks", body={}), call, end())
    await client.post("/services", json=document)

    failed = await client.post("/services/lacks?wait=30", json={})

    task = failed.headers["location"].removesuffix("/status")
    fault = (await client.get(f"{task}/runs")).json()["runs"]["call"]["fault"]
    assert (fault["code"], fault["field"]) == ("no-secret", field)
    assert "marketplace secrets set a" in fault["message"]
