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
from databases import on_databases
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.outside import HttpOutside
from engine.adapters.lanes import Lanes
from engine.adapters.mongo.audit import MongoAuditStore
from engine.adapters.mongo.credentials import MongoCredentialStore
from engine.adapters.mongo.frames import MongoFrameStore
from engine.adapters.mongo.people import MongoPeopleStore
from engine.adapters.mongo.pipelines import MongoPipelineStore
from engine.adapters.mongo.records import MongoRecordStore
from engine.adapters.mongo.saved import MongoSavedStore
from engine.adapters.mongo.schedules import MongoScheduleStore
from engine.adapters.mongo.secrets import MongoSecretStore
from engine.adapters.mongo.services import MongoServiceStore
from engine.adapters.mongo.tallies import MongoTallyStore
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.s3.blobs import S3BlobStore
from engine.adapters.sqlite.audit import SqliteAuditStore
from engine.adapters.sqlite.credentials import SqliteCredentialStore
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.people import SqlitePeopleStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.adapters.sqlite.records import SqliteRecordStore
from engine.adapters.sqlite.saved import SqliteSavedStore
from engine.adapters.sqlite.schedules import SqliteScheduleStore
from engine.adapters.sqlite.secrets import SqliteSecretStore
from engine.adapters.sqlite.services import SqliteServiceStore
from engine.adapters.sqlite.tallies import SqliteTallyStore
from engine.domain.access.spaces import Group, Space
from engine.ports import BlobStore, Inbox, Outside

from .peers import WAYS, Here, Peer, Way


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


BLOB_STORES = [
    pytest.param(lambda folder: DiskBlobStore(folder / "blobs"), id="disk"),
    pytest.param(s3_blobs, id="s3", marks=pytest.mark.external),
]
INBOXES = [
    pytest.param(lanes, id="lanes"),
    pytest.param(nats_inbox, id="nats", marks=pytest.mark.external),
]


def opened(adapters: Any) -> Any:
    """A fixture that opens each adapter of a port in turn."""

    @pytest.fixture(params=adapters)
    async def adapter(request: Any, tmp_path: Path) -> AsyncIterator[Any]:
        async with request.param(tmp_path) as adapter:
            yield adapter

    return adapter


frames = opened(on_databases(SqliteFrameStore, MongoFrameStore))
pipelines = opened(on_databases(SqlitePipelineStore, MongoPipelineStore))
services = opened(on_databases(SqliteServiceStore, MongoServiceStore))
tallies = opened(on_databases(SqliteTallyStore, MongoTallyStore))
saved = opened(on_databases(SqliteSavedStore, MongoSavedStore))
secrets = opened(on_databases(SqliteSecretStore, MongoSecretStore))
schedules = opened(on_databases(SqliteScheduleStore, MongoScheduleStore))
people = opened(on_databases(SqlitePeopleStore, MongoPeopleStore))
audit = opened(on_databases(SqliteAuditStore, MongoAuditStore))
credentials = opened(on_databases(SqliteCredentialStore, MongoCredentialStore))
records = opened(
    on_databases(
        lambda database: (
            SqliteRecordStore(database, Space),
            SqliteRecordStore(database, Group),
        ),
        lambda database: (
            MongoRecordStore(database, Space),
            MongoRecordStore(database, Group),
        ),
    )
)
blobs = opened(BLOB_STORES)
inbox = opened(INBOXES)


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
