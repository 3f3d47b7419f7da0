"""A secret is hunted through every store, log and answer of an engine that used it."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import external
import httpx
import pymongo
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from documents import end, entry, node, pipeline
from engine.bootstrap import create
from engine.settings import Settings

from .building import client_of, opened
from .conftest import Ended

CANARY = "canary/of+ThirtyTwo-characters=="
# Each character as it is, or as a URL writes it.
SPELLINGS = re.compile(
    "".join(f"(?:{re.escape(one)}|%(?i:{ord(one):02x}))" for one in CANARY).encode()
)
KEY = {"template": "Bearer {secrets.canary}"}
SETS = [
    pytest.param(dict, id="embedded"),
    pytest.param(external.cluster, id="cluster", marks=pytest.mark.external),
]


class Echo:
    """Another machine that says all it was told, in every way it can."""

    def __init__(self) -> None:
        self.url = ""
        self.other_url = ""
        self.heard: list[str] = []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        told = {"url": str(request.url), "raw": request.raw_path}
        told |= {"headers": dict(request.headers), request.path_qs: "as a key"}
        self.heard.append(json.dumps(told))
        text = json.dumps(told)
        key = request.headers.get("X-Key", "none")
        how = request.path.split("/")[1]
        if how == "redirected":
            target = f"{self.other_url}?key={request.query_string}"
            return web.Response(status=307, headers={"Location": target})

        status = {"refused": 401, "broken": 500, "busy": 503}.get(how, 200)
        kind = "text/plain" if how == "file" else "application/json"
        named = {"X-Echo": key, "Content-Disposition": f'inline; filename="{key}"'}
        return web.Response(
            body=text.encode(), status=status, content_type=kind, headers=named
        )


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    echo = Echo()
    elsewhere = Echo()
    async with (
        RawTestServer(echo.handle) as one,
        RawTestServer(elsewhere.handle) as two,
    ):
        echo.url = f"http://127.0.0.1:{one.port}"
        echo.other_url = f"http://127.0.0.1:{two.port}/json"
        yield echo
        assert not any(CANARY in unquote(heard) for heard in elsewhere.heard)


def asking(url: str, how: str, **more: Any) -> Any:
    """A pipeline that sends the secret in all places, and hands on what comes back."""
    ask = node(
        "ask",
        "again",
        kind="http",
        url=f"{url}/{how}/{{secrets.canary}}?sign={{secrets.canary}}",
        headers={"Authorization": KEY, "X-Key": {"template": "{secrets.canary}"}},
        query={"token": {"template": "{secrets.canary}"}},
        retry=0,
        **more,
    )
    code = node("again", "end", after="node.out['copy'] = str(node.input)")
    first = entry("ask", id_="start", route=how, body={})
    return pipeline(first, ask, code, end())


HOW: dict[str, Any] = {
    "json": {},
    "file": {},
    "full": {"answer": "full"},
    "refused": {},
    "broken": {},
    "busy": {"timeout": 1},
    "redirected": {},
    "posted": {"verb": "POST"},
}


@pytest.mark.parametrize("stores", SETS)
async def test_a_secret_is_found_nowhere(
    tmp_path: Path, echo: Echo, caplog: pytest.LogCaptureFixture, stores: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    chosen = stores()
    settings = Settings(
        data_dir=tmp_path / "data",
        pipelines_dir=None,
        http_addresses=["127.0.0.1"],
        **chosen,
    )
    app = create(settings)
    async with opened(app), client_of(app) as client:
        async with asyncio.timeout(60):
            while not (await client.get("/readyz")).is_success:
                await asyncio.sleep(0.1)
        await client.put("/secrets/canary", json={"value": CANARY})

        answers = [text async for text in everything_said(client, echo)]

    assert sum(CANARY in unquote(heard) for heard in echo.heard) >= len(HOW) - 1
    # Of the machine that was called: it may well know what it heard.
    ours = [one for one in caplog.records if one.name != "aiohttp.access"]
    places: dict[str, str | bytes] = {
        f"{one.name}: {one.msg}": one.getMessage() for one in ours
    }
    places |= dict(enumerate_texts(answers))
    places |= dict(kept_in(tmp_path, chosen))
    found = [place for place, content in places.items() if shows(content)]
    assert not found
    assert any("***" in text for text in answers)


async def everything_said(client: httpx.AsyncClient, echo: Echo) -> AsyncIterator[str]:
    """Run all pipelines, then read all that the engine tells of them."""
    for how, more in HOW.items():
        document = asking(echo.url, how, **more)
        stored = await client.post("/services", json=document)
        assert stored.status_code == 201, stored.text
        yield stored.text

        started = await client.post(f"/services/{how}", json={})
        task = started.json()["jobId"]
        status = await Ended(client)(task)
        yield json.dumps(status)

        for path in ("", "/raw", "/events", "/runs", "/runs/ask", "/runs/again"):
            answer = await client.get(f"/tasks/{task}{path}")
            yield answer.text + str(answer.headers)
        for name in ("raw", "body"):
            answer = await client.get(f"/tasks/{task}/files/{name}")
            yield answer.text + str(answer.headers)
        for path in (f"/services/{how}", f"/services/{how}/versions"):
            yield (await client.get(path)).text

    for path in ("/secrets", "/services", "/tasks", "/stats", "/about", "/metrics"):
        yield (await client.get(path)).text
    yield (await client.get("/openapi.json")).text
    yield (await client.put("/secrets/canary", json={"value": CANARY + "\n"})).text


def enumerate_texts(texts: list[str]) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(texts):
        yield f"answer {number}: {text[:60]}", text


def kept_in(folder: Path, chosen: dict[str, str]) -> Iterator[tuple[str, str | bytes]]:
    """All bytes in the folders of the engine and its servers, and all documents."""
    folders = [folder]
    if chosen:
        folders += [external.s3().folder, external.nats().folder]
        with pymongo.MongoClient(chosen["mongo_url"]) as mongo:
            database = mongo.get_default_database()
            for name in database.list_collection_names():
                yield f"collection {name}", str(list(database[name].find()))

    for one in folders:
        for path in one.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()


def shows(content: str | bytes) -> bool:
    """Whether it has the secret in it, in one of the usual spellings.

    Bytes are searched as they are: the servers of all tests have hundreds of megabytes.
    """
    data = content.encode() if isinstance(content, str) else content
    # JSON may escape a slash.
    return SPELLINGS.search(data.replace(rb"\/", b"/")) is not None


@pytest.mark.parametrize(
    "text",
    [
        *(CANARY, quote(CANARY), quote(CANARY, safe="")),
        CANARY.replace("/", "\\/"),
        "".join(f"%{ord(one):02x}" for one in CANARY),
    ],
)
def test_each_spelling_of_the_secret_is_seen(text: str) -> None:
    assert shows(f"a log says {text}.") and shows(b"\xff\0" + text.encode())
