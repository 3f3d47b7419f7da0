"""A blob of 200 MB passes in either direction, and memory does not grow with it."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from contracts.peers import SOON
from engine.adapters.http.outside import HttpOutside
from engine.ports import Delivery, Refused, Request

from servers.ports import free_port

SIZE = 200_000_000
GROWTH = 64 * 1024  # kB
PROGRAM = '''
import asyncio, json, re
from datetime import timedelta
from pathlib import Path
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Blob
from engine.ports import Delivery, Request

SIZE, PIECE = %d, bytes(1_000_000)
LONG = timedelta(seconds=100)


class Stream:
    """A blob store that keeps nothing."""

    async def read(self, key, start=0):
        for _ in range(SIZE // len(PIECE)):
            yield PIECE

    async def put(self, task, content, type, name):
        return Blob("t1/x", type, sum([len(piece) async for piece in content]), name)


async def talk(reader, writer):
    head = await reader.readuntil(b"\\r\\n\\r\\n")
    length = re.search(rb"(?i)content-length: (\\d+)", head)
    left = int(length[1]) if length else 0
    while left:
        left -= len(await reader.read(65536))
    writer.write(b"HTTP/1.1 200 X\\r\\nContent-Length: %%d\\r\\n\\r\\n" %% SIZE)
    if head.startswith(b"GET"):
        for _ in range(SIZE // len(PIECE)):
            writer.write(PIECE)
            await writer.drain()
    writer.close()


def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])


async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    url = "http://127.0.0.1:%%d/" %% server.sockets[0].getsockname()[1]
    image = Blob("t1/a", "image/png", SIZE).to_json()
    async with server, HttpOutside(blobs=Stream(), nodes=["127.0.0.1"]) as outside:
        await outside.request(Request("t1", "POST", url, {}, {}, {}, LONG))
        before = peak()
        given = await outside.deliver(Delivery(url, {}, {"image": image}, {}, LONG))
        taken = await outside.request(Request("t1", "GET", url, {}, {}, {}, LONG))
        grown = peak() - before
    print(json.dumps([type(given).__name__, taken.out["raw"]["size"], grown]))

asyncio.run(main())
'''


def test_large_blobs_are_streamed_both_ways() -> None:
    program = [sys.executable, "-c", PROGRAM % SIZE]

    done = subprocess.run(program, capture_output=True, text=True, timeout=100)

    assert not done.stderr
    given, size, grown = done.stdout.strip("[]\n").split(", ")
    assert (given, size) == ('"Acknowledged"', str(SIZE))
    assert int(grown) < GROWTH


class Payload(dict[str, Any]):
    """An object that can be watched."""


@pytest.fixture
def without_collector() -> Iterator[None]:
    """Only what nothing refers to is freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
async def test_calls_that_fail_keep_nothing_of_what_they_sent() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    sent = Payload(text="x" * 1000)
    is_kept = weakref.ref(sent)
    blobs: Any = None

    async with HttpOutside(blobs=blobs, nodes=["127.0.0.1"]) as outside:
        answers = [
            await outside.deliver(Delivery(url, {}, sent, {}, SOON)),
            await outside.request(Request("t1", "POST", url, {}, {}, sent, SOON)),
        ]
        del sent

        assert all(isinstance(answer, Refused) for answer in answers)
        assert is_kept() is None
