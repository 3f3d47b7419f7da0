"""Connections are bounded, and who does not use one makes room for others."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from bounded_server.connections import Connections, Peer
from bounded_server.limits import ServerLimits
from bounded_server.refusals import HEAD_TOO_SLOW, Refusal
from prometheus_client import CollectorRegistry, generate_latest
from service_sdk.loopback import Loopback

from servers.waiting import block_until

from .conftest import QUICK, Application
from .lines import answer, line, served, status

WAIT = b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"
LIMIT = QUICK.max_peer_connections


@pytest.fixture
def patient(application: Application) -> Iterator[Loopback]:
    """A server that ends nothing by itself."""
    limits = ServerLimits(max_connections=40, max_peer_connections=LIMIT)
    with Loopback(application, limits=limits) as running:
        yield running


BEGINNINGS = {
    "idle": b"",
    "half a head": b"GET / HTTP/1.1\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1",
    "no reader": b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=list(BEGINNINGS))
def test_many_connections_do_not_keep_others_out(
    patient: Loopback, application: Application, begin: bytes
) -> None:
    with ExitStack() as stack:
        for _ in range(2 * LIMIT):
            opened = stack.enter_context(line(patient.port))
            opened.sendall(begin)

        assert all(served(patient.port) for _ in range(10))

    assert patient.connections.refusals.counts["made-room"] > LIMIT


def test_who_waits_longest_makes_room(patient: Loopback) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(line(patient.port)) for _ in range(LIMIT + 1)]

        assert answer(opened[0]) == b""
        opened[1].sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert status(opened[1].recv(65536)) == 200


def test_who_is_served_keeps_the_connection(
    patient: Loopback, application: Application
) -> None:
    with ExitStack() as stack:
        for _ in range(LIMIT):
            stack.enter_context(line(patient.port)).sendall(WAIT)
        block_until(lambda: application.under_way == LIMIT)
        late = stack.enter_context(line(patient.port))
        said = answer(late)

        assert application.under_way == LIMIT
    assert status(said) == 503
    assert b"retry-after" in said
    assert b"MAX_PEER_CONNECTIONS" in said


def test_a_request_behind_another_is_told_that_the_client_left(
    patient: Loopback, application: Application
) -> None:
    with line(patient.port) as opened:
        opened.sendall(WAIT + WAIT)
        block_until(lambda: application.under_way == 1)

    block_until(lambda: application.under_way == 0)


class Idle:
    """A connection that does nothing."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

    def drop(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

    def check(self, now: float) -> None:
        pass


def test_the_peer_with_most_connections_makes_room_for_others() -> None:
    limits = ServerLimits(max_connections=10, max_peer_connections=8)
    connections = Connections(limits)
    greedy = [Idle() for _ in range(7)]
    modest = [Idle() for _ in range(3)]
    for connection in modest:
        connections.admit(connection, "192.0.2.1")
    for connection in greedy:
        connections.admit(connection, "192.0.2.2")

    place = connections.admit(Idle(), "192.0.2.3")

    assert isinstance(place, Peer)
    assert [bool(connection.refusals) for connection in greedy] == [True] + [False] * 6
    assert not any(connection.refusals for connection in modest)


def test_a_place_is_free_again_when_its_connection_has_left() -> None:
    connections = Connections(ServerLimits(max_connections=1))
    first = Idle()
    connections.admit(first, "192.0.2.1")

    connections.left(first)
    connections.left(first)

    assert connections.admit(Idle(), "192.0.2.2")
    assert not first.refusals


def test_refusals_are_logged_now_and_then_and_counted_always(
    caplog: pytest.LogCaptureFixture,
) -> None:
    connections = Connections(ServerLimits())

    with caplog.at_level(logging.WARNING):
        for second in range(100):
            connections.refused(Idle(), HEAD_TOO_SLOW, "192.0.2.1")
            connections.sweep(float(second))

    told = [record.getMessage() for record in caplog.records]
    assert [text.split(",")[0] for text in told] == [
        "ended 1 connections",
        "ended 60 connections",
    ]
    assert "192.0.2.1" in told[0]
    registry = CollectorRegistry()
    registry.register(connections)
    figure = b'http_refused_connections_total{reason="head-too-slow"} 100.0'
    assert figure in generate_latest(registry)
