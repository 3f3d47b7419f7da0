"""With accounts a service learns which person it works for."""

import httpx
import pytest
from fastapi import FastAPI

from ..building import client_of
from ..conftest import Worker
from ..test_identities import attempt_of, claims_for
from .conftest import PASSWORD, SignIn


@pytest.fixture
async def client(sign_in: SignIn) -> httpx.AsyncClient:
    """An administrator: nobody else announces the worker."""
    return await sign_in("root")


async def test_a_service_learns_who_started_the_task(
    app: FastAPI, client: httpx.AsyncClient, worker: Worker
) -> None:
    body = {"name": "Ada", "password": PASSWORD}
    made = await client.post("/people", json={**body, "role": "reader"})
    id_ = made.json()["id"]
    async with client_of(app) as ada, client_of(app) as service:
        assert (await ada.post("/sessions", json=body)).status_code == 201
        task = (await ada.post("/services/work", json={})).json()["jobId"]

        # Whoever has the attempt needs no account.
        claims = await claims_for(service, await attempt_of(worker))

    told = {name: claims[name] for name in ("sub", "name", "aud", "task")}
    assert told == {"sub": id_, "name": "Ada", "aud": "work", "task": task}
    assert id_ != "Ada"
