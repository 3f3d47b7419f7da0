"""A large file goes through two services; beside it, the same copies without engine.

The file is moved six times: from the caller to the engine, to the first service, back,
to the second, back, and to the caller. The engine writes it to its disk three times.
The plain copies do just that, with sockets and files, and nothing in between.
"""

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import orjson
import uvloop

from bench.load import Failed
from bench.processes import ENGINE, Process, engine, python, stopping
from bench.wire import Client, Listener
from servers.memory import PEAK
from servers.ports import free_port

FILE_BYTES = 100_000_000
ROUNDS = 5
BUFFER_BYTES = 256 * 1024
MAX_SECONDS = 120.0

ROUTE = "copies"
SERVICE = "copy"
BOUNDARY = "bench"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

API = {"route": SERVICE, "summary": "Brings its file back", "body": "file"}
PIPELINE = {
    "type": "pipeline",
    "nodes": [
        {
            "id": "start",
            "type": "entry",
            "api": {"route": ROUTE, "summary": "Copies a file", "body": "file"},
            "next": ["first"],
        },
        {
            "id": "first",
            "type": "service",
            "service": SERVICE,
            "input": {"file": "start.out.file"},
            "next": ["second"],
        },
        {
            "id": "second",
            "type": "service",
            "service": SERVICE,
            "input": {"file": "first.out.file"},
            "next": ["result"],
        },
        {"id": "result", "type": "end", "input": {"file": "second.out.file"}},
    ],
}

Take = Callable[[str, bytes, str], None]
"""What is done with a request: its target, its body and the media type of that."""


class FileListener(Listener):
    """Takes whole bodies, with their media type."""

    def __init__(self, take: Take) -> None:
        super().__init__(self._took)
        self._take_file = take
        self._media_type = ""

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._media_type = value.decode()

    def _took(self, target: bytes, body: bytes) -> None:
        self._take_file(target.decode(), body, self._media_type)


async def listen(take: Take, port: int) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: FileListener(take), "127.0.0.1", port)


async def serve(port: int) -> None:
    """The service: it brings back what it got, until the process is ended."""
    client = Client()
    under_way: set[asyncio.Task[None]] = set()

    async def bring(url: str, task: str, body: bytes, media_type: str) -> None:
        status, said = await client.post(
            url, f"task_id={quote(task)}", body, media_type
        )
        if status >= 300:
            print(f"the file was refused: {status} {said!r}", file=sys.stderr)

    def take(target: str, body: bytes, media_type: str) -> None:
        query = parse_qs(urlsplit(target).query)
        bringing = bring(
            query["callback_url"][0], query["task_id"][0], body, media_type
        )
        task = asyncio.get_running_loop().create_task(bringing)
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    await listen(take, port)
    await asyncio.Event().wait()


class Caller:
    """Sends a file to the engine, and waits until it is brought back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._port = free_port()
        self._client = Client()
        self._came: asyncio.Future[bytes] = asyncio.Future()

    async def open(self, service: Process) -> None:
        await listen(self._take, self._port)
        announcement = {"type": "service", "url": f"{service.url}/work", "api": API}
        for document in (announcement, PIPELINE):
            await self._post("/services", "", orjson.dumps(document))

    def _take(self, target: str, body: bytes, media_type: str) -> None:
        if not self._came.done():
            self._came.set_result(body)

    async def send(self, content: bytes) -> float:
        """How many seconds it took until the file was back."""
        self._came = asyncio.get_running_loop().create_future()
        body = multipart(content)
        callback = quote(f"http://127.0.0.1:{self._port}/result", safe="")

        began = time.perf_counter()
        query = f"callback_url={callback}&task_id=1"
        await self._post(f"/services/{ROUTE}", query, body, MULTIPART)
        brought = await asyncio.wait_for(self._came, MAX_SECONDS)
        seconds = time.perf_counter() - began

        if len(brought) < len(content):
            raise Failed(brought[:1000].decode(errors="replace"))
        return seconds

    async def _post(
        self, path: str, query: str, body: bytes, media_type: str = "application/json"
    ) -> None:
        status, said = await self._client.post(
            self._url + path, query, body, media_type
        )
        if status >= 300:
            raise Failed(f"{path} answered {status}: {said.decode()}")


def multipart(content: bytes) -> bytes:
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="file.bin"\r\n'
        "Content-Type: application/x-bench\r\n\r\n"
    )
    return b"".join([head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])


def plain_copies(content: bytes, folder: Path) -> float:
    """How many seconds three copies to the disk take, and three from it."""
    began = time.perf_counter()
    for index in range(3):
        path = folder / str(index)
        _to_disk(content, path)
        _from_disk(path)
        path.unlink()
    return time.perf_counter() - began


def _to_disk(content: bytes, path: Path) -> None:
    def store(receiving: socket.socket) -> None:
        with path.open("wb", buffering=0) as file:
            for piece in _pieces(receiving):
                file.write(piece)
            os.fsync(file.fileno())

    _over_loopback(lambda sending: sending.sendall(content), store)


def _from_disk(path: Path) -> None:
    def send(sending: socket.socket) -> None:
        with path.open("rb") as file:
            sending.sendfile(file)

    def drop(receiving: socket.socket) -> None:
        for _ in _pieces(receiving):
            pass

    _over_loopback(send, drop)


def _pieces(receiving: socket.socket) -> Any:
    buffer = memoryview(bytearray(BUFFER_BYTES))
    while True:
        size = receiving.recv_into(buffer)
        if not size:
            return
        yield buffer[:size]


def _over_loopback(
    send: Callable[[socket.socket], None], take: Callable[[socket.socket], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def sender() -> None:
            with socket.create_connection(listening.getsockname()) as sending:
                send(sending)

        thread = threading.Thread(target=sender)
        thread.start()
        receiving, _ = listening.accept()
        with receiving:
            take(receiving)
        thread.join()


async def measure_files(rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Rows of the table: the plain copies, and the engine."""
    content = os.urandom(FILE_BYTES)
    with TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        service = Process(python("bench.files", "PORT"))
        served = Process(engine(folder / "engine"), environment=ENGINE)
        with stopping(service, served):
            caller = Caller(served.url)
            await caller.open(service)
            await caller.send(content[:1_000_000])
            served.forget_peak()
            before = served.memory()

            copies = []
            ours = []
            for _ in range(rounds):
                copies.append(await asyncio.to_thread(plain_copies, content, folder))
                ours.append(await caller.send(content))
            grown = served.memory(PEAK) - before

    title = f"{FILE_BYTES // 1_000_000} MB through two services"
    ratios = [mine / plain for mine, plain in zip(ours, copies, strict=True)]
    return [
        {"title": f"{title}, plain copies", "seconds": median(copies), "ratio": 1.0},
        {
            "title": f"{title}, engine",
            "seconds": median(ours),
            "memory_growth_mb": grown / 1e6,
            "ratio": median(ratios),
            "by_round": list(zip(copies, ours, strict=True)),
        },
    ]


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
