"""Every adapter of every port: one more entry, and the whole contract runs on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import external
import pytest
from aiohttp.test_utils import RawTestServer
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.outside import HttpOutside
from engine.adapters.lanes import Lanes
from engine.adapters.mongo.frames import MongoFrameStore
from engine.adapters.mongo.pipelines import MongoPipelineStore
from engine.adapters.mongo.services import MongoServiceStore
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.adapters.sqlite.services import SqliteServiceStore
from engine.ports import (
    BlobStore,
    FrameStore,
    Inbox,
    Outside,
    PipelineStore,
    ServiceStore,
)
from mongo_trials import fresh_database

from .peers import WAYS, Here, Peer, Way


@asynccontextmanager
async def sqlite_frames(folder: Path) -> AsyncIterator[FrameStore]:
    async with Database(folder / "engine.db") as database:
        yield SqliteFrameStore(database)


@asynccontextmanager
async def sqlite_pipelines(folder: Path) -> AsyncIterator[PipelineStore]:
    async with Database(folder / "engine.db") as database:
        yield SqlitePipelineStore(database)


@asynccontextmanager
async def sqlite_services(folder: Path) -> AsyncIterator[ServiceStore]:
    async with Database(folder / "engine.db") as database:
        yield SqliteServiceStore(database)


@asynccontextmanager
async def mongo_frames(folder: Path) -> AsyncIterator[FrameStore]:
    async with fresh_database() as database:
        yield MongoFrameStore(database)


@asynccontextmanager
async def mongo_pipelines(folder: Path) -> AsyncIterator[PipelineStore]:
    async with fresh_database() as database:
        yield MongoPipelineStore(database)


@asynccontextmanager
async def mongo_services(folder: Path) -> AsyncIterator[ServiceStore]:
    async with fresh_database() as database:
        yield MongoServiceStore(database)


def s3_blobs(folder: Path) -> S3BlobStore:
    return S3BlobStore(external.new_bucket(), keep=timedelta(days=30))


@asynccontextmanager
async def lanes(folder: Path) -> AsyncIterator[Inbox]:
    yield Lanes()


@asynccontextmanager
async def nats_inbox(folder: Path) -> AsyncIterator[Inbox]:
    async with DiskBlobStore(folder / "blobs") as blobs:
        stream = f"contract-{uuid4().hex}"
        async with NatsInbox(external.nats().url, blobs=blobs, stream=stream) as inbox:
            yield inbox


FRAME_STORES = [
    pytest.param(sqlite_frames, id="sqlite"),
    pytest.param(mongo_frames, id="mongo", marks=pytest.mark.external),
]
PIPELINE_STORES = [
    pytest.param(sqlite_pipelines, id="sqlite"),
    pytest.param(mongo_pipelines, id="mongo", marks=pytest.mark.external),
]
SERVICE_STORES = [
    pytest.param(sqlite_services, id="sqlite"),
    pytest.param(mongo_services, id="mongo", marks=pytest.mark.external),
]
BLOB_STORES = [
    pytest.param(lambda folder: DiskBlobStore(folder / "blobs"), id="disk"),
    pytest.param(s3_blobs, id="s3", marks=pytest.mark.external),
]
INBOXES = [
    pytest.param(lanes, id="lanes"),
    pytest.param(nats_inbox, id="nats", marks=pytest.mark.external),
]


@pytest.fixture(params=FRAME_STORES)
async def frames(request: Any, tmp_path: Path) -> AsyncIterator[FrameStore]:
    async with request.param(tmp_path) as store:
        yield store


@pytest.fixture(params=PIPELINE_STORES)
async def pipelines(request: Any, tmp_path: Path) -> AsyncIterator[PipelineStore]:
    async with request.param(tmp_path) as store:
        yield store


@pytest.fixture(params=SERVICE_STORES)
async def services(request: Any, tmp_path: Path) -> AsyncIterator[ServiceStore]:
    async with request.param(tmp_path) as store:
        yield store


@pytest.fixture(params=BLOB_STORES)
async def blobs(request: Any, tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with request.param(tmp_path) as store:
        yield store


@pytest.fixture(params=INBOXES)
async def inbox(request: Any, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with request.param(tmp_path) as inbox:
        yield inbox


@pytest.fixture(params=WAYS, ids=str)
def way(request: Any) -> Way:
    given: Way = request.param
    return given


@pytest.fixture
def host(way: Way) -> str:
    return way.host


@pytest.fixture
async def peer(host: str) -> AsyncIterator[Peer]:
    peer = Peer()
    async with RawTestServer(peer.handle) as server:
        peer.url = f"http://{host}:{server.port}/blur"
        yield peer


@pytest.fixture
async def disk_blobs(tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with DiskBlobStore(tmp_path) as store:
        yield store


@pytest.fixture
async def outside(disk_blobs: BlobStore, way: Way) -> AsyncIterator[Outside]:
    async with HttpOutside(
        blobs=disk_blobs,
        resolver=Here(),
        lean=way.lean,
    ) as outside:
        yield outside
