"""What http nodes ask for is the same on both ways, lean and over aiohttp."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.http.pool import Pool
from engine.adapters.http.rules import AddressRules
from engine.domain.errors import AddressRefused
from engine.domain.values import Blob, Json
from engine.ports import Acknowledged, Answered, Delivery, Refused, Request
from yarl import URL

from ..contracts.peers import (
    EMPTY,
    LEAN,
    OK,
    SHORT,
    SOON,
    Here,
    Peer,
    Way,
    machine,
    outside_by,
    saying,
)

NOT_AT_ALL = timedelta()
JSON = OK + b"Content-Type: application/json\r\n"
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


class Store:
    """A blob store that keeps the last blob in memory, piece by piece."""

    def __init__(self, delay: timedelta = NOT_AT_ALL) -> None:
        self.kept = b""
        self._delay = delay.total_seconds()

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        pieces = []
        async for piece in content:
            pieces.append(piece)
            await asyncio.sleep(self._delay)

        self.kept = b"".join(pieces)
        return Blob(f"{task}/a", type, len(self.kept), name)


@pytest.fixture
async def outside(way: Way) -> AsyncIterator[HttpOutside]:
    async with reaching(way) as outside:
        yield outside


def reaching(way: Way, store: Any = None, **limits: Any) -> HttpOutside:
    return outside_by(way, store or Store(), **limits)


def asked(
    url: str, verb: str = "GET", payload: Json = None, timeout: timedelta = SOON
) -> Request:
    return Request("t1", verb, f"{url}/a", {}, {}, payload or {}, timeout)


@pytest.mark.parametrize(
    ("verb", "payload", "headers"),
    [
        ("GET", {}, {}),
        ("GET", {"q": "é b&c", "n": [1, None]}, {"Accept": "a/b", "X-Y": "é"}),
        ("DELETE", {"n": 1}, {"user-agent": "me"}),
        ("POST", {"a": [1]}, {}),
        ("PUT", {"text": "ü" * 1000}, {"content-type": "application/x+json"}),
        ("PATCH", [1, 2], {"Cookie": "a=b", "x-lower": "c"}),
    ],
)
async def test_a_request_says_the_same_on_both_ways(
    verb: str, payload: Json, headers: dict[str, str]
) -> None:
    peer = Peer()
    server = await asyncio.get_running_loop().create_server(
        web.Server(peer.handle), "127.0.0.1", 0
    )
    async with server:
        url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        for lean in (True, False):
            async with reaching(Way("127.0.0.1", lean)) as outside:
                await outside.request(
                    replace(asked(url, verb, payload), headers=headers)
                )

    first, second = peer.seen
    said = [
        {name.lower(): text for name, text in one.headers.items()}
        for one in (first, second)
    ]
    assert (first.verb, first.path, first.body) == (
        second.verb,
        second.path,
        second.body,
    )
    assert said[0].pop("accept-encoding") == "identity"
    assert "gzip" in said[1].pop("accept-encoding")
    assert said[0] == said[1]


@pytest.mark.parametrize("size", [10, 70_000, 3_000_000])
@pytest.mark.parametrize("chunked", [True, False])
async def test_json_of_any_size_arrives_whole(
    outside: HttpOutside, way: Way, size: int, chunked: bool
) -> None:
    body = b'"' + b"x" * size + b'"'

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if chunked:
            writer.write(JSON + b"Transfer-Encoding: chunked\r\n\r\n")
            for start in range(0, len(body), 50_000):
                piece = body[start : start + 50_000]
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\nX-Trailer: y\r\n\r\n")
        else:
            writer.write(JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async with machine(talk, way.host) as url:
        result = await outside.request(asked(url))

    assert result == Answered({"body": "x" * size})


async def test_a_body_without_a_length_ends_with_its_connection(
    outside: HttpOutside, way: Way
) -> None:
    async with machine(saying(JSON + b"\r\n", b'{"a":', b"1}"), way.host) as url:
        result = await outside.request(asked(url))

    assert result == Answered({"a": 1})


async def test_a_connection_that_is_reset_is_no_end_of_a_body() -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(JSON + b'\r\n{"a": 1}')
        await writer.drain()
        await asyncio.sleep(0.1)
        never = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # do not wait: reset
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, never)
        writer.transport.abort()

    async with machine(talk) as url, reaching(LEAN) as outside:
        result = await outside.request(asked(url))

    assert isinstance(result, Refused)


async def test_a_store_slower_than_the_network_holds_it_back(way: Way) -> None:
    store = Store(delay=timedelta(seconds=0.001))
    body = bytes(range(256)) * 20_000
    head = OK + b"Content-Length: %d\r\n\r\n" % len(body)

    async with machine(saying(head, body), way.host) as url:
        async with reaching(way, store) as outside:
            result = await outside.request(asked(url))

    assert isinstance(result, Answered)
    assert store.kept == body


async def test_a_store_that_hangs_is_left_after_the_timeout(way: Way) -> None:
    store = Store(delay=timedelta(seconds=60))
    answers = [EMPTY, OK + b"Content-Length: 3\r\n\r\nabc"]

    async def talk(reader: Reader, writer: Writer) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        await reader.read()

    async with machine(talk, way.host) as url, reaching(way, store) as outside:
        await outside.request(asked(url))
        result = await outside.request(asked(url, timeout=SHORT))

    assert result == Refused(f"{url} did not answer within 0.2 s")


DEFLATE = zlib.compressobj(wbits=-15)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # a test's name is the same each time


LONG = b'"' + b"x" * 300_000 + b'"'


@pytest.mark.parametrize(
    ("encoding", "body", "out"),
    [
        ("gzip", packed(b"[1]"), [1]),
        ("x-gzip", packed(LONG), "x" * 300_000),
        ("gzip", packed(b"[1") + packed(b",2]"), [1, 2]),
        ("deflate", zlib.compress(b"[1]"), [1]),
        ("deflate", DEFLATE.compress(b"[1]") + DEFLATE.flush(), [1]),
        ("Identity", b"[1]", [1]),
    ],
)
async def test_what_is_compressed_unasked_is_unpacked(
    encoding: str, body: bytes, out: Json
) -> None:
    head = JSON + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n"

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head % (encoding.encode(), len(body)))
        for start in range(0, len(body), 7):
            writer.write(body[start : start + 7])
            await writer.drain()

    async with machine(talk) as url, reaching(LEAN) as outside:
        result = await outside.request(asked(url))

    assert result == Answered({"body": out})


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("gzip", b"no gzip", "the answer of {} is incomplete"),
        ("gzip", packed(b"[1]")[:-9], "the answer of {} is incomplete"),
        (
            "br",
            b"x",
            "the answer cannot be used: it is compressed with “br”,"
            " which was not asked for",
        ),
        (
            "gzip",
            packed(bytes(9_000_000)),
            "the answer is over the limit of 5000 bytes",
        ),
    ],
)
async def test_what_cannot_be_unpacked_is_no_result(
    encoding: str, body: bytes, reason: str
) -> None:
    head = JSON + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n"
    words = head % (encoding.encode(), len(body)) + body

    async with machine(saying(words)) as url:
        async with reaching(LEAN, json_bytes=5000, blob_bytes=5000) as outside:
            results = [await outside.request(asked(url))]
            if "limit" in reason:
                results.append(await outside.request(asked(url)))

    assert set(results) == {Refused(reason.format(url))}


async def test_an_author_may_ask_for_compression(way: Way) -> None:
    peer = Peer(answer=lambda: web.json_response({"a": 1}))
    server = await asyncio.get_running_loop().create_server(
        web.Server(peer.handle), "127.0.0.1", 0
    )
    async with server, reaching(way) as outside:
        url = f"http://{way.host}:{server.sockets[0].getsockname()[1]}"
        headers = {"accept-encoding": "gzip"}
        result = await outside.request(replace(asked(url), headers=headers))

    assert result == Answered({"a": 1})
    assert peer.seen[0].headers.getall("Accept-Encoding") == ["gzip"]


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        (JSON + b"Content-Length: 2\r\n\r\n{}", 1),
        (JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 1),
        (b"HTTP/1.1 204 X\r\n\r\n", 1),
        (b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\nno", 1),
        (b"HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", 1),
        (b"HTTP/1.1 103 X\r\nLink: x\r\n\r\n" + EMPTY, 1),
        (JSON + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}", 2),
        (JSON + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n", 2),
        (EMPTY + EMPTY, 2),
        (b"HTTP/1.1 500 X\r\nContent-Length: 20\r\n\r\nno", 2),
        (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 2),
        (
            OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            2,
        ),
        (b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\n\r\n", 2),
    ],
)
async def test_a_connection_is_used_again_if_its_answer_came_to_an_end(
    answer: bytes, connections: int
) -> None:
    came: list[int] = []

    async def talk(reader: Reader, writer: Writer) -> None:
        came.append(0)
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(answer)

    async with machine(talk) as url, reaching(LEAN) as outside:
        for _ in range(2):
            await outside.request(asked(url))

    assert len(came) == connections


async def test_an_answer_is_not_taken_for_that_of_the_next_request(
    outside: HttpOutside, way: Way
) -> None:
    secret = JSON + b"Content-Length: 12\r\n\r\n" + b'{"secret":1}'
    left = [JSON + b"Content-Length: 2\r\n\r\n{}" + secret]

    async def talk(reader: Reader, writer: Writer) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(left.pop() if left else EMPTY)

    async with machine(talk, way.host) as url:
        results = [await outside.request(asked(url)) for _ in range(3)]

    assert results == [Answered({})] * 3


async def test_a_connection_of_services_never_serves_an_http_node(way: Way) -> None:
    peers: list[int] = []

    async def talk(reader: Reader, writer: Writer) -> None:
        peers.append(0)
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"POST"):
                await reader.readexactly(2)
            writer.write(EMPTY)

    async with machine(talk, way.host) as url, reaching(way) as outside:
        work = Delivery(f"{url}/a", {}, {}, {}, SOON)
        results = [await outside.deliver(work), await outside.request(asked(url))]
        results += [await outside.deliver(work), await outside.request(asked(url))]

    assert results == [Acknowledged(work.url), Answered({})] * 2
    assert len(peers) == 2


async def test_an_address_of_services_stays_forbidden_for_http_nodes(way: Way) -> None:
    async with machine(saying(EMPTY, then_hang=True), way.host) as url:
        async with HttpOutside(blobs=None, resolver=Here(), lean=way.lean) as outside:
            await outside.deliver(Delivery(f"{url}/a", {}, {}, {}, SOON))
            result = await outside.request(asked(url))

    assert isinstance(result, Refused) and result.final
    assert "127.0.0.1 is a loopback address" in result.reason


async def test_the_rules_hold_for_where_a_connection_leads() -> None:
    came: list[bytes] = []

    async def talk(reader: Reader, writer: Writer) -> None:
        came.append(await reader.read())

    pool = Pool(rules=AddressRules(public=True), resolver=None, limits=Limits())
    async with machine(talk) as url:
        host = pool.host(URL(url))
        assert host is not None

        with pytest.raises(AddressRefused, match="127.0.0.1 is a loopback address"):
            deadline = asyncio.get_running_loop().time() + 20
            await host.post(url=URL(url), request=b"x", deadline=deadline)
        await pool.close()

    assert not any(came)


async def test_a_host_that_redirects_to_itself_needs_no_second_connection(
    way: Way,
) -> None:
    answers = [b"HTTP/1.1 302 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", EMPTY]

    async def talk(reader: Reader, writer: Writer) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(answers.pop(0))

    async with machine(talk, way.host) as url:
        async with reaching(way, connections=1, connections_per_host=1) as outside:
            result = await outside.request(asked(url))

    assert result == Answered({})


async def test_redirects_share_one_timeout(outside: HttpOutside, way: Way) -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.15)
        writer.write(b"HTTP/1.1 302 X\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n")

    async with machine(talk, way.host) as url:
        result = await outside.request(asked(url, timeout=SHORT))

    assert result == Refused(f"{url} did not answer within 0.2 s")


async def test_an_ipv6_address_is_asked_under_its_name() -> None:
    peer = Peer(answer=lambda: web.json_response({}))
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        server = await asyncio.get_running_loop().create_server(
            web.Server(peer.handle), sock=listening
        )
        url = "http://[::1]:%d" % listening.getsockname()[1]
        async with server, reaching(LEAN) as outside:
            result = await outside.request(asked(url))

    assert result == Answered({})
    assert peer.seen[0].headers["Host"] == url.removeprefix("http://")


async def test_a_request_that_is_cancelled_takes_its_connection_along(
    outside: HttpOutside, way: Way
) -> None:
    arrived = asyncio.Event()
    ended = asyncio.Event()

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(JSON + b"Content-Length: 9\r\n\r\n[")
        arrived.set()
        assert not await reader.read()
        ended.set()

    async with machine(talk, way.host) as url:
        call = asyncio.create_task(outside.request(asked(url)))
        await arrived.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await ended.wait()


@pytest.mark.parametrize("verb", ["POST", "PATCH"])
async def test_a_connection_for_one_request_is_closed_after_it(
    outside: HttpOutside, way: Way, verb: str
) -> None:
    ended = asyncio.Event()

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"{}")
        writer.write(EMPTY)
        assert not await reader.read()
        ended.set()

    async with machine(talk, way.host) as url:
        result = await outside.request(asked(url, verb))
        await ended.wait()

    assert result == Answered({})
