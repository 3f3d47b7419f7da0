"""Machines that hang, drip, lie or hang up never break the engine, or hold it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from random import Random

import pytest
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Blob, Json
from engine.ports import Acknowledged, Answered, Delivery, Refused, Request

from ..contracts.peers import (
    EMPTY,
    OK,
    SHORT,
    Way,
    machine,
    outside_by,
    saying,
)

LONG = timedelta(seconds=30)


class Zeros:
    """A blob store full of nothing."""

    async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
        for _ in range(int(key) // 100_000):
            yield bytes(100_000)

    def payload(self, size: int) -> Json:
        return {"image": {"$blob": str(size), "type": "image/png", "size": size}}


def reaching(blobs: object, way: Way, **limits: timedelta) -> HttpOutside:
    # a busy machine may take a second to accept: only the test of that hurries
    return outside_by(way, blobs, header_bytes=2000, **limits)


@pytest.fixture
async def outside(way: Way) -> AsyncIterator[HttpOutside]:
    async with reaching(Zeros(), way) as outside:
        yield outside


def delivery(url: str, timeout: timedelta = LONG, payload: Json = None) -> Delivery:
    return Delivery(url + "/a?key=secret", {}, payload or {}, {}, timeout)


def request(url: str, timeout: timedelta = LONG, verb: str = "GET") -> Request:
    return Request("t1", verb, url + "/a?key=secret", {}, {}, {}, timeout)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "{} closed the connection before it answered"),
        ([b"HTTP/1.1 200 O"], "{} closed the connection before it answered"),
        ([OK + b"Content-Le"], "{} closed the connection before it answered"),
        ([b"SSH-2.0-OpenSSH_9.6\r\n\r\n"], "the answer of {} is not valid HTTP"),
        ([b"\x16\x03\x01\x00\xff" * 50], "the answer of {} is not valid HTTP"),
        ([b"HTTP/1.1 99999 X\r\n\r\n"], "the answer of {} is not valid HTTP"),
        ([OK + b"X: " + b"y" * 9000], "the answer of {} is not valid HTTP"),
        (
            [OK + b"X: " + b"y" * 9000 + b"\r\n\r\n"],
            "the answer of {} is not valid HTTP",
        ),
        ([OK + b"X: y\r\n" * 9000], "the answer of {} is not valid HTTP"),
        ([OK + b"Content-Length: -1\r\n\r\n"], "the answer of {} is not valid HTTP"),
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_what_is_not_http_is_refused_in_words(
    outside: HttpOutside, words: list[bytes], reason: str, verb: str, host: str
) -> None:
    async with machine(saying(*words), host) as url:
        delivered = await outside.deliver(delivery(url))
        answered = await outside.request(request(url, verb=verb))

    assert delivered == answered == Refused(reason.format(url))
    assert answered.code in ("bad-answer", "unreachable")


@pytest.mark.parametrize(
    "words",
    [
        [OK + b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n[1"],
        [OK + b"Content-Length: 9\r\n\r\nabc"],
        [OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
        [OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"],
    ],
)
async def test_an_answer_that_breaks_off_is_no_result(
    words: list[bytes], way: Way
) -> None:
    class Reads(Zeros):
        async def put(self, task: str, content: AsyncIterator[bytes], *_: str) -> None:
            async for _piece in content:
                pass
            raise AssertionError("the content was taken for whole")

    async with reaching(Reads(), way) as outside:
        async with machine(saying(*words), way.host) as url:
            result = await outside.request(request(url))

    assert result == Refused(f"the answer of {url} is incomplete")
    assert result.code == "bad-answer"


@pytest.mark.parametrize("words", [[], [b"HTTP/1.1 200"], [b"HTTP/1.1 100 X\r\n\r\n"]])
async def test_a_machine_that_hangs_is_left_after_the_timeout(
    outside: HttpOutside, words: list[bytes], host: str
) -> None:
    async with machine(saying(*words, then_hang=True), host) as url:
        delivered = await outside.deliver(delivery(url, SHORT))
        answered = await outside.request(request(url, SHORT))

    assert delivered == answered == Refused(f"{url} did not answer within 0.2 s")
    assert answered.code == "timeout"


async def test_an_answer_that_drips_is_left_after_the_timeout(
    outside: HttpOutside, host: str
) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Type: application/json\r\n\r\n[")
        for _ in count():
            writer.write(b"1,")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with machine(drip, host) as url:
        result = await outside.request(request(url, SHORT))

    assert result == Refused(f"{url} did not answer within 0.2 s")


async def test_a_machine_that_does_not_accept_is_unreachable(way: Way) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address), socket.socket() as waiting:
            waiting.setblocking(False)
            waiting.connect_ex(address)
            url = "http://%s:%d" % (way.host, address[1])
            async with reaching(Zeros(), way, connect=SHORT) as outside:
                result = await outside.deliver(delivery(url))

    assert result == Refused(f"{url} did not accept the connection in time")


@pytest.mark.parametrize(
    "words",
    [
        [OK + b"Content-Length: 50\r\n\r\nabc"],
        [OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"],
        [OK + b"\r\n", b"x" * 900_000],
        [OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"],
    ],
)
@pytest.mark.parametrize("hangs", [True, False])
async def test_work_is_taken_by_the_status_whatever_the_body_does(
    outside: HttpOutside, words: list[bytes], hangs: bool, host: str
) -> None:
    async with machine(saying(*words, then_hang=hangs), host) as url:
        started = time.monotonic()
        result = await outside.deliver(delivery(url))

    assert isinstance(result, Acknowledged)
    assert time.monotonic() - started < 15


async def test_an_endless_acknowledgement_is_not_read(
    outside: HttpOutside, host: str
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with machine(talk, host) as url:
        result = await outside.deliver(delivery(url))

    assert isinstance(result, Acknowledged)


@pytest.mark.parametrize("hangs", [True, False])
async def test_an_error_counts_before_its_detail_came(
    outside: HttpOutside, hangs: bool, host: str
) -> None:
    head = b"HTTP/1.1 500 X\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
    async with machine(saying(head + b"not", then_hang=hangs), host) as url:
        result = await outside.deliver(delivery(url))

    assert result == Refused(f"{url}/a answered 500: not")


@pytest.mark.parametrize("status", [200, 503])
async def test_a_service_may_answer_before_it_has_read_a_picture(
    outside: HttpOutside, status: int, host: str
) -> None:
    answer = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status

    async with machine(saying(answer, then_hang=True), host) as url:
        result = await outside.deliver(delivery(url, LONG, Zeros().payload(50_000_000)))

    assert isinstance(result, Refused)
    assert result.busy == (status == 503)
    assert f"{url}/a answered {status}" in result.reason


async def test_a_kept_connection_that_was_closed_does_not_count(
    outside: HttpOutside, host: str
) -> None:
    seen: list[int] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(seen)
        seen.append(number)
        await reader.readuntil(b"{}")
        writer.write(EMPTY)
        if number == 0:  # kept, and closed just when it is used again
            await reader.readuntil(b"{}")
        else:
            await reader.read()

    async with machine(once, host) as url:
        results = [await outside.deliver(delivery(url)) for _ in range(2)]

    assert results == [Acknowledged(delivery(url).url)] * 2
    assert seen == [0, 1]


@pytest.mark.parametrize(("verb", "connections"), [("PUT", 2), ("POST", 3)])
async def test_only_what_may_be_repeated_uses_a_connection_that_may_be_closed(
    outside: HttpOutside, verb: str, connections: int, host: str
) -> None:
    numbers = count()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        most = 1 if next(numbers) == 0 else 10
        for _ in range(most):
            await reader.readuntil(b"{}")
            writer.write(EMPTY)
        await reader.read(1)  # the next request comes, and finds it closed

    async with machine(talk, host) as url:
        results = [await outside.request(request(url, verb=verb)) for _ in range(3)]

    assert results == [Answered({})] * 3
    assert next(numbers) == connections


GOOD = (
    b"HTTP/1.1 103 X\r\nLink: x\r\n\r\n" + OK + b"Connection: close\r\n\r\nabc",
    EMPTY + EMPTY,
    OK + b'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
    OK + b"Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.png;"
    b' filename="x"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    b"HTTP/1.1 302 X\r\nLocation: /next?a#b\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 429 X\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n\r\nlater",
    b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nxxxx",
)


def spoiled(answer: bytes, chance: Random) -> bytes:
    """An answer with a few bytes changed, added or lost."""
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(answer))
        gone = chance.randrange(3)
        added = chance.choice([b"", b"\xff", b"\0", b"[", b"%zz", b"9" * 30, b"\r\n"])
        answer = answer[:at] + added + answer[at + gone :] or b"x"
    return answer


async def test_no_spoiled_answer_raises(way: Way) -> None:
    chance = Random(7)
    answer = b""

    class Reads(Zeros):
        async def put(
            self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
        ) -> Blob:
            size = sum([len(piece) async for piece in content])
            return Blob("t1/a", type, size, name)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with reaching(Reads(), way) as outside:
        async with machine(talk, way.host) as url:
            for _ in range(300):
                answer = spoiled(chance.choice(GOOD), chance)
                delivered = await outside.deliver(delivery(url))
                answered = await outside.request(request(url))

                assert isinstance(delivered, Acknowledged | Refused)
                assert isinstance(answered, Answered | Refused)
