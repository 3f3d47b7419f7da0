"""Every adapter of every port: one more entry, and the whole contract runs on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import external
import pytest
from engine.adapters.disk import DiskBlobStore
from engine.adapters.lanes import Lanes
from engine.adapters.s3 import S3BlobStore
from engine.adapters.sqlite import (
    Database,
    SqliteFrameStore,
    SqlitePipelineStore,
    SqliteServiceStore,
)
from engine.ports import BlobStore, FrameStore, Inbox, PipelineStore, ServiceStore


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


def s3_blobs(folder: Path) -> S3BlobStore:
    return S3BlobStore(external.new_bucket(), keep=timedelta(days=30))


@asynccontextmanager
async def lanes(folder: Path) -> AsyncIterator[Inbox]:
    yield Lanes()


# The cluster's: pytest.param(mongo_frames, id="mongo", marks=pytest.mark.external)
FRAME_STORES = [pytest.param(sqlite_frames, id="sqlite")]
PIPELINE_STORES = [pytest.param(sqlite_pipelines, id="sqlite")]
SERVICE_STORES = [pytest.param(sqlite_services, id="sqlite")]
BLOB_STORES = [
    pytest.param(lambda folder: DiskBlobStore(folder / "blobs"), id="disk"),
    pytest.param(s3_blobs, id="s3", marks=pytest.mark.external),
]
INBOXES = [pytest.param(lanes, id="lanes")]


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
