"""Stands between an HTTP client and a server, and does to them what networks do."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from typing import Self
from urllib.parse import urlsplit

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    StreamReader,
    web,
)
from yarl import URL

HOST = "127.0.0.1"
LARGE = 64 * 1024  # bytes of a body that has a middle
HOP = {"connection", "keep-alive", "expect", "transfer-encoding"}


@dataclass
class Faults:
    """What goes wrong, each as a share of all requests it can happen to."""

    busy: float = 0.0
    """Answered 503, the server does not hear of it."""
    lost: float = 0.0
    """Done by the server, but the connection breaks instead of an answer."""
    silent: float = 0.0
    """Neither heard nor answered; the connection stays open."""
    cut: float = 0.0
    """The connection breaks in the middle of a large body that is sent back."""
    garbled: float = 0.0
    """One bit of content is another one, on either way; XML is spared."""


class FaultyProxy:
    """Listens on a port of its own while it is open; `hits` counts what went wrong.

    Faults are drawn from a seeded generator: alone, a client meets the same again.
    """

    def __init__(self, target: str, seed: int = 1) -> None:
        parts = urlsplit(target)
        self._target = f"{parts.scheme}://{parts.hostname}:{parts.port}"
        self._random, self._silenced = Random(seed), set[object]()
        self.faults, self.hits = Faults(), Counter[str]()
        self.requests: list[str] = []
        """Method, path and query of whatever came, the faulty ones too."""
        self._came = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._stack, self._ended = AsyncExitStack(), asyncio.Event()
        session = ClientSession(
            auto_decompress=False,
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None),
        )
        self._session = await self._stack.enter_async_context(session)
        runner = web.ServerRunner(web.Server(self._serve), shutdown_timeout=0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        self._stack.callback(self._ended.set)
        await web.TCPSite(runner, HOST, 0).start()
        self._address = f"{HOST}:{runner.addresses[0][1]}"
        self._server = runner.server
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._stack.aclose()

    def instead_of(self, url: str) -> str:
        """The same URL, credentials and all, by way of this proxy."""
        parts = urlsplit(url)
        before, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{before}{at}{self._address}").geturl()

    def silence(self) -> None:
        """From now on nobody answers at the connections that are open."""
        assert self._server
        self._silenced |= {open.transport for open in self._server.connections}

    async def came(self, count: int) -> None:
        """Returns when so many requests have come."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.requests) >= count)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.raw_path}")
        async with self._came:
            self._came.notify_all()
        if request.transport in self._silenced or self._hits("silent"):
            self.hits["silent"] += 1
            await self._ended.wait()
            return self._break(request)
        if self._hits("busy"):
            return web.Response(status=503)
        if request.headers.get("Expect") and request.transport:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            return await self._pass_on(request)
        except (ClientError, ConnectionError):
            return self._break(request)

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        body = self._passing(request.content, request.content_length or 0)
        async with self._session.request(
            request.method,
            URL(self._target + request.raw_path, encoded=True),
            headers=[pair for pair in request.headers.items() if not hop(pair)],
            data=body if request.can_read_body else None,
            allow_redirects=False,
        ) as answer:
            if self._hits("lost"):
                await answer.read()
                return self._break(request)
            told = [pair for pair in answer.headers.items() if not hop(pair)]
            response = web.StreamResponse(status=answer.status, headers=told)
            await response.prepare(request)
            length = 0 if request.method == "HEAD" else answer.content_length or 0
            cut = length > LARGE and self._hits("cut")
            left = length // 2 if cut else sys.maxsize
            content = 0 if answer.content_type == "application/xml" else length
            async for piece in self._passing(answer.content, content):
                await response.write(piece[:left])
                left -= len(piece)
                if left < 0:
                    self._break(request)
                    break
            return response

    async def _passing(
        self, content: StreamReader, length: int
    ) -> AsyncIterator[bytes]:
        spoilt = self._random.randrange(length) if self._spoils(length) else -1
        async for piece in content.iter_any():
            if 0 <= spoilt < len(piece):
                piece = (
                    piece[:spoilt] + bytes([piece[spoilt] ^ 1]) + piece[spoilt + 1 :]
                )
            spoilt -= len(piece)
            yield piece

    def _spoils(self, length: int) -> bool:
        return length > 0 and self._hits("garbled")

    def _break(self, request: web.BaseRequest) -> web.Response:
        if request.transport:
            request.transport.close()  # what was sent before arrives
        return web.Response()

    def _hits(self, fault: str) -> bool:
        share: float = getattr(self.faults, fault)
        hit = share > 0 and self._random.random() < share
        self.hits[fault] += hit
        return hit


def hop(header: tuple[str, str]) -> bool:
    """Whether it concerns this connection alone."""
    return header[0].lower() in HOP
