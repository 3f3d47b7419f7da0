"""A real server on a real socket: wrong lengths, large files, lost connections."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from servers.memory import PEAK, RESIDENT, memory
from servers.waiting import block_until

from .conftest import echo
from .serving import Server, serving

MIB = 1024 * 1024
LARGE_FILE_BYTES = 200 * MIB
MAX_GROWTH_BYTES = 64 * MIB
"""Of the memory, while the large file passes through."""
PART_HEAD = (
    b'--X\r\nContent-Disposition: form-data; name="image"; filename="f"\r\n'
    b"Content-Type: a/b\r\n\r\n"
)
REQUEST_LINE = b"POST /services/file HTTP/1.1\r\nHost: localhost\r\n"
JSON_REQUEST = REQUEST_LINE + b"Content-Type: application/json\r\n"
FORM_REQUEST = REQUEST_LINE + b"Content-Type: multipart/form-data; boundary=X\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("engine")) as running:
        httpx.post(f"{running.url}/services", json=echo("file", body="image"))
        yield running


def told(server: Server, said: bytes, stop: bool = True) -> bytes:
    """What the server answers to these bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(said)
        if stop:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(TimeoutError, ConnectionResetError):
            piece = line.recv(65536)
            while piece:
                answer += piece
                piece = line.recv(65536)
        return answer


LIES = {
    "less than was said": JSON_REQUEST + b'Content-Length: 100\r\n\r\n{"a": 1}',
    "nothing at all": JSON_REQUEST + b"Content-Length: 100\r\n\r\n",
    "part less than was said": FORM_REQUEST
    + b"Content-Length: 9999\r\n\r\n"
    + PART_HEAD
    + b"12",
    "more than was said": JSON_REQUEST + b'Content-Length: 3\r\n\r\n{"a": 1}',
    "part more than was said": FORM_REQUEST
    + b"Content-Length: 100\r\n\r\n"
    + PART_HEAD
    + b"1" * 200
    + b"\r\n--X--\r\n",
    "far more than is allowed": FORM_REQUEST
    + b"Content-Length: 99999999999\r\n\r\n"
    + PART_HEAD,
    "more digits than a number has": JSON_REQUEST
    + b"Content-Length: "
    + b"9" * 40
    + b"\r\n\r\n",
    "negative": JSON_REQUEST + b"Content-Length: -1\r\n\r\n{}",
    "in words": JSON_REQUEST + b"Content-Length: two\r\n\r\n{}",
    "two lengths": JSON_REQUEST + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
    "length and chunks": JSON_REQUEST
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}   \r\n0\r\n\r\n",
    "chunks that are none": FORM_REQUEST
    + b"Transfer-Encoding: chunked\r\n\r\nwhat?\r\n"
    + PART_HEAD,
    "chunks without end": FORM_REQUEST
    + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (len(PART_HEAD) + 3)
    + PART_HEAD
    + b"123\r\n",
    "chunk of endless size": FORM_REQUEST
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"f" * 20,
}


@pytest.mark.parametrize("said", LIES.values(), ids=LIES)
def test_a_body_that_lies_about_its_length_leaves_nothing(
    server: Server, said: bytes
) -> None:
    answer = told(server, said)

    statuses = {line.split()[1] for line in answer.splitlines() if b"HTTP/1.1" in line}
    assert statuses <= {b"400", b"413", b"415", b"422"}
    block_until(server.empty)


def test_a_body_too_large_is_refused_while_it_is_still_coming(server: Server) -> None:
    said = (
        FORM_REQUEST
        + b"Content-Length: 99999999999\r\n\r\n"
        + PART_HEAD
        + b"1" * 100_000
    )

    answer = told(server, said, stop=False)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


def test_who_hangs_up_in_the_middle_leaves_nothing(server: Server) -> None:
    said = (
        FORM_REQUEST + b"Content-Length: 9999999\r\n\r\n" + PART_HEAD + b"1" * 1_000_000
    )
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(said)
        block_until(lambda: any(server.folder.rglob("blobs/**/*")))

    block_until(server.empty)


async def test_a_large_file_passes_through_without_filling_the_memory(
    server: Server, tmp_path: Path
) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        for _ in range(LARGE_FILE_BYTES // MIB):
            file.write(os.urandom(MIB))
    before = memory(server.pid, RESIDENT)

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        with large.open("rb") as file:
            upload = {"image": ("large.bin", file, "application/octet-stream")}
            task = (await client.post("/services/file", files=upload)).json()["jobId"]
        async with asyncio.timeout(10):
            await client.get(f"/tasks/{task}/events")

        received = 0
        async with client.stream("GET", f"/tasks/{task}/files/image") as answer:
            with large.open("rb") as file:
                async for piece in answer.aiter_bytes():
                    received += len(piece)
                    assert piece == file.read(len(piece))

        growth = memory(server.pid, PEAK) - before
        await client.delete(f"/tasks/{task}")

    assert received == LARGE_FILE_BYTES
    assert growth < MAX_GROWTH_BYTES
    assert server.empty()


async def test_who_stops_watching_is_forgotten(server: Server) -> None:
    held = Path(f"/proc/{server.pid}/fd")
    async with httpx.AsyncClient(base_url=server.url) as client:
        files = {"image": ("f", b"1", "a/b")}
        task = (await client.post("/services/file", files=files)).json()["jobId"]
        before = len(list(held.iterdir()))

    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"GET /tasks/{task}/events HTTP/1.1\r\n".encode())
            line.sendall(b"Host: localhost\r\n\r\n")

    block_until(lambda: len(list(held.iterdir())) <= before)
    httpx.delete(f"{server.url}/tasks/{task}")
