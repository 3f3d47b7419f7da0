"""Connections of http nodes: kept, never shared with services, left when over."""

import asyncio
import socket

import pytest
from aiohttp import web
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.http.pool import Pool
from engine.adapters.http.rules import AddressRules
from engine.domain.errors import AddressRefused
from engine.ports import Acknowledged, Answered, Delivery, Refused
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
    answering_until_closed,
    machine,
    saying,
)
from .node_requests import JSON, asked, reaching

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


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

    async with machine(answering_until_closed(ended), way.host) as url:
        result = await outside.request(asked(url, verb))
        await ended.wait()

    assert result == Answered({})
