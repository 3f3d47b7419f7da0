"""The HTTP server before the application: heads, bodies and connections without end."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest
from attacks.goals import sized
from attacks.lines import attacking
from attacks.victim import victim

SECONDS = sized(12, 5)
"""Long enough for the deadlines of the server, ten seconds, to pass."""

START = b"POST /services/ordinary HTTP/1.1\r\nHost: localhost\r\n"
JSON = START + b"Content-Type: application/json\r\n"
PIECE = 60 * 1024
"""So much is sent at once: nearly as much as a head may have."""

Pieces = Callable[[], Iterator[bytes]]


def small_headers() -> Iterator[bytes]:
    yield START
    yield from repeat(b"a: b\r\n" * (PIECE // 6))


def one_header() -> Iterator[bytes]:
    yield START + b"a: "
    yield from repeat(b"b" * PIECE)


def one_url() -> Iterator[bytes]:
    yield b"GET /"
    yield from repeat(b"a" * PIECE)


def one_header_behind_the_body() -> Iterator[bytes]:
    yield START + b"Transfer-Encoding: chunked\r\n\r\n0\r\na: "
    yield from repeat(b"b" * PIECE)


def requests_without_waiting() -> Iterator[bytes]:
    yield from repeat(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000)


def nothing() -> Iterator[bytes]:
    yield from ()


def half_a_head() -> Iterator[bytes]:
    yield START


def one_byte_of_a_body() -> Iterator[bytes]:
    yield JSON + b"Content-Length: 1000\r\n\r\n{"


def most_of_a_large_body() -> Iterator[bytes]:
    yield JSON + b'Content-Length: 10000000\r\n\r\n{"a": "'
    for _ in range(9_000_000 // PIECE):
        yield b"x" * PIECE


ATTACKS = {
    "small headers without end": (sized(20, 5), small_headers),
    "one header without end": (sized(20, 5), one_header),
    "one URL without end": (sized(20, 5), one_url),
    "one header behind a body without end": (
        sized(20, 5),
        one_header_behind_the_body,
    ),
    "requests that wait for no answer": (sized(10, 2), requests_without_waiting),
    "idle connections": (sized(1500, 300), nothing),
    "connections with half a head": (sized(1500, 300), half_a_head),
    "bodies of which one byte comes": (sized(600, 300), one_byte_of_a_body),
    "JSON bodies that do not end": (sized(200, 50), most_of_a_large_body),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_connections_that_ask_for_too_much(tmp_path: Path, attack: str) -> None:
    connections, pieces = ATTACKS[attack]
    # In a short run the limits are as much smaller as the attack is.
    few = {"MAX_PEER_CONNECTIONS": "150", "MAX_STARTS": "100"}
    settings = sized({}, few)

    async with victim(tmp_path, **settings) as engine:
        async with engine.under_attack(4, attack) as outcome:
            async with attacking(engine.url, connections, pieces) as attacker:
                await asyncio.sleep(SECONDS)
            outcome.append(f"{attacker.ended} connections ended")
            outcome.append(f"{attacker.sent_bytes >> 20} MB sent")

        assert attacker.ended > 0
        metrics = (await engine.client.get("/metrics")).text
        assert "http_refused_connections_total{" in metrics
