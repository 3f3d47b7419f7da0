"""Who is erased is found nowhere any more, whatever is killed meanwhile."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from engine.adapters.choice import Adapters, chosen
from engine.bootstrap import create
from engine.cli.logs import TALKATIVE
from engine.domain.access.audit import Entry, broken
from engine.domain.errors import Unavailable
from engine.settings import Settings
from fastapi import FastAPI
from playground import Disturbed

from servers.waiting import block_until, until

from ..building import client_of, opened
from ..conftest import PIPELINES, echo
from ..serving import serving
from .conftest import PASSWORD, SignIn, person, start
from .test_replicas import add_people, signed_in
from .traces import (
    CANARY,
    TASKS,
    erased,
    kept_in,
    leave_letters,
    leave_traces,
    leave_traces_by,
)

SETS = [
    pytest.param(dict, id="embedded"),
    pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
]
NO_TIME = timedelta()
OWN = frozenset({"httpx", "httpcore.http11", "asyncio"})
"""What tells of the calls of the test itself."""


@asynccontextmanager
async def running(
    settings: Settings, adapters: Adapters | None = None
) -> AsyncIterator[FastAPI]:
    """An engine with an administrator, if there is none yet."""
    if adapters is None:
        adapters = chosen(settings)
    app = create(settings, adapters)
    async with opened(app):
        if await adapters.people.find("root") is None:
            await adapters.people.add(person("root", is_administrator=True))
        for document in PIPELINES:
            await app.state.engine.pipelines.publish(document)
        yield app


@asynccontextmanager
async def browsing(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of the administrator."""
    async with client_of(app) as browser:
        body = {"name": "root", "password": PASSWORD}
        answer = await browser.post("/sessions", json=body)
        assert answer.status_code == 201, answer.text
        yield browser


async def entries_of(root: httpx.AsyncClient) -> list[Entry]:
    answer = await root.get("/audit", headers={"accept": "application/x-ndjson"})
    return [Entry.from_json(json.loads(line)) for line in answer.text.splitlines()]


@pytest.mark.parametrize("stores", SETS)
async def test_who_is_erased_is_found_in_no_store_and_no_log(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    stores: Any,
) -> None:
    shared = stores()
    folder = tmp_path / "data"
    settings = Settings(
        data_dir=folder, pipelines_dir=None, auth="accounts", retry=0, **shared
    )
    caplog.set_level(logging.DEBUG)
    for name in TALKATIVE:
        # As `configure_logs` has it; its own test looks at what that leaves.
        caplog.set_level(logging.INFO, name)
    async with running(settings) as app, browsing(app) as root:
        id_ = await leave_traces(app, root)
        if shared:
            (task, *_) = (await root.get("/tasks")).json()["items"]
            await leave_letters(app.state.engine.inbox, task["id"])
            dead = f"{shared['nats_url'].rpartition('=')[2]}-dead"
            # What had its turn is in no file, as soon as no other event waits.
            await until(lambda: in_nats(CANARY) == {dead})
        before = found_in(folder, shared, CANARY)

        begun = await root.delete(f"/people/{id_}")
        told = await erased(root, id_)

        assert begun.status_code == 202
        assert before
        assert found_in(folder, shared, CANARY) == []
        assert CANARY not in json.dumps(told)
        assert told["erased"] == {
            "tasks": TASKS,
            "sessions": 1,
            "tokens": 1,
            "schedules": 1,
            "saved_documents": 1,
            "audit_entries": told["erased"]["audit_entries"],
        }

        # What was still arriving is looked for once more, and then the note goes too.
        assert (await root.delete(f"/people/{id_}")).json() == told
        monkeypatch.setattr("engine.usecases.erasures.LATE_AFTER", NO_TIME)
        await until(lambda: _is_absent(root, f"/people/{id_}/erasure"))

        # The note goes first, and then what files still hold of it.
        await until(lambda: found_in(folder, shared, id_) == [])
        entries = await entries_of(root)
        assert broken(entries) is None
        assert {one.deed.name for one in entries} == {"root", told["pseudonym"], ""}

    logged = [one.getMessage() for one in caplog.records if one.name not in OWN]
    assert not [line for line in logged if CANARY in line or id_ in line]
    assert found_in(folder, shared, CANARY) == []


