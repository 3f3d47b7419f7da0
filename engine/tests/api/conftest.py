"""A real engine with the embedded set in a folder of its own, and ways to call it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from documents import end, entry, pipeline
from engine.bootstrap import Tuning, create
from engine.settings import Settings
from fastapi import FastAPI

from .building import client_of, opened

Json = Any
PERSON = {"name": "Myself", "age": 31}


def echo(route: str, **api: Json) -> Json:
    """A pipeline of no work: the output is what was sent."""
    return pipeline(entry("end", id_="entry", route=route, **api), end())


PIPELINES = (
    echo("person", body=PERSON, summary="Say who", description="Who you are"),
    echo("any", body={}),
    echo("file", body="image"),
    echo(
        "photo",
        body=["image", "areas"],
        bodyType=[["image/png", "image/jpeg"], ["application/json"]],
        summary="Keep a photo",
    ),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        pipelines_dir=None,
        max_body=200_000,
        max_json=50_000,
        max_parts=20,
        retry=0,
    )


@pytest.fixture
def tuning() -> Tuning:
    return Tuning()


def blob_files(settings: Settings) -> list[Path]:
    """The binaries that the engine keeps."""
    folder = settings.data_dir / "blobs"
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
async def app(settings: Settings, tuning: Tuning) -> AsyncIterator[FastAPI]:
    application = create(settings, tuning=tuning)
    async with opened(application):
        for document in PIPELINES:
            await application.state.engine.pipelines.publish(document)
        yield application


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as caller:
        yield caller


@pytest.fixture
def nothing_left(
    client: httpx.AsyncClient, settings: Settings
) -> Callable[[], Awaitable[bool]]:
    """Whether the engine knows no task and keeps no binary."""

    async def look() -> bool:
        tasks = (await client.get("/tasks")).json()["items"]
        return not tasks and not blob_files(settings)

    return look


class Ended:
    """Waits until a task has ended, however it did."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, task: str) -> Json:
        async with asyncio.timeout(10):
            async with self._client.stream("GET", f"/tasks/{task}/events") as answer:
                await answer.aread()
        return (await self._client.get(f"/tasks/{task}/status")).json()


@pytest.fixture
def ended(client: httpx.AsyncClient) -> Ended:
    return Ended(client)


class Worker:
    """A service that takes all work and does none; the tests send its results."""

    def __init__(self) -> None:
        self.url = ""
        self._calls: asyncio.Queue[str] = asyncio.Queue()

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        for line in head.splitlines():
            if line.lower().startswith("content-length:"):
                await reader.readexactly(int(line.partition(":")[2]))

        writer.write(
            b"HTTP/1.1 202 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()

        self._calls.put_nowait(head.split(" ")[1])

    async def target(self) -> str:
        """The path and query of the next call."""
        async with asyncio.timeout(10):
            return await self._calls.get()

    async def called(self) -> str:
        """The path and query under which the engine awaits the next result."""
        query = parse_qs(urlsplit(await self.target()).query)
        path = urlsplit(query["callback_url"][0]).path
        return f"{path}?task_id={query['task_id'][0]}"


@pytest.fixture
async def worker(client: httpx.AsyncClient) -> AsyncIterator[Worker]:
    """Announced under the route `work`, which takes any JSON."""
    service = Worker()
    server = await asyncio.start_server(service.answer, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    service.url = f"http://127.0.0.1:{port}/work"
    announcement = {
        "type": "service",
        "url": service.url,
        "api": {"route": "work", "body": {}},
    }

    answer = await client.post("/services", json=announcement)

    assert answer.status_code == 200
    async with server:
        yield service
