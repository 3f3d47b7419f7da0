"""Who is removed while an answer is sent to them gets no more of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from engine.api.access import door
from engine.domain.access.audit import Deed
from engine.usecases.access import credentials
from fastapi import FastAPI

from servers.waiting import block_until

from ..conftest import echo
from ..serving import serving
from .conftest import SignIn
from .test_replicas import add_people, signed_in

Json = Any
PICTURE = {"image": ("a.png", bytes(3 << 20), "image/png")}
LARGE_PICTURE = {"image": ("a.png", bytes(64 << 20), "image/png")}
PIECE_BYTES = 1 << 20
PAUSE_SECONDS = 0.2
"""After each piece: the whole picture would take 13 seconds."""


@pytest.fixture
def each_piece_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "REMEMBERED_FOR", credentials.timedelta())
    monkeypatch.setattr(door, "LONG_ANSWER_SECONDS", 0.0)


class Reading:
    """Reads an answer, and does something when its first piece is there."""

    def __init__(self, meanwhile: Callable[[], Awaitable[Any]]) -> None:
        self._meanwhile = meanwhile
        self.pieces: list[bytes] = []
        self.is_whole = False
        self.status = 0

    async def read(self, app: FastAPI, path: str, **headers: str) -> "Reading":
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (b"host", b"localhost:8000"),
                *((name.encode(), value.encode()) for name, value in headers.items()),
            ],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 8000),
        }
        await app(scope, self._receive, self._send)
        return self

    async def _receive(self) -> Json:
        # The client stays, and sends nothing.
        await asyncio.Event().wait()

    async def _send(self, message: Json) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.pieces.append(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if len(self.pieces) == 1:
            await self._meanwhile()


def cookie(browser: httpx.AsyncClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


async def kept(browser: httpx.AsyncClient) -> str:
    """The path of a file that a task of this person keeps."""
    answer = await browser.post("/services/file?wait=60", files=PICTURE)
    assert answer.status_code == 200, answer.text
    path: str = httpx.URL(answer.json()["image"]).raw_path.decode()
    return path


async def _file(reader: httpx.AsyncClient) -> str:
    return await kept(reader)


async def _export(reader: httpx.AsyncClient) -> str:
    await kept(reader)
    return "/people/reader/export"


async def _values(reader: httpx.AsyncClient) -> str:
    """Outputs that are sent in pieces."""
    body = {"text": "x" * 300_000}
    started = await reader.post("/services/any?wait=60", json=body)
    task = httpx.URL(started.headers["location"]).path.split("/")[2]
    return f"/tasks/{task}"


@pytest.mark.usefixtures("each_piece_is_asked_for")
@pytest.mark.parametrize("what", [_file, _export, _values])
@pytest.mark.parametrize("how", ["locked", "signed out"])
async def test_of_a_long_answer_nothing_more_is_sent_to_who_may_not_read_it(
    app: FastAPI,
    sign_in: SignIn,
    what: Callable[[httpx.AsyncClient], Awaitable[str]],
    how: str,
) -> None:
    reader, root = await sign_in("reader"), await sign_in("root")
    path = await what(reader)

    async def removed() -> None:
        if how == "locked":
            answer = await root.patch("/people/reader", json={"active": False})
        else:
            answer = await reader.delete("/sessions/current")
        assert answer.is_success, answer.text

    reading = await Reading(removed).read(app, path, cookie=cookie(reader))

    assert (reading.status, len(reading.pieces)) == (200, 1)
    assert not reading.is_whole
    assert not app.state.engine.exports._under_way


@pytest.mark.usefixtures("each_piece_is_asked_for")
async def test_who_may_read_it_gets_all_of_it(app: FastAPI, sign_in: SignIn) -> None:
    reader = await sign_in("reader")
    path = await kept(reader)

    async def nothing() -> None:
        pass

    reading = await Reading(nothing).read(app, path, cookie=cookie(reader))

    assert reading.is_whole
    assert sum(map(len, reading.pieces)) == 3 << 20


@pytest.mark.usefixtures("each_piece_is_asked_for")
async def test_the_audit_log_ends_for_who_is_no_administrator_any_more(
    app: FastAPI, sign_in: SignIn
) -> None:
    root, other = await sign_in("root"), await sign_in("author")
    await root.patch("/people/author", json={"administrator": True})
    for number in range(1_100):
        words = dict.fromkeys(("who", "name", "address"), "root")
        deed = Deed(action="x", object=str(number), outcome="done", **words)
        await app.state.engine.accounts.audit.note(deed)

    async def removed() -> None:
        answer = await root.patch("/people/author", json={"administrator": False})
        assert answer.is_success, answer.text

    reading = await Reading(removed).read(
        app, "/audit", cookie=cookie(other), accept="application/x-ndjson"
    )

    assert (reading.status, len(reading.pieces)) == (200, 1)
    assert not reading.is_whole


async def test_a_file_that_a_browser_keeps_is_asked_for_each_time(
    app: FastAPI, sign_in: SignIn
) -> None:
    reader = await sign_in("reader")
    path = await kept(reader)
    first = await reader.get(path)
    known = {"if-none-match": first.headers["etag"]}

    again = await reader.get(path, headers=known)
    await reader.delete("/sessions/current")
    after = await reader.get(path, headers=known)

    assert first.headers["cache-control"] == "private, no-cache"
    assert [one.status_code for one in (first, again, after)] == [200, 304, 401]


def slowly(client: httpx.Client, path: str, began: set[httpx.Client]) -> bool:
    """Read a file piece by piece, with a pause after each; whether it was cut."""
    with client.stream("GET", path) as answer:
        answer.raise_for_status()
        try:
            for _ in answer.iter_raw(PIECE_BYTES):
                began.add(client)
                time.sleep(PAUSE_SECONDS)
        except httpx.RemoteProtocolError:
            return True
    return False


def test_slow_downloads_of_who_was_removed_are_cut(tmp_path: Path) -> None:
    """In real time, over real sockets: by membership, token, session and account."""
    add_people(tmp_path)
    with ExitStack() as open_:
        server = open_.enter_context(
            serving(tmp_path, auth="accounts", max_body=100 << 20)
        )
        root = open_.enter_context(signed_in(server.url, "root"))
        names = ("reader", "author", "owner")
        reader, author, owner = (
            open_.enter_context(signed_in(server.url, name)) for name in names
        )
        assert owner.post("/services", json=echo("file", body="image")).is_success
        token = owner.post("/tokens", json={"label": "x"}).json()
        program = open_.enter_context(httpx.Client(base_url=server.url, timeout=60))
        program.headers["authorization"] = f"Bearer {token['token']}"
        paths = {one: kept_by(one) for one in (reader, author, owner)}
        readers = {**paths, program: paths[owner], root: paths[owner]}
        began: set[httpx.Client] = set()

        with ThreadPoolExecutor(len(readers)) as threads:
            reading = {
                one: threads.submit(slowly, one, path, began)
                for one, path in readers.items()
            }
            # Each of them: who is removed before is refused, and reads nothing.
            block_until(lambda: began == readers.keys())
            root.delete("/spaces/main/members/reader").raise_for_status()
            author.delete("/sessions/current").raise_for_status()
            owner.delete(f"/tokens/{token['id']}").raise_for_status()
            root.patch("/people/owner", json={"active": False}).raise_for_status()
            cut = {one: read.result() for one, read in reading.items()}

    assert [cut[one] for one in (reader, author, program, owner)] == [True] * 4
    # Who may read it gets it whole.
    assert not cut[root]


def kept_by(browser: httpx.Client) -> str:
    """The path of a large file that a task of this person keeps."""
    answer = browser.post("/services/file?wait=60", files=LARGE_PICTURE)
    assert answer.status_code == 200, answer.text
    return httpx.URL(answer.json()["image"]).path
