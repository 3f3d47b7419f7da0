"""Everybody can have all that is known of them; a download that breaks off goes on."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from engine.adapters.choice import chosen
from engine.api import zip_stream
from engine.api.zip_stream import PIECE_BYTES
from engine.settings import Settings
from engine.usecases import exports
from fastapi import FastAPI

from ..building import client_of
from .conftest import PASSWORD, SignIn, start
from .test_erasing import browsing, running
from .traces import CANARY, LARGE, TASKS, ended, leave_traces

ASKED = 6
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

SETS = [
    pytest.param(dict, id="embedded"),
    pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
]


def opened(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP, each of which is whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("stores", SETS)
async def test_an_export_has_everything(tmp_path: Path, stores: Any) -> None:
    settings = Settings(
        data_dir=tmp_path, pipelines_dir=None, auth="accounts", retry=0, **stores()
    )
    async with running(settings) as app, browsing(app) as root:
        id_ = await leave_traces(app, root)

        answer = await root.get(f"/people/{id_}/export")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert f"{CANARY}-" in answer.headers["content-disposition"]
    files = opened(answer.content)
    with_canary = {
        name.partition("/")[0] for name in files if CANARY in str(files[name])
    }
    assert with_canary == {
        "tasks",
        "saved",
        "tokens.json",
        "schedules.json",
        "audit-1.jsonl",
        "person.json",
    }
    tasks = [json.loads(line) for line in files["tasks.jsonl"].splitlines()]
    assert len(tasks) == TASKS
    for task in tasks:
        told = json.loads(files[f"tasks/{task['id']}/task.json"])
        assert told["id"] == task["id"]
        assert told["runs"]["entry"]["status"] == "succeeded"
    assert sum(LARGE in content.decode() for content in files.values()) >= 2
    uploads = [content for name, content in files.items() if "/files/" in name]
    assert uploads == [CANARY.encode()] * 2
    assert json.loads(files["person.json"])["groups"] == ["choir"]
    (token,) = json.loads(files["tokens.json"])
    assert token["label"] == CANARY
    assert "argon2" not in str(files)
    items = [name for name in files if "/items-" in name]
    assert len(items) == 1
    assert len(files[items[0]].splitlines()) == 2


async def test_everybody_exports_themselves_and_nobody_else(
    app: FastAPI, sign_in: SignIn
) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    await start(reader)

    own = await reader.get("/people/reader/export")
    foreign = await reader.get("/people/owner/export")
    absent = await reader.get("/people/nobody/export")
    by_root = [await root.get(f"/people/{one}/export") for one in ("owner", "nobody")]

    assert len(opened(own.content)) > 5
    assert foreign.status_code == 404
    assert foreign.text.replace("owner", "nobody") == absent.text == by_root[1].text
    assert by_root[0].status_code == 200
    log = (await root.get("/audit", params={"limit": 100})).json()["items"]
    told = [
        (one["name"], one["object"], one["outcome"])
        for one in log
        if one["action"] == "GET /people/{id}/export"
    ]
    assert told == [
        ("reader", "reader", "done"),
        ("reader", "owner", "failed"),
        ("reader", "nobody", "failed"),
        ("root", "owner", "done"),
        ("root", "nobody", "failed"),
    ]


@pytest.mark.parametrize("stores", SETS)
async def test_a_download_that_broke_off_goes_on_at_another_replica(
    tmp_path: Path, stores: Any
) -> None:
    shared = stores()

    def settings(name: str) -> Settings:
        # Embedded, the other one is the same engine after a restart.
        folder = tmp_path / (name if shared else "data")
        return Settings(
            data_dir=folder, pipelines_dir=None, auth="accounts", retry=0, **shared
        )

    async with running(settings("one")) as app, browsing(app) as root:
        id_ = await leave_traces(app, root)
        path = f"/people/{id_}/export"
        whole = await root.get(path)
    tag = whole.headers["etag"]
    size = len(whole.content)

    async with running(settings("two")) as app, browsing(app) as root:
        # What changes meanwhile comes behind what was sent.
        async with client_of(app) as person:
            right = {"name": CANARY, "password": PASSWORD}
            await person.post("/sessions", json=right)
            await ended(person, await start(person))
            for at in (1, 4_000, 40_000, size // 2):
                rest = {"range": f"bytes={at}-", "if-range": tag}
                answer = await root.get(path, headers=rest)

                assert answer.status_code == 206
                first, last, total = span(answer)
                assert (first, last) == (at, total - 1)
                assert len(answer.content) == total - at
                files = opened(whole.content[:at] + answer.content)
                assert any(name.startswith("running/") for name in files)
            # Too late: that part may have changed.
            late = {"range": f"bytes={size - 10}-", "if-range": tag}
            again = await root.get(path, headers=late)
            await person.delete(f"/tasks/{next(iter(of_tasks(whole.content)))}")
            other = await root.get(path, headers=rest)

    for answer in (again, other):
        assert answer.status_code == 200
        opened(answer.content)
    assert other.headers["etag"] != tag


def span(answer: httpx.Response) -> tuple[int, int, int]:
    unit, _, told = answer.headers["content-range"].partition(" ")
    assert unit == "bytes"
    ends, _, total = told.partition("/")
    first, _, last = ends.partition("-")
    return int(first), int(last), int(total)


def of_tasks(content: bytes) -> set[str]:
    names = [name.split("/") for name in opened(content)]
    return {name[1] for name in names if name[0] == "tasks"}


@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=10-"},
        {"range": "bytes=10-20", "if-range": "{tag}"},
        {"range": "bytes=-5", "if-range": "{tag}"},
        {"range": "bytes=10-", "if-range": '"1-00000000000000000000000000000000"'},
        {"range": "bytes=10-", "if-range": '"99999999999999999-{end}"'},
        {"range": "bytes=10-", "if-range": "Mon, 01 Jun 2026 12:00:00 GMT"},
        {"range": "bytes=999999999999-", "if-range": "{tag}"},
    ],
)
async def test_what_cannot_go_on_begins_anew(
    sign_in: SignIn, headers: dict[str, str]
) -> None:
    reader = await sign_in("reader")
    tag = (await reader.get("/people/reader/export")).headers["etag"]
    end = tag.partition("-")[2].rstrip('"')
    sent = {
        name: value.replace("{tag}", tag).replace("{end}", end)
        for name, value in headers.items()
    }

    answer = await reader.get("/people/reader/export", headers=sent)

    assert answer.status_code == 200
    opened(answer.content)


async def test_only_a_few_are_made_at_the_same_time(
    app: FastAPI, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    making = app.state.engine.exports
    with making.place(), making.place():
        refused = await reader.get("/people/reader/export")

    answer = await reader.get("/people/reader/export")

    assert exports.AT_ONCE == 2
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    assert answer.status_code == 200


async def test_no_more_are_made_of_those_that_ask_together(
    app: FastAPI, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await sign_in("reader")
    making = app.state.engine.exports
    begin = making.begin
    all_are_there = asyncio.Barrier(ASKED)

    async def begin_together(*arguments: Any) -> Any:
        export = await begin(*arguments)
        await all_are_there.wait()
        return export

    monkeypatch.setattr(making, "begin", begin_together)
    url = "/people/reader/export"
    answers = await asyncio.gather(*(reader.get(url) for _ in range(ASKED)))

    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == exports.AT_ONCE
    assert statuses.count(503) == ASKED - exports.AT_ONCE
    making.expect_place()


async def test_a_file_that_is_lost_is_empty(settings: Settings) -> None:
    adapters = chosen(settings)
    async with running(settings, adapters) as app, browsing(app) as root:
        id_ = await leave_traces(app, root)
        for task in of_tasks((await root.get(f"/people/{id_}/export")).content):
            await adapters.blobs.erase(task)

        files = opened((await root.get(f"/people/{id_}/export")).content)

    assert {files[name] for name in files if "/files/" in name} == {b""}


async def test_what_is_measured_or_left_out_gives_others_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is sent meanwhile that would wait for a reader."""
    pauses: list[None] = []

    async def note() -> None:
        pauses.append(None)

    async def parts() -> AsyncIterator[exports.Part]:
        yield exports.Text("long", NOON, [bytes(3 * PIECE_BYTES)])

    async def none() -> AsyncIterator[exports.Part]:
        return
        yield

    monkeypatch.setattr(zip_stream, "pause", note)

    size = await zip_stream.measured(parts(), none())

    assert size.first > 3 * PIECE_BYTES
    assert len(pauses) == 3