@pytest.mark.parametrize("stores", SETS)
async def test_all_that_a_process_can_log_names_nobody(
    tmp_path: Path, stores: Any
) -> None:
    """Also before somebody is erased: nothing takes lines out of a log again."""
    shared = stores()
    folder, log = tmp_path / "data", tmp_path / "engine.log"
    await asyncio.to_thread(add_people, folder, **shared)
    with serving(folder, log=log, auth="accounts", **shared) as server:
        async with (
            httpx.AsyncClient(base_url=server.url, timeout=60) as root,
            httpx.AsyncClient(base_url=server.url, timeout=60) as somebody,
        ):
            body = {"name": "root", "password": PASSWORD}
            assert (await root.post("/sessions", json=body)).status_code == 201
            for document in PIPELINES:
                answer = await root.post("/services", json=document)
                assert answer.status_code == 201, answer.text
            id_ = await leave_traces_by(somebody, root)
            await root.delete(f"/people/{id_}")
            told = await erased(root, id_)

    lines = log.read_text().splitlines()
    assert [line for line in lines if f"{told['pseudonym']} is erased" in line]
    assert not [line for line in lines if CANARY in line or id_ in line]


def in_nats(text: str) -> set[str]:
    """The streams in whose files something stands."""
    folder = external.nats().folder
    return {
        path.relative_to(folder).parts[3]
        for path in (folder / "jetstream").rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    }


def found_in(folder: Path, shared: dict[str, str], text: str) -> list[str]:
    """Where something is found, but for what the routes that stay are called."""
    return [place for place, kept in kept_in(folder, shared) if text in kept]


async def _is_absent(root: httpx.AsyncClient, path: str) -> bool:
    return (await root.get(path)).status_code == 404


async def test_the_audit_log_tells_what_a_pseudonym_did(
    app: FastAPI, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    id_ = await leave_traces(app, root)

    await root.delete(f"/people/{id_}")
    pseudonym = (await erased(root, id_))["pseudonym"]

    told = [
        (one.deed.name, one.deed.action, one.deed.object, one.deed.address)
        for one in await entries_of(root)
    ]
    here = "127.0.0.1"
    assert ("root", "POST /people", pseudonym, here) in told
    assert ("root", "DELETE /people/{id}", pseudonym, here) in told
    assert ("", "POST /sessions", pseudonym, "") in told
    assert (pseudonym, "POST /services", "own-file", "") in told
    assert (pseudonym, "POST /tokens", pseudonym, "") in told
    member = f"art/{pseudonym} author"
    assert ("root", "PUT /spaces/{space}/members/{id}", member, here) in told


async def test_others_keep_what_is_theirs(app: FastAPI, sign_in: SignIn) -> None:
    root, author = await sign_in("root"), await sign_in("author")
    task = await start(author)
    await author.post("/services/any/saved", json={"of": "author"})
    id_ = await leave_traces(app, root)

    await root.delete(f"/people/{id_}")
    await erased(root, id_)

    assert (await author.get(f"/tasks/{task}/status")).status_code == 200
    saved = (await author.get("/services/any/saved")).json()
    assert len(saved) == 1
    # It belongs to the space.
    assert (await author.get("/services/own-loop")).status_code == 200
    members = (await root.get("/spaces/art/members")).json()["items"]
    assert members == []


async def test_who_is_being_erased_is_out_at_once_and_the_name_is_free_afterwards(
    app: FastAPI, sign_in: SignIn
) -> None:
    root = await sign_in("root")
    reader = await sign_in("reader")
    await start(reader)

    await root.delete("/people/reader")
    body = {"name": "reader", "password": PASSWORD}
    refused = await reader.post("/sessions", json=body)
    await erased(root, "reader")

    assert refused.status_code == 401
    assert (await root.get("/people/reader")).status_code == 404
    assert (await root.post("/people", json=body)).status_code == 201
    again = await sign_in("reader")
    assert (await again.get("/tasks")).status_code == 403


async def test_who_cannot_be_erased_stays(sign_in: SignIn) -> None:
    root = await sign_in("root")

    last = await root.delete("/people/root")
    absent = await root.delete("/people/nobody")

    assert (last.status_code, absent.status_code) == (409, 404)
    assert (await root.get("/people/root/erasure")).status_code == 404
    await sign_in("root")


@pytest.mark.parametrize("stores", SETS)
async def test_what_was_cut_off_in_the_middle_goes_on_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stores: Any
) -> None:
    """The second engine is a restart of the first one, or another replica."""
    shared = stores()
    settings = Settings(
        data_dir=tmp_path, pipelines_dir=None, auth="accounts", retry=0, **shared
    )
    adapters = chosen(settings)
    stuck = Stuck(adapters.blobs)
    monkeypatch.setattr("engine.usecases.erasures.ERASED_AT_ONCE", 1)
    async with AsyncExitStack() as first:
        disturbed = replace(adapters, blobs=stuck)
        app = await first.enter_async_context(running(settings, disturbed))
        root = await first.enter_async_context(browsing(app))
        id_ = await leave_traces(app, root)
        stuck.after = 2
        await root.delete(f"/people/{id_}")
        await asyncio.wait_for(stuck.reached.wait(), 30)
        halfway = (await root.get(f"/people/{id_}/erasure")).json()
        listed = (await root.get("/people")).json()["items"]
        if not shared:
            # Only one engine at a time may have the file.
            await first.aclose()

        monkeypatch.setattr("engine.usecases.erasures.NEGLECTED_AFTER", NO_TIME)
        async with running(settings) as other, browsing(other) as second:
            told = await erased(second, id_)

        assert halfway["erased"]["tasks"] == 2
        assert [one["id"] for one in listed if one["leaving"]] == [id_]
        # The timers may have taken the one that was under way.
        assert 2 < told["erased"]["tasks"] <= TASKS
        assert found_in(tmp_path, shared, CANARY) == []


