"""A service built with the SDK: its HTTP server, and what its operations are given."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from attacks.goals import sized
from attacks.lines import attacking
from attacks.services import png, running, sent, url_of
from attacks.victim import Victim, victim

from servers.memory import PEAK, RESIDENT, forget_peak, memory

ROUTE = "image-greyscale"

HOSTILE = sized(60, 10)
SECONDS = sized(15, 5)

MAX_SERVICE_BYTES = 200 << 20
"""Of the process that takes requests: the work is done by others, which have limits."""

HEAD = f"POST /{ROUTE} HTTP/1.1\r\nHost: localhost\r\n".encode()


def small_headers() -> Iterator[bytes]:
    yield HEAD
    while True:
        yield b"a: b\r\n" * 10_000


def one_byte_of_a_body() -> Iterator[bytes]:
    yield HEAD + b"Content-Type: multipart/form-data; boundary=b\r\n"
    yield b"Content-Length: 1000\r\n\r\n-"


def nothing() -> Iterator[bytes]:
    yield from ()


HONEST = png(40, 30, 30)
PICTURES = (
    # A bomb: two gigabytes of grey from a few bytes.
    png(50_000, 50_000, 10),
    # One that ends before it should.
    png(4_000, 4_000, 1),
    # One that is none.
    b"\x89PNG\r\n\x1a\n" + bytes(1_000),
)


async def greyscale(engine: Victim, picture: bytes) -> str:
    return await sent(engine, ROUTE, {"image": ("a.png", picture, "image/png")})


async def test_a_service_that_is_attacked_goes_on(tmp_path: Path) -> None:
    async with (
        victim(tmp_path) as engine,
        running(tmp_path, engine, "image-processing", ROUTE) as service,
    ):
        url = await url_of(engine, ROUTE)
        before = memory(service.pid, RESIDENT)
        forget_peak(service.pid)

        async with engine.under_attack(9, "a service and its pictures") as outcome:
            async with (
                attacking(url, sized(20, 5), small_headers) as heads,
                attacking(url, sized(300, 50), one_byte_of_a_body),
                attacking(url, sized(300, 50), nothing),
            ):
                tasks = [
                    await greyscale(engine, PICTURES[n % len(PICTURES)])
                    for n in range(HOSTILE)
                ]
                honest = await greyscale(engine, HONEST)
                await asyncio.sleep(SECONDS)
                hostile = [await engine.ended(task) for task in tasks]
                kept = await engine.ended(honest)
            taken = memory(service.pid, PEAK) - before
            outcome.append(f"the service goes on, {taken >> 20:+d} MB")

        for bomb in hostile[:: len(PICTURES)]:
            assert "MAX_MEGAPIXELS" in bomb["message"], bomb
        assert kept["status"] == "finished", kept
        assert heads.ended > 0
        assert not service.deaths
        assert taken <= MAX_SERVICE_BYTES
        for task in (*tasks, honest):
            await engine.erased(task)
