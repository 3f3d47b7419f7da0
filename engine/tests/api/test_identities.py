"""A service asks for whom it works; nobody else learns it."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from engine.adapters.signing import Ed25519Signer
from joserfc import jwt
from joserfc.jwk import KeySet

from .conftest import Worker


async def attempt_of(worker: Worker) -> str:
    """The id of the attempt that the service was given next."""
    return (await worker.called()).partition("task_id=")[2]


async def claims_for(client: httpx.AsyncClient, attempt: str) -> Mapping[str, Any]:
    answer = await client.post("/caller", json={"task_id": attempt})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    keys = (await client.get("/.well-known/jwks.json")).json()
    token = answer.json()["token"]
    found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["Ed25519"])
    return found.claims


async def test_a_service_learns_for_whom_it_works(
    client: httpx.AsyncClient, worker: Worker
) -> None:
    task = (await client.post("/services/work", json={})).json()["jobId"]
    attempt = await attempt_of(worker)

    claims = await claims_for(client, attempt)

    told = {name: claims[name] for name in ("sub", "name", "aud", "task")}
    assert told == {"sub": "local", "name": "local", "aud": "work", "task": task}
    assert claims["exp"] - claims["iat"] == 300
    assert attempt not in str(claims)


async def test_nobody_learns_it_without_an_attempt_that_is_awaited(
    client: httpx.AsyncClient, worker: Worker
) -> None:
    await client.post("/services/work", json={})
    called = await worker.called()
    attempt = called.partition("task_id=")[2]
    await client.post(called, json={})

    other = "A" if attempt[-1] != "A" else "B"

    after = await client.post("/caller", json={"task_id": attempt})
    forged = await client.post("/caller", json={"task_id": f"{attempt[:-1]}{other}"})
    absent = await client.post("/caller", json={})

    statuses = [answer.status_code for answer in (after, forged, absent)]
    assert statuses == [409, 404, 422]


async def test_the_keys_have_no_private_half(client: httpx.AsyncClient) -> None:
    (key,) = (await client.get("/.well-known/jwks.json")).json()["keys"]

    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}


def test_what_was_signed_under_an_old_secret_is_believed_for_a_while() -> None:
    before = Ed25519Signer(b"old").sign({"sub": "ada"})
    after = Ed25519Signer(b"new", [b"old"])
    keys = KeySet.import_key_set(after.public_keys())

    assert jwt.decode(before, keys, algorithms=["Ed25519"]).claims == {"sub": "ada"}
    assert after.sign({}).split(".")[0] != before.split(".")[0]


@pytest.mark.parametrize("secret", [b"one", b"two"])
def test_all_replicas_have_the_same_key(secret: bytes) -> None:
    one, other = Ed25519Signer(secret), Ed25519Signer(secret)

    assert one.public_keys() == other.public_keys()
