"""Connections to services: kept, limited, left; on both ways and both event loops."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.http.pool import Pool
from engine.adapters.http.rules import AddressRules
from engine.ports import Acknowledged, Delivery, Refused
from yarl import URL

from ..contracts.peers import (
    EMPTY,
    LEAN,
    OK,
    SHORT,
    SOON,
    Peer,
    Talk,
    Way,
    answering_until_closed,
    machine,
    outside_by,
    saying,
)

LONG = timedelta(seconds=30)
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


@pytest.fixture
async def outside(way: Way) -> AsyncIterator[HttpOutside]:
    async with reaching(way) as outside:
        yield outside


@pytest.fixture
async def lean() -> AsyncIterator[HttpOutside]:
    async with reaching(LEAN) as outside:
        yield outside


def reaching(way: Way, **limits: Any) -> HttpOutside:
    return outside_by(way, **{"header_bytes": 2000, **limits})


def delivery(url: str, timeout: timedelta = SOON) -> Delivery:
    return Delivery(f"{url}/a", {}, {}, {}, timeout)


def answering(*answers: bytes, then: bytes = EMPTY) -> tuple[Talk, list[int]]:
    """Says these in turn, then that; how many requests came on each connection."""
    left = iter(answers)
    asked = list[int]()

    async def talk(reader: Reader, writer: Writer) -> None:
        number = len(asked)
        asked.append(0)
        while await reader.readuntil(b"{}"):
            asked[number] += 1
            writer.write(next(left, then))

    return talk, asked


@pytest.mark.parametrize(
    ("url", "lean"),
    [
        ("http://127.0.0.1:8000/a?b=c", True),
        ("http://[::1]/", True),
        ("http://[0:0::1]:1/", True),
        ("https://127.0.0.1/", False),
        ("http://127.0.0.1.:80/", False),
        ("http://127.1/", False),
        ("http://localhost/", True),
        ("http://localhost./", False),
        ("http://[fe80::1%251]/", False),
        ("http://１２７.0.0.1/", True),
    ],
)
async def test_only_plain_http_is_lean(url: str, lean: bool) -> None:
    parsed = URL(url)
    pool = Pool(rules=AddressRules(["*"]), resolver=None, limits=Limits())

    host = pool.host(parsed)

    assert bool(host) == lean


async def test_an_ipv6_address_is_called_by_its_name(lean: HttpOutside) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listening:
        peer = Peer()
        server = await asyncio.get_running_loop().create_server(
            web.Server(peer.handle), sock=listening
        )
        url = "http://[::1]:%d" % listening.getsockname()[1]
        async with server:
            result = await lean.deliver(delivery(url))

    assert result == Acknowledged(f"{url}/a")
    assert peer.seen[0].headers["Host"] == url.removeprefix("http://")


async def test_informational_answers_are_passed_over(
    outside: HttpOutside, host: str
) -> None:
    hints = b"HTTP/1.1 103 X\r\nRetry-After: 9\r\n\r\n"
    busy = b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"
    words = b"HTTP/1.1 100 Continue\r\n\r\n", hints * 3, busy

    async with machine(saying(*words), host) as url:
        result = await outside.deliver(delivery(url))

    assert result == Refused(f"{url}/a answered 503", busy=True)


async def test_only_informing_is_no_answer(outside: HttpOutside, host: str) -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 9)
            await writer.drain()

    async with machine(talk, host) as url:
        result = await outside.deliver(delivery(url, SHORT))

    assert isinstance(result, Refused)


async def test_a_detail_may_come_in_chunks_with_a_trailer(
    outside: HttpOutside, host: str
) -> None:
    head = b"HTTP/1.1 503 X\r\nContent-Type: text/plain; a=b\r\n"
    head += b"Transfer-Encoding: chunked"
    chunks = b"3\r\nno \r\n4\r\nface\r\n0\r\nRetry-After: 9\r\n\r\n"
    talk, asked = answering(head + b"\r\n\r\n" + chunks)

    async with machine(talk, host) as url:
        first, second = [await outside.deliver(delivery(url)) for _ in range(2)]

    assert first == Refused(f"{url}/a answered 503: no face", busy=True)
    assert second == Acknowledged(f"{url}/a") and asked == [2]


async def test_an_endless_detail_is_not_read(outside: HttpOutside, host: str) -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 500 X\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with machine(talk, host) as url:
        result = await outside.deliver(delivery(url))

    assert isinstance(result, Refused)
    assert result.reason.startswith(f"{url}/a answered 500: xxx")
    assert len(result.reason) < 600


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n",
        OK + b"Content-Length: 9\r\n\r\nabc",
        OK + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000,
    ],
)
async def test_a_connection_that_has_had_its_answer_is_not_used_again(
    outside: HttpOutside, answer: bytes, host: str
) -> None:
    talk, asked = answering(answer)

    async with machine(talk, host) as url:
        results = [await outside.deliver(delivery(url)) for _ in range(2)]

    assert results == [Acknowledged(f"{url}/a")] * 2
    assert asked == [1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        EMPTY + b"garbage",
        EMPTY + b"HTTP/1.1 500",
        EMPTY + EMPTY,
        EMPTY * 3,
        CHUNKED + b"3\r\nabcd",
        CHUNKED + b"0\r\nX: " + b"y" * 3000 + b"\r\n\r\n",
    ],
)
async def test_what_follows_an_answer_is_no_answer_to_the_next(
    lean: HttpOutside, answer: bytes
) -> None:
    talk, asked = answering(answer)

    async with machine(talk) as url:
        results = [await lean.deliver(delivery(url)) for _ in range(2)]

    assert results == [Acknowledged(f"{url}/a")] * 2
    assert asked == [1, 1]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"HTTP/1.1 101 X\r\n", "{}/a answered 101"),
        (
            b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n",
            "{}/a answered 101",
        ),
        (b"HTTP/1.1 000 X\r\n", "the answer of {} is not valid HTTP"),
    ],
)
async def test_another_protocol_was_not_asked_for(
    lean: HttpOutside, head: bytes, reason: str
) -> None:
    talk, asked = answering(head + b"Content-Length: 0\r\n\r\n")

    async with machine(talk) as url:
        first, second = [await lean.deliver(delivery(url)) for _ in range(2)]

    assert first == Refused(reason.format(url))
    assert second == Acknowledged(f"{url}/a") and asked == [1, 1]


async def test_what_comes_unasked_ends_a_kept_connection(lean: HttpOutside) -> None:
    kept = asyncio.Event()
    ended = asyncio.Event()
    numbers = count()

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"{}")
        writer.write(EMPTY)
        if next(numbers) == 0:
            await kept.wait()
            writer.write(b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n")
            await reader.read()
            ended.set()
        await reader.read()

    async with machine(talk) as url:
        await lean.deliver(delivery(url))
        kept.set()
        await ended.wait()
        result = await lean.deliver(delivery(url))

    assert result == Acknowledged(f"{url}/a")


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 20"])
async def test_only_a_kept_connection_without_an_answer_is_worth_a_second_try(
    lean: HttpOutside, words: bytes
) -> None:
    asked = []

    async def talk(reader: Reader, writer: Writer) -> None:
        if words:
            await reader.readuntil(b"{}")
            writer.write(EMPTY)
        await reader.readuntil(b"{}")
        asked.append(words)
        writer.write(words)

    async with machine(talk) as url:
        if words:
            await lean.deliver(delivery(url))
        result = await lean.deliver(delivery(url))

    assert result == Refused(f"{url} closed the connection before it answered")
    assert len(asked) == 1


async def test_the_timeout_holds_on_a_kept_connection(way: Way) -> None:
    talk, asked = answering(EMPTY, EMPTY, then=b"")

    async with reaching(way) as outside, machine(talk, way.host) as url:
        for _ in range(2):
            await outside.deliver(delivery(url))
        result = await outside.deliver(delivery(url, SHORT))

    assert result == Refused(f"{url} did not answer within 0.2 s")
    assert asked == [3]


async def test_a_slow_answer_is_not_taken_for_an_idle_connection(way: Way) -> None:
    async def talk(reader: Reader, writer: Writer) -> None:
        for seconds in (0, 0.5):
            await reader.readuntil(b"{}")
            await asyncio.sleep(seconds)
            writer.write(EMPTY)

    async with (
        reaching(way, keep_alive=SHORT) as outside,
        machine(talk, way.host) as url,
    ):
        results = [await outside.deliver(delivery(url)) for _ in range(2)]

    assert results == [Acknowledged(f"{url}/a")] * 2


@pytest.mark.parametrize("limits", [{"keep_alive": SHORT}, {}])
async def test_nothing_is_kept_for_long_or_beyond_the_end(
    way: Way, limits: dict[str, Any]
) -> None:
    ended = asyncio.Event()

    async with machine(answering_until_closed(ended), way.host) as url:
        async with reaching(way, **limits) as outside:
            await outside.deliver(delivery(url))
            if limits:
                await ended.wait()
        await ended.wait()


async def test_the_end_leaves_no_call_waiting() -> None:
    arrived = asyncio.Event()
    numbers = count()

    async def talk(reader: Reader, writer: Writer) -> None:
        next(numbers)
        await reader.readuntil(b"{}")
        arrived.set()
        await reader.read()

    async with machine(talk) as url:
        async with reaching(LEAN, connections_per_host=1) as outside:
            calls = [
                asyncio.create_task(outside.deliver(delivery(url))) for _ in range(2)
            ]
            await arrived.wait()
        results = await asyncio.gather(*calls)

    assert results == [Refused(f"{url} closed the connection before it answered")] * 2


@pytest.mark.parametrize("limits", [{"connections": 2}, {"connections_per_host": 1}])
async def test_beyond_the_limits_deliveries_wait_their_turn(
    way: Way, limits: dict[str, Any]
) -> None:
    pair = asyncio.Barrier(2)
    active = list[int]()
    busy = set[asyncio.Task[Any] | None]()

    async def handle(request: web.BaseRequest) -> web.Response:
        await request.read()
        busy.add(asyncio.current_task())
        active.append(len(busy))
        await pair.wait()
        busy.discard(asyncio.current_task())
        return web.Response()

    async with RawTestServer(handle) as one, RawTestServer(handle) as two:
        urls = [f"http://{way.host}:{server.port}" for server in (one, two)]
        async with reaching(way, **limits) as outside:
            calls = [outside.deliver(delivery(url)) for url in urls * 5]
            results = await asyncio.gather(*calls)

    assert results == [Acknowledged(f"{url}/a") for url in urls * 5]
    assert max(active) == 2


async def test_waiting_for_ones_turn_ends_with_the_timeout(way: Way) -> None:
    arrived = asyncio.Event()
    ended = asyncio.Event()

    async def talk(reader: Reader, writer: Writer) -> None:
        await reader.readuntil(b"{}")
        if arrived.is_set():
            writer.write(EMPTY)
        arrived.set()
        await reader.read()
        ended.set()

    async with (
        reaching(way, connections_per_host=1) as outside,
        machine(talk, way.host) as url,
    ):
        first = asyncio.create_task(outside.deliver(delivery(url)))
        await arrived.wait()
        second = await outside.deliver(delivery(url, SHORT))
        first.cancel()
        await ended.wait()
        third = await outside.deliver(delivery(url))

    assert first.cancelled()
    assert second == Refused(f"{url} did not answer within 0.2 s")
    assert third == Acknowledged(f"{url}/a")
