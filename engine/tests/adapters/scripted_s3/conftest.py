"""A server that answers as scripted, and a store that asks it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from engine.adapters.s3.blobs import S3BlobStore
from engine.domain.values import Blob
from multidict import CIMultiDictProxy

KEEP = timedelta(days=30)


class ScriptedServer:
    """A server that answers as a test tells it to; otherwise that all is well."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, CIMultiDictProxy[str], bytes]] = []
        self.answers: dict[str, tuple[int, str, dict[str, str]]] = {}
        self.asked_once = asyncio.Event()

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        asked = f"{request.method} {request.raw_path}"
        self.requests.append((asked, request.headers, await request.content.read()))
        self.asked_once.set()

        for beginning, (status, text, headers) in self.answers.items():
            if asked.startswith(beginning):
                return web.Response(status=status, text=text, headers=headers)

        return web.Response()

    def asked(self, beginning: str) -> list[bytes]:
        """What came with such requests."""
        return [body for asked, _, body in self.requests if asked.startswith(beginning)]

    def says(self, beginning: str, text: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[beginning] = (200, text, named)

    def refuses(self, beginning: str, status: int, code: str, says: str = "") -> None:
        error = f"<Error><Code>{code}</Code><Message>{says}</Message></Error>"
        self.answers[beginning] = (status, error, {})


@pytest.fixture
async def server() -> ScriptedServer:
    return ScriptedServer()


@pytest.fixture
async def address(server: ScriptedServer) -> AsyncIterator[str]:
    runner = web.ServerRunner(web.Server(server), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def store(address: str) -> AsyncIterator[S3BlobStore]:
    url = f"http://my-key:s3cr3t%2F%2B%25@{address}/pictures"
    async with S3BlobStore(url, KEEP) as store:
        yield store


async def some(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def put(store: S3BlobStore, content: bytes, type: str = "image/png") -> Blob:
    return await store.put("t", some(content), type, None)


async def read(store: S3BlobStore, start: int = 0) -> bytes:
    return b"".join([piece async for piece in store.read("t/x", start)])
