"""Bodies that do not come, and answers that are not read, end their connection."""

import time

import pytest
from service_sdk.loopback import Loopback

from servers.waiting import block_until

from .conftest import Application
from .lines import answer, line, send_until_refused, served, status

POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    "head", [b"Content-Length: 1000000\r\n\r\n1", b"Transfer-Encoding: chunked\r\n\r\n"]
)
def test_a_body_that_does_not_come_is_not_waited_for(
    server: Loopback, application: Application, head: bytes
) -> None:
    with line(server.port) as opened:
        opened.sendall(POST + head)
        said = answer(opened)

    assert status(said) == 408
    assert b"MIN_RATE" in said
    block_until(lambda: application.under_way == 0)


def test_what_came_fast_gives_no_credit_for_later(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(POST + b"Content-Length: 100000000\r\n\r\n" + b"1" * 1_000_000)
        said = answer(opened)

    assert status(said) == 408


def test_a_body_that_goes_on_after_the_answer_is_not_read_for_ever(
    server: Loopback,
) -> None:
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n\r\n"
    with line(server.port) as opened:
        opened.sendall(head)
        said = opened.recv(65536)
        sent = send_until_refused(opened, b"1" * 65536, 100_000_000)
        more = answer(opened)

    assert status(said) == 200
    assert sent < 100_000_000
    assert more == b""
    assert server.connections.refusals.counts == {"body-unwanted": 1}


def test_a_small_body_after_the_answer_does_no_harm(server: Loopback) -> None:
    head = b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
    with line(server.port) as opened:
        for _ in range(3):
            opened.sendall(head)
            said = opened.recv(65536)
            opened.sendall(b"1" * 100_000)
            assert status(said) == 200


def test_a_body_that_comes_at_the_rate_is_received(server: Loopback) -> None:
    with line(server.port) as opened:
        opened.sendall(POST + b"Content-Length: 20000\r\n\r\n")
        # Longer than the rate is measured, and five times as fast as it must be.
        for _ in range(20):
            opened.sendall(b"1" * 1000)
            time.sleep(0.2)
        said = opened.recv(65536)

    assert status(said) == 200


def test_who_waits_to_be_asked_for_the_body_is_not_slow(
    server: Loopback, application: Application
) -> None:
    head = b"POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
    with line(server.port) as opened:
        opened.sendall(head + b"Expect: 100-continue\r\n\r\n")
        asked = opened.recv(65536)
        said = answer(opened)

    assert asked == b"HTTP/1.1 100 Continue\r\n\r\n"
    # Only now was it to send something.
    assert status(said) == 408


def test_who_does_not_read_the_answer_is_cut_off(
    server: Loopback, application: Application
) -> None:
    with line(server.port) as opened:
        opened.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        block_until(lambda: "answer-too-slow" in server.connections.refusals.counts)

    assert served(server.port)


def test_who_reads_slowly_but_steadily_gets_the_answer(server: Loopback) -> None:
    read = 0
    with line(server.port) as opened:
        opened.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        began = time.monotonic()
        while time.monotonic() - began < 4:
            read += len(opened.recv(100_000))
            time.sleep(0.01)

        assert read > 1_000_000
        assert server.connections.refusals.counts == {}


def test_a_connection_that_is_closed_does_not_stay_for_its_last_bytes(
    server: Loopback,
) -> None:
    with line(server.port) as opened:
        opened.sendall(
            b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        block_until(
            lambda: bool(
                server.connections.refusals.counts.keys()
                & {"close-too-slow", "answer-too-slow"}
            )
        )
