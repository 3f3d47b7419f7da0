"""What http nodes ask for is the same on both ways, lean and over aiohttp."""

import asyncio
import gzip
import socket
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Json
from engine.ports import Answered, Refused

from ..contracts.peers import (
    EMPTY,
    LEAN,
    OK,
    SHORT,
    Peer,
    Way,
    machine,
    saying,
)
from .node_requests import JSON, Store, asked, reaching

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


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


@pytest.mark.parametrize("in_thread", [True, False])
@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (b"[" + b"1," * 100 + b"1]", "100 values (MAX_VALUES)"),
        (b'{"a": ' * 9 + b"1" + b"}" * 9, "8 levels (MAX_DEPTH)"),
    ],
)
async def test_an_answer_of_too_many_values_or_levels_is_no_result(
    body: bytes, limit: str, in_thread: bool
) -> None:
    limits = {
        "json_values": 100,
        "json_depth": 8,
        "json_thread_bytes": 0 if in_thread else 1000,
    }
    words = JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body

    async with machine(saying(words)) as url, reaching(LEAN, **limits) as outside:
        result = await outside.request(asked(url))

    assert isinstance(result, Refused)
    assert limit in result.reason


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
