"""What `Outside` promises: how data travels to services, what their answers mean."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.outside import HttpOutside
from engine.domain.errors import AddressRefused, Unavailable
from engine.domain.values import Json
from engine.ports import Acknowledged, BlobStore, Delivery, Outside, Refused
from fastapi import FastAPI, Request

from .peers import SOON, WAYS, Here, Peer, Seen, Way, content


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    given: Way = request.param
    return given


@pytest.fixture
def host(way: Way) -> str:
    return way.host


@pytest.fixture
async def peer(host: str) -> AsyncIterator[Peer]:
    peer = Peer()
    async with RawTestServer(peer.handle) as server:
        peer.url = f"http://{host}:{server.port}/blur"
        yield peer


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with DiskBlobStore(tmp_path) as store:
        yield store


@pytest.fixture
async def outside(blobs: BlobStore, way: Way) -> AsyncIterator[Outside]:
    async with HttpOutside(blobs=blobs, resolver=Here(), lean=way.lean) as outside:
        yield outside


async def parts_of(seen: Seen) -> dict[str, tuple[str | None, str | None, str]]:
    """What a FastAPI app finds in a request: name, type and content of each part."""
    app = FastAPI()

    @app.post("/")
    async def receive(request: Request) -> dict[str, Json]:
        async with request.form() as form:
            return {
                key: ("", "", part)
                if isinstance(part, str)
                else (part.filename, part.content_type, (await part.read()).decode())
                for key, part in form.items()
            }

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        answer = await client.post("/", content=seen.body, headers=seen.headers.items())
    return {key: tuple(part) for key, part in answer.json().items()}


async def test_typed_data_travels_as_json(outside: Outside, peer: Peer) -> None:
    sent = replace(peer.delivery({"areas": [[1, 2]]}), headers={"Idempotency-Key": "k"})

    result = await outside.deliver(sent)

    (seen,) = peer.seen
    assert result == Acknowledged(peer.url)
    assert seen.path == "/blur?task_id=t1"
    assert json.loads(seen.body) == {"areas": [[1, 2]]}
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Idempotency-Key"] == "k"
    assert seen.headers["User-Agent"].startswith("ai-marketplace/")


async def test_the_query_joins_that_of_the_url(outside: Outside, peer: Peer) -> None:
    url, query = f"{peer.url}?mode=x", {"callback_url": "é&"}

    await outside.deliver(replace(peer.delivery({}), url=url, query=query))

    assert peer.seen[0].path == "/blur?mode=x&callback_url=%C3%A9%26"


async def test_a_query_says_what_was_meant(outside: Outside, peer: Peer) -> None:
    query = {"callback_url": "http://a.b/c?d=e&f#g", "é +": "%41 +;/\\\r\n", "no": ""}

    await outside.deliver(replace(peer.delivery({}), query=query))

    said = peer.seen[0].path.partition("?")[2]
    assert dict(parse_qsl(said, keep_blank_values=True)) == query


async def test_no_query_leaves_no_mark(outside: Outside, peer: Peer) -> None:
    await outside.deliver(replace(peer.delivery({}), query={}))

    assert peer.seen[0].path == "/blur"


async def test_given_headers_come_instead_of_the_usual(
    outside: Outside, peer: Peer
) -> None:
    given = {"user-agent": "mé", "accept": "a/b", "content-type": "application/x+json"}

    await outside.deliver(replace(peer.delivery({}), headers=given))

    headers = peer.seen[0].headers
    assert {name: headers.getall(name) for name in given} == {
        name: [value] for name, value in given.items()
    }
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"] == peer.url.split("/")[2]


async def test_blobs_travel_as_parts_and_the_rest_in_data(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    image = await blobs.put("t1", content(b"one ", b"two"), "image/png", "é “x”.png")
    notes = await blobs.put("t1", content(b"words"), "text/plain", None)
    odd = 'a "b" \\ ü.jpg'
    payload = {"image": image.to_json(), odd: notes.to_json(), "areas": [1], "on": True}

    result = await outside.deliver(peer.delivery(payload))

    (seen,) = peer.seen
    assert isinstance(result, Acknowledged)
    assert int(seen.headers["Content-Length"]) == len(seen.body)
    assert b'name="data"\r\nContent-Type: application/json\r\n' in seen.body
    assert await parts_of(seen) == {
        "data": ("", "", '{"areas":[1],"on":true}'),
        "image": ("é “x”.png", "image/png", "one two"),
        odd: (odd, "text/plain", "words"),
    }


async def test_names_and_types_cannot_break_out_of_their_line(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    blob = await blobs.put("t1", content(b"x"), "a/b\r\nX-Evil: 1", 'n"\r\nX-Evil: 2')

    await outside.deliver(peer.delivery({"k\r\n\r\n": blob.to_json()}))

    assert b"\nX-Evil" not in peer.seen[0].body
    parts = await parts_of(peer.seen[0])
    assert parts["k%0D%0A%0D%0A"][1:] == ("application/octet-stream", "x")


async def test_every_legal_media_type_reaches_the_service(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    legal = "model/x!#$&^_.+-y"
    blob = await blobs.put("t1", content(b"x"), legal, None)

    await outside.deliver(peer.delivery({"mesh": blob.to_json()}))

    assert (await parts_of(peer.seen[0]))["mesh"][1] == legal


async def test_an_empty_blob_and_nothing_else_is_one_part(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    empty = await blobs.put("t1", content(), "image/png", None)

    await outside.deliver(peer.delivery({"image": empty.to_json()}))

    assert await parts_of(peer.seen[0]) == {"image": ("image", "image/png", "")}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"list": [{"$blob": "t1/a", "type": "a/b", "size": 1}]}, "“list.0”"),
        ({"a": {"b": {"$blob": "t1/a"}}}, "“a.b”"),
        ({"image": {"$blob": "t1/a", "type": "a/b"}}, "“image”"),
        ({"image": {"$blob": "t1/a", "type": "a/b", "size": -1}}, "“image”"),
        ({"image": {"$blob": "t1/gone", "type": "a/b", "size": 1}}, "t1/gone"),
        ({"n": 2**70}, "64"),
        ({"text": "\ud800"}, "surrogate"),
        ({"odd": {1: 2}}, "str"),
    ],
)
async def test_what_can_never_be_sent_is_final(
    outside: Outside, peer: Peer, payload: Json, words: str
) -> None:
    result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Refused) and result.final
    assert words in result.reason
    assert not peer.seen


async def test_a_blob_of_another_length_than_announced_is_final(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    blob = await blobs.put("t1", content(b"12345"), "a/b", None)

    results = [
        await outside.deliver(
            peer.delivery({"image": replace(blob, size=size).to_json()})
        )
        for size in (4, 6)
    ]

    assert all(isinstance(one, Refused) and one.final for one in results)
    assert not peer.seen


async def test_a_store_that_is_away_is_not_the_fault_of_the_service(
    peer: Peer,
) -> None:
    class Away:
        async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
            raise Unavailable("the blob store", "no disk")
            yield b""

    payload = {"image": {"$blob": "t1/a", "type": "a/b", "size": 1}}
    async with HttpOutside(blobs=Away(), resolver=Here()) as outside:
        result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Refused) and result.busy and not result.final


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nY: b"},
        {"X\r\nY": "b"},
        {"": "b"},
        {"Host": "evil"},
        {"content-length": "3"},
        {"Transfer-Encoding": "chunked"},
        {"X": "\ud800"},
    ],
)
async def test_headers_cannot_change_the_request_around_them(
    outside: Outside, peer: Peer, headers: dict[str, str]
) -> None:
    result = await outside.deliver(replace(peer.delivery({}), headers=headers))

    assert isinstance(result, Refused)
    assert not peer.seen


async def test_large_json_arrives_whole(outside: Outside, peer: Peer) -> None:
    payload = {"text": "x" * 3_000_000}

    result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Acknowledged)
    assert json.loads(peer.seen[0].body) == payload


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_acknowledges(outside: Outside, peer: Peer, status: int) -> None:
    peer.answer = lambda: web.Response(status=status)

    assert await outside.deliver(peer.delivery({})) == Acknowledged(peer.url)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("text", "after"),
    [("7", 7), ("0", 0), ("86400", 60), ("9" * 5000, 60), ("soon", None), ("", None)]
    + [(f"Wed, 21 Oct 2026 07:28:{'9' * 30} GMT", None)],
)
async def test_a_busy_service_says_when_it_wants_it(
    outside: Outside, peer: Peer, status: int, text: str, after: float | None
) -> None:
    headers = {"Retry-After": text} if text else {}
    peer.answer = lambda: web.Response(status=status, headers=headers)

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and result.busy
    assert result.after == (None if after is None else timedelta(seconds=after))


@pytest.mark.parametrize(
    ("ahead", "least", "most"), [(40, 10, 40), (-40, 0, 0), (4000, 60, 60)]
)
async def test_retry_after_may_be_a_date(
    outside: Outside, peer: Peer, ahead: int, least: int, most: int
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    peer.answer = lambda: web.Response(status=503, headers={"Retry-After": date})

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and result.after is not None
    assert least <= result.after.total_seconds() <= most


@pytest.mark.parametrize(
    ("type", "body", "detail"),
    [
        (
            "application/problem+json",
            '{"detail": "no face", "title": "t"}',
            ": no face",
        ),
        ("application/problem+json", '{"title": "Bad picture"}', ": Bad picture"),
        ("application/json", '{"detail": [1]}', ""),
        ("application/json", "{broken", ""),
        ("text/plain", "two\nlines \x1b[31m", ": two lines [31m"),
        ("text/plain", "x" * 900, ": " + "x" * 200),
        ("text/html", "<h1>Oh</h1>", ""),
    ],
)
async def test_other_answers_are_refusals_with_their_reason(
    outside: Outside, peer: Peer, type: str, body: str, detail: str
) -> None:
    peer.answer = lambda: web.Response(status=500, text=body, content_type=type)

    result = await outside.deliver(peer.delivery({}))

    origin = peer.url.removesuffix("/blur")
    assert result == Refused(f"{origin} answered 500{detail}")


async def test_a_service_cannot_redirect_its_work(outside: Outside, peer: Peer) -> None:
    headers = {"Location": f"{peer.url}/elsewhere?task_id=secret"}
    peer.answer = lambda: web.Response(status=307, headers=headers)

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and len(peer.seen) == 1
    assert f"307 with a redirect to {peer.url}/elsewhere," in result.reason
    assert "secret" not in result.reason


async def test_where_nobody_listens_the_reason_says_so(
    outside: Outside, host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://{host}:{port}/a?key=secret"

    result = await outside.deliver(Delivery(url, {}, {}, {}, SOON))

    assert result == Refused(f"no server listens at http://{host}:{port}")


async def test_connections_are_kept(outside: Outside, host: str) -> None:
    came = []

    async def handle(request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        came.append(request.transport.get_extra_info("peername"))
        return web.json_response({"jobId": "x" * 3000})

    async with RawTestServer(handle) as server:
        for _ in range(5):
            peer = Peer(f"http://{host}:{server.port}/")
            await outside.deliver(peer.delivery({}))

    assert len(came) == 5 and len(set(came)) == 1


async def test_many_deliveries_run_side_by_side(outside: Outside, peer: Peer) -> None:
    calls = (outside.deliver(peer.delivery({"i": i})) for i in range(300))

    results = await asyncio.gather(*calls)

    assert set(results) == {Acknowledged(peer.url)}
    assert sorted(json.loads(seen.body)["i"] for seen in peer.seen) == [*range(300)]


async def test_cancellation_passes_through(outside: Outside, host: str) -> None:
    arrived = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with RawTestServer(hang) as server:
        delivery = Peer(f"http://{host}:{server.port}/").delivery({})
        call = asyncio.create_task(outside.deliver(delivery))
        await arrived.wait()
        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call


async def test_environment_proxies_are_not_trusted(
    outside: Outside, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert isinstance(await outside.deliver(peer.delivery({})), Acknowledged)


async def test_a_forbidden_address_is_refused_for_good(outside: Outside) -> None:
    url = "http://192.0.2.7/blur?key=secret"
    result = await outside.deliver(Delivery(url, {}, {}, {}, SOON))

    with pytest.raises(AddressRefused) as refused:
        outside.check(url)

    assert result == Refused(str(refused.value), final=True)
    assert "secret" not in str(refused.value)
