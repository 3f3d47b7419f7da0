"""Heads that are too large, too many or too slow end their connection only."""

import time

import pytest
from bounded_server.limits import (
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_PIPELINED,
    ServerLimits,
)
from service_sdk.loopback import Loopback

from .conftest import QUICK, Application
from .lines import GET, answer, line, read_until, send_until_refused, served, status

START = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
SWEEP_SECONDS = 1.0
LONGEST_KEPT_BY_CLIENTS = 90
"""Traefik's `idleConnTimeout`, and the default of HTTP clients in Go."""

MOST = 20_000_000
"""Nobody sends so much in vain, unless the server takes it."""

ENDLESS = {
    "small headers": (START, b"a: b\r\n", 431),
    "one header": (START + b"a: ", b"b" * 1000, 431),
    "one name of a header": (START, b"a" * 1000, 431),
    "one URL": (b"GET /", b"a" * 1000, 414),
    "one header behind the body": (CHUNKED + b"0\r\na: ", b"b" * 1000, 431),
    "small headers behind the body": (CHUNKED + b"0\r\n", b"a: b\r\n", 431),
    "one extension of a chunk": (CHUNKED + b"1;a=", b"b" * 1000, 431),
}


@pytest.mark.parametrize(
    ("begin", "piece", "expected"), ENDLESS.values(), ids=list(ENDLESS)
)
def test_an_endless_head_is_refused(
    server: Loopback, begin: bytes, piece: bytes, expected: int
) -> None:
    with line(server.port) as opened:
        opened.sendall(begin)
        sent = send_until_refused(opened, piece, MOST)
        said = answer(opened)

    assert sent < MOST
    # The other side may close before it has read everything: then the answer is lost.
    assert status(said) in (expected, 0)
    assert sum(server.connections.refusals.counts.values()) == 1
    assert served(server.port)


def test_an_endless_head_in_one_piece_is_told_why(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(START + b"a: " + b"b" * MAX_HEAD_BYTES)
        said = answer(opened)

    assert status(said) == 431
    assert b"application/problem+json" in said
    assert str(MAX_HEAD_BYTES).encode() in said


def test_a_head_just_within_the_limits_is_served(server: Loopback) -> None:
    headers = b"".join(b"a%d: b\r\n" % number for number in range(MAX_HEADERS - 2))
    rest = MAX_HEAD_BYTES - len(START + headers) - len(b"c: \r\n\r\n")

    with line(server.port) as opened:
        opened.sendall(START + headers + b"c: " + b"d" * rest + b"\r\n\r\n")
        said = opened.recv(65536)

    assert status(said) == 200


def test_one_header_too_many_is_refused(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(START + b"a: b\r\n" * MAX_HEADERS + b"\r\n")
        said = answer(opened)

    assert status(said) == 431
    assert str(MAX_HEADERS).encode() in said


def test_a_large_head_behind_a_body_is_refused_too(server: Loopback) -> None:
    body = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n" + b"1" * 9
    with line(server.port) as opened:
        opened.sendall(body)
        opened.recv(65536)
        send_until_refused(opened, START + b"a: " + b"b" * MAX_HEAD_BYTES, MOST)
        said = answer(opened)

    assert status(said) in (431, 0)
    assert server.connections.refusals.counts["head-too-large"] == 1


def test_large_bodies_are_no_heads(server: Loopback) -> None:
    size = 10 * MAX_HEAD_BYTES
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size
    with line(server.port) as opened:
        for _ in range(3):
            opened.sendall(head + b"1" * size)
            # The body may come in a piece of its own.
            read_until(opened, b"\r\n\r\n%d" % size)


@pytest.mark.parametrize("begin", [b"", b"G", START])
def test_a_head_that_does_not_come_ends_the_connection(
    server: Loopback, begin: bytes
) -> None:
    with line(server.port) as opened:
        opened.sendall(begin)
        said = answer(opened)

    assert status(said) == (408 if begin else 0)
    assert server.connections.refusals.counts == {"head-too-slow": 1}


def test_the_next_head_on_a_connection_must_come_in_time_too(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(GET)
        first = opened.recv(65536)
        opened.sendall(START)
        said = answer(opened)

    assert status(first) == 200
    assert status(said) == 408


@pytest.mark.parametrize(
    ("head", "late_body"),
    [(GET, b""), (START + b"Content-Length: 1\r\n\r\n", b"1")],
    ids=["no body", "a body behind the answer"],
)
def test_a_connection_may_rest_longer_than_a_head_may_take(
    server: Loopback, head: bytes, late_body: bytes
) -> None:
    with line(server.port) as opened:
        for _ in range(2):
            opened.sendall(head)
            assert status(opened.recv(65536)) == 200
            opened.sendall(late_body)
            time.sleep(QUICK.head_seconds + SWEEP_SECONDS)
        opened.sendall(START)
        late = answer(opened)

    assert status(late) == 408


def test_a_request_right_behind_a_late_body_has_its_time(
    server: Loopback, application: Application
) -> None:
    with line(server.port) as opened:
        opened.sendall(START + b"Content-Length: 1\r\n\r\n")
        assert status(opened.recv(65536)) == 200
        opened.sendall(b"1GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(QUICK.idle_seconds + SWEEP_SECONDS)

        assert application.under_way == 1


def test_a_connection_that_is_not_used_is_closed_at_last(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(GET)
        opened.recv(65536)
        began = time.monotonic()
        said = answer(opened)
        rested = time.monotonic() - began

    assert said == b""
    assert rested >= QUICK.idle_seconds - SWEEP_SECONDS
    # Nobody did anything wrong.
    assert not server.connections.refusals.counts


def test_proxies_and_clients_let_go_of_a_connection_first() -> None:
    assert ServerLimits().idle_seconds > LONGEST_KEPT_BY_CLIENTS


def test_a_head_that_trickles_is_not_waited_for(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(START)
        began = time.monotonic()
        opened.settimeout(0.05)
        said = b""
        while not said and time.monotonic() - began < 10:
            try:
                opened.sendall(b"a")
                said = opened.recv(65536)
            except TimeoutError:
                continue

    assert status(said) == 408


def test_requests_that_are_sent_without_waiting_are_bounded(server: Loopback) -> None:
    wait = b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with line(server.port) as opened:
        opened.sendall(wait + GET * (MAX_PIPELINED + 1))
        said = answer(opened)

    assert said == b""
    assert server.connections.refusals.counts == {"too-many-pipelined": 1}


def test_some_requests_may_be_sent_without_waiting(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(GET * MAX_PIPELINED)
        said = answer(opened)

    assert said.count(b"HTTP/1.1 200") == MAX_PIPELINED


def test_what_is_not_http_is_refused(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        said = answer(opened)

    assert status(said) == 400
    assert server.connections.refusals.counts == {"not-http": 1}
