"""Stands between an HTTP client and a server, and does to them what networks do."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    StreamReader,
    web,
)
from yarl import URL

HOST = "127.0.0.1"

LARGE_BODY_BYTES = 64 * 1024
"""A larger body has a middle, in which its connection can break."""

# Headers that concern one connection alone, and are not passed on.
HOP_HEADERS = {"connection", "keep-alive", "expect", "transfer-encoding"}


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
    """Passes requests on, or not; `hits` counts what went wrong.

    Faults are drawn from a seeded generator: alone, a client meets the same again.
    """

    def __init__(self, target: str, *, session: ClientSession, seed: int) -> None:
        self.faults = Faults()
        self.hits: Counter[str] = Counter()
        self.requests: list[str] = []
        """Method, path and query of all that came, the faulty ones too."""

        self._target = URL(target).origin()
        self._session = session
        self._random = Random(seed)
        self._silenced: set[object] = set()
        self._came = asyncio.Condition()
        self._ended = asyncio.Event()
        self._server = web.Server(self._serve)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=0)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """On a port of its own."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, 0).start()
            yield
        finally:
            # Requests that were met with silence hold their connections until now.
            self._ended.set()
            await self._runner.cleanup()

    def instead_of(self, url: str) -> str:
        """The same URL, credentials and all, by way of this proxy."""
        parts = urlsplit(url)
        credentials, at, _ = parts.netloc.rpartition("@")
        port = self._runner.addresses[0][1]
        return parts._replace(netloc=f"{credentials}{at}{HOST}:{port}").geturl()

    def silence(self) -> None:
        """From now on nothing is answered at the connections that are open."""
        self._silenced |= {open.transport for open in self._server.connections}

    async def came(self, count: int) -> None:
        """Return when so many requests have come."""
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

        # A client that asks first sends its body only when it is told to.
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
            URL(f"{self._target}{request.raw_path}", encoded=True),
            headers=[pair for pair in request.headers.items() if not hop(pair)],
            data=body if request.can_read_body else None,
            allow_redirects=False,
        ) as answer:
            if self._hits("lost"):
                await answer.read()
                return self._break(request)
            return await self._pass_back(request, answer)

    async def _pass_back(
        self, request: web.BaseRequest, answer: ClientResponse
    ) -> web.StreamResponse:
        headers = [pair for pair in answer.headers.items() if not hop(pair)]
        response = web.StreamResponse(status=answer.status, headers=headers)
        await response.prepare(request)

        # An answer to HEAD tells the length of a body that it does not have.
        length = 0 if request.method == "HEAD" else answer.content_length or 0
        cut = length > LARGE_BODY_BYTES and self._hits("cut")
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
        """The content, with one wrong bit if the fault hits."""
        spoilt_at = self._random.randrange(length) if self._spoils(length) else -1

        async for piece in content.iter_any():
            if 0 <= spoilt_at < len(piece):
                wrong = bytearray(piece)
                wrong[spoilt_at] ^= 1
                piece = bytes(wrong)
            spoilt_at -= len(piece)
            yield piece

    def _spoils(self, length: int) -> bool:
        return length > 0 and self._hits("garbled")

    def _break(self, request: web.BaseRequest) -> web.Response:
        # What was sent before still arrives.
        if request.transport:
            request.transport.close()
        return web.Response()

    def _hits(self, fault: str) -> bool:
        share: float = getattr(self.faults, fault)

        # Without a share no number is drawn: the other faults stay the same.
        hit = share > 0 and self._random.random() < share
        self.hits[fault] += hit
        return hit


@asynccontextmanager
async def open_proxy(target: str, seed: int = 1) -> AsyncIterator[FaultyProxy]:
    """A proxy for the server at this URL, until the context is left."""
    async with ClientSession(
        auto_decompress=False,
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None),
    ) as session:
        proxy = FaultyProxy(target, session=session, seed=seed)
        async with proxy.listening():
            yield proxy


def hop(header: tuple[str, str]) -> bool:
    """Whether it concerns this connection alone."""
    name, _ = header
    return name.lower() in HOP_HEADERS