class Busy(Disturbed):
    """A store of frames whose files cannot be scrubbed now, so many times."""

    def __init__(self, adapter: Any) -> None:
        super().__init__(adapter)
        self.times = 0

    async def scrub(self) -> None:
        if self.times:
            self.times -= 1
            raise Unavailable("engine.db", "its log is in use by others")
        await self.adapter.scrub()


async def test_files_that_are_in_use_are_scrubbed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, pipelines_dir=None, auth="accounts", retry=0)
    adapters = chosen(settings)
    busy = Busy(adapters.frames)
    disturbed = replace(adapters, frames=busy)
    async with running(settings, disturbed) as app, browsing(app) as root:
        id_ = await leave_traces(app, root)
        await root.delete(f"/people/{id_}")
        await erased(root, id_)
        busy.times = 2
        monkeypatch.setattr("engine.usecases.erasures.LATE_AFTER", NO_TIME)

        await until(lambda: _is_absent(root, f"/people/{id_}/erasure"))
        await until(lambda: found_in(tmp_path, {}, id_) == [])

        assert busy.times == 0


class Stuck(Disturbed):
    """A blob store that never comes back from erasing, after some times."""

    def __init__(self, adapter: Any) -> None:
        super().__init__(adapter)
        self.after = 1_000
        self.reached = asyncio.Event()

    async def __aenter__(self) -> "Stuck":
        await self.adapter.__aenter__()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.adapter.__aexit__(*reason)

    async def erase(self, task: str) -> None:
        if self.after == 0:
            self.reached.set()
            await asyncio.Event().wait()
        self.after -= 1
        await self.adapter.erase(task)


def test_an_engine_that_is_killed_goes_on_when_it_starts_again(tmp_path: Path) -> None:
    add_people(tmp_path)
    with serving(tmp_path, auth="accounts") as server:
        with (
            signed_in(server.url, "root") as root,
            signed_in(server.url, "owner") as owner,
        ):
            assert owner.post("/services", json=echo("any", body={})).is_success
            for _ in range(20):
                owner.post("/services/any", json={"who": CANARY}).raise_for_status()
            assert root.delete("/people/owner").status_code == 202
            os.kill(server.pid, signal.SIGKILL)

    with serving(tmp_path, auth="accounts") as server:
        with signed_in(server.url, "root") as root:
            block_until(
                lambda: root.get("/people/owner/erasure").json()["state"] == "done"
            )
            told = root.get("/people/owner/erasure").json()

        assert told["erased"]["tasks"] == 20
        assert found_in(tmp_path, {}, CANARY) == []
