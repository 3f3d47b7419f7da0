"""The audit log tells who did what, and what they were refused."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from engine.domain.access.audit import MAX_OBJECT_CHARACTERS, Entry, broken
from engine.domain.access.guessing import FREE_FAILURES_OF_ADDRESS
from engine.usecases.access.audit import TRIES
from fastapi import FastAPI

from ..conftest import echo
from .conftest import PASSWORD, SignIn, start

Json = Any


async def log_of(root: httpx.AsyncClient) -> list[Json]:
    """The entries, without those of signing in."""
    items = (await root.get("/audit", params={"limit": 1000})).json()["items"]
    return [one for one in items if one["action"] != "POST /sessions"]


def told(entry: Json) -> tuple[str, str, str, str]:
    return entry["name"], entry["action"], entry["object"], entry["outcome"]


async def test_what_changes_something_is_told_with_who_did_it(
    sign_in: SignIn,
) -> None:
    root, author, reader = [await sign_in(one) for one in ("root", "author", "reader")]

    await author.post("/services", json=echo("new", body={}))
    task = await start(reader, "new")
    await reader.delete(f"/tasks/{task}")
    await root.put("/spaces/main/members/guest", json={"role": "reader"})
    await root.put("/secrets/github", json={"value": "a value of the other side"})
    await root.delete("/secrets/github")
    await reader.post("/tokens", json={"label": "nightly"})
    await author.delete("/services/new")

    entries = await log_of(root)
    assert [told(one) for one in entries] == [
        ("author", "POST /services", "new", "done"),
        ("reader", "DELETE /tasks/{task}", task, "done"),
        ("root", "PUT /spaces/{space}/members/{id}", "main/guest reader", "done"),
        ("root", "PUT /secrets/{name}", "github", "done"),
        ("root", "DELETE /secrets/{name}", "github", "done"),
        ("reader", "POST /tokens", "nightly", "done"),
        ("author", "DELETE /services/{route}", "new", "done"),
    ]
    assert {one["address"] for one in entries} == {"127.0.0.1"}
    assert "other side" not in str(entries)


async def test_signing_in_is_told_and_the_names_that_were_tried(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    await anybody.post("/sessions", json={"name": "eve", "password": "x" * 20})
    root = await sign_in("root")
    await root.delete("/sessions/current")
    root = await sign_in("root")

    entries = (await root.get("/audit")).json()["items"]

    assert [told(one) for one in entries] == [
        ("", "POST /sessions", "eve", "refused"),
        ("root", "POST /sessions", "root", "done"),
        ("root", "DELETE /sessions/{id}", "current", "done"),
        ("root", "POST /sessions", "root", "done"),
    ]
    assert PASSWORD not in str(entries)


async def test_what_could_not_be_read_is_told_once_a_minute(sign_in: SignIn) -> None:
    """Somebody who asks again at once must not keep the disk from the tasks."""
    root = await sign_in("root")

    for name in ("gone", "gone", "gone", "lost"):
        assert (await root.get(f"/people/{name}/export")).status_code == 404

    assert [told(one) for one in await log_of(root)] == [
        ("root", "GET /people/{id}/export", "gone", "failed"),
        ("root", "GET /people/{id}/export", "lost", "failed"),
    ]


async def test_what_somebody_was_refused_is_told_once_a_minute(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root, reader, guest = [await sign_in(one) for one in ("root", "reader", "guest")]
    reading = (
        await reader.post("/tokens", json={"label": "r", "scopes": ["read"]})
    ).json()["token"]

    for _ in range(3):
        await reader.get("/secrets")
    await guest.get("/tasks")
    anybody.headers["authorization"] = f"Bearer {reading}"
    await anybody.post("/services/any", json={})

    refused = [one for one in await log_of(root) if one["outcome"] == "refused"]
    assert [told(one) for one in refused] == [
        ("reader", "GET /secrets", "", "refused"),
        ("guest", "GET /tasks", "", "refused"),
        ("reader", "POST /services/{route}", "any", "refused"),
    ]


@pytest.mark.usefixtures("long_delays")
async def test_a_stranger_cannot_fill_the_log(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    for number in range(2 * FREE_FAILURES_OF_ADDRESS):
        body = {"name": f"n{number}", "password": "x" * 20}
        await anybody.post("/sessions", json=body)
        await anybody.post("/first-administrator", json={**body, "invitation": "mki_"})

    items = (await root.get("/audit", params={"limit": 1000})).json()["items"]

    tried = [one["object"] for one in items if one["outcome"] != "done"]
    assert tried.count("the first administrator") == 1
    assert len(tried) == FREE_FAILURES_OF_ADDRESS + 1


async def test_a_long_name_is_cut_before_it_is_remembered(
    anybody: httpx.AsyncClient, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    body = {"name": "x" * 100_000, "password": "x" * 20}
    assert (await anybody.post("/sessions", json=body)).status_code == 401

    (*_, entry) = (await root.get("/audit")).json()["items"]

    assert entry["object"] == "x" * MAX_OBJECT_CHARACTERS


async def test_announcements_are_no_news(sign_in: SignIn) -> None:
    root = await sign_in("root")
    body = {"type": "service", "url": "http://127.0.0.1:9", "api": {"route": "blur"}}

    assert (await root.post("/services", json=body)).status_code == 200

    assert await log_of(root) == []


async def test_entries_that_are_noted_at_the_same_time_make_one_chain(
    sign_in: SignIn,
) -> None:
    root = await sign_in("root")
    names = [f"s{number}" for number in range(TRIES + 30)]
    value = {"value": "x" * 20}

    answers = await asyncio.gather(
        *(root.put(f"/secrets/{name}", json=value) for name in names)
    )

    answer = await root.get("/audit", headers={"accept": "application/x-ndjson"})
    entries = [Entry.from_json(json.loads(line)) for line in answer.text.splitlines()]
    assert {answer.status_code for answer in answers} == {200}
    assert len(entries) == len(names) + 1
    assert broken(entries) is None


async def test_the_log_comes_in_pages(app: FastAPI, sign_in: SignIn) -> None:
    root = await sign_in("root")
    for name in ("a", "b"):
        await root.put(f"/secrets/{name}", json={"value": "x" * 20})

    first = (await root.get("/audit?limit=2")).json()
    rest = (await root.get(f"/audit?after={first['next']}")).json()

    assert [one["number"] for one in first["items"] + rest["items"]] == [1, 2, 3]
    assert rest["next"] is None


async def test_the_log_is_looked_through_from_its_newest_entry(
    sign_in: SignIn,
) -> None:
    root, reader = await sign_in("root"), await sign_in("reader")
    for label in ("one", "two", "three"):
        await reader.post("/tokens", json={"label": label})

    sought = {"who": "READ", "action": "/tokens", "limit": 2}
    first = (await root.get("/audit/newest", params=sought)).json()
    rest = (
        await root.get("/audit/newest", params={**sought, "before": first["next"]})
    ).json()

    assert [one["object"] for one in first["items"]] == ["three", "two"]
    assert [one["object"] for one in rest["items"]] == ["one"]
    assert rest["next"] is None
