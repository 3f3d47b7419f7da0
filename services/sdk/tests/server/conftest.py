"""A small application behind the server, with times that a test can wait for."""

import asyncio
from collections.abc import Iterator

import pytest
from bounded_server.limits import ServerLimits
from service_sdk.loopback import Loopback
from starlette.types import Receive, Scope, Send

LARGE_ANSWER_BYTES = 50_000_000
"""Far more than the buffers of both ends of a connection take."""

QUICK = ServerLimits(
    max_connections=40,
    max_peer_connections=20,
    head_seconds=1,
    idle_seconds=3,
    body_seconds=1,
    answer_seconds=1,
    close_seconds=1,
)


class Application:
    """Tells how many bytes a body had, or answers with very many."""

    def __init__(self) -> None:
        self.read_bytes = 0
        self.under_way = 0
        self.may_read = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await lifespan(receive, send)
            return

        self.under_way += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self.under_way -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"ok"
        if scope["path"] == "/large":
            body = bytes(LARGE_ANSWER_BYTES)
        elif scope["path"] == "/wait":
            await until_disconnected(receive)
            return
        elif scope["method"] == "POST":
            size = await self._read(receive)
            body = str(size).encode()

        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _read(self, receive: Receive) -> int:
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            size += len(message["body"])
            self.read_bytes += len(message["body"])
            more = message["more_body"]
        return size


async def until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def lifespan(receive: Receive, send: Send) -> None:
    for moment in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{moment}.complete"})


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def server(application: Application) -> Iterator[Loopback]:
    with Loopback(application, limits=QUICK) as running:
        yield running
