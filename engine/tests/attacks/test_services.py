"""A service built with the SDK: its HTTP server, and what its operations are given."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from attacks.goals import sized
from attacks.lines import attacking
from attacks.victim import Victim, victim
from chaos.supervised import TESTS, SupervisedProcess

from servers.memory import PEAK, RESIDENT, forget_peak, memory
from servers.ports import free_port
from servers.waiting import until

FOLDER = Path(__file__).parents[3] / "services" / "image-processing"
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


def png(width: int, height: int, rows: int) -> bytes:
    """A picture that says its size, and has so many of its rows."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1 + width) * rows)
    mark = b"\x89PNG\r\n\x1a\n"
    return mark + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


HONEST = png(40, 30, 30)
PICTURES = (
    # A bomb: two gigabytes of grey from a few bytes.
    png(50_000, 50_000, 10),
    # One that ends before it should.
    png(4_000, 4_000, 1),
    # One that is none.
    b"\x89PNG\r\n\x1a\n" + bytes(1_000),
)


@asynccontextmanager
async def pictures(folder: Path, engine: Victim) -> AsyncIterator[SupervisedProcess]:
    """The service of pictures; it has announced itself."""
    service = SupervisedProcess(
        folder / "service.log",
        "service_sdk",
        "image_processing",
        PORT=str(free_port()),
        ENGINE_URL=engine.url,
        PYTHONPATH=f"{TESTS}:{FOLDER}",
    )

    async def announced() -> bool:
        answer = await engine.client.get(f"/services/{ROUTE}")
        return answer.is_success

    service.launch()
    try:
        await until(announced, look_seconds=0.1)
        yield service
    finally:
        await service.stop()


async def greyscale(engine: Victim, picture: bytes) -> str:
    files = {"image": ("a.png", picture, "image/png")}
    answer = await engine.client.post(f"/services/{ROUTE}", files=files)
    assert answer.is_success, answer.text
    return str(answer.json()["jobId"])


async def test_a_service_that_is_attacked_goes_on(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine, pictures(tmp_path, engine) as service:
        details = (await engine.client.get(f"/services/{ROUTE}")).json()
        url = details["instances"][0]["url"]
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
