"""Machines that `Outside` calls in tests."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Json
from engine.ports import Delivery, Request
from multidict import CIMultiDictProxy

SOON = timedelta(seconds=20)
SHORT = timedelta(seconds=0.2)
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = OK + b"Content-Length: 0\r\n\r\n"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a machine does with a connection."""


@dataclass(frozen=True)
class Way:
    """How a machine here is called: under which name, and by which client."""

    host: str
    lean: bool

    def __str__(self) -> str:
        return f"{self.host}, {'lean' if self.lean else 'aiohttp'}"


LEAN = Way("127.0.0.1", lean=True)
WAYS = (Way("127.0.0.1", True), Way("localhost", True), Way("localhost", False))


class Here(AbstractResolver):
    """A DNS in which every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


def outside_by(way: Way, blobs: Any = None, **limits: Any) -> HttpOutside:
    """The adapter that takes this way, and may call this machine."""
    return HttpOutside(
        blobs=blobs,
        nodes=["127.0.0.0/8", "::1"],
        limits=Limits(**{"linger": SHORT, **limits}),
        resolver=Here(),
        lean=way.lean,
    )


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    verb: str
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass
class Peer:
    """Another machine: remembers what came, answers as told."""

    url: str = ""
    answer: Callable[[], web.Response] = web.Response
    seen: list[Seen] = field(default_factory=list)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        seen = Seen(
            verb=request.method,
            path=request.raw_path,
            headers=request.headers,
            body=await request.content.read(),
        )
        self.seen.append(seen)
        return self.answer()

    def delivery(self, payload: Json) -> Delivery:
        return Delivery(
            url=self.url,
            query={"task_id": "t1"},
            payload=payload,
            headers={},
            timeout=SOON,
        )

    def request(self, verb: str = "GET", payload: Json = None) -> Request:
        return Request(
            task="t1",
            verb=verb,
            url=self.url,
            query={},
            headers={},
            payload=payload or {},
            timeout=SOON,
        )


@asynccontextmanager
async def machine(talk: Talk, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A server that says what it likes on each connection; its URL."""

    async def connected(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        _, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"
        server.close()


def saying(*words: bytes, then_hang: bool = False) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

        for word in words:
            writer.write(word)
            await writer.drain()

        if then_hang:
            await reader.read()

    return talk


def answering_until_closed(ended: asyncio.Event) -> Talk:
    """Answers one request; tells when the other side has closed its connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        writer.write(EMPTY)
        assert not await reader.read()
        ended.set()

    return talk


async def content(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
