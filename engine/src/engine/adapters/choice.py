"""Chooses the adapters that the settings name."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
)
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.outside import HttpOutside
from engine.adapters.lanes import Lanes
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.adapters.sqlite.services import SqliteServiceStore
from engine.ports import (
    BlobStore,
    Evaluator,
    FrameStore,
    Inbox,
    Outside,
    PipelineStore,
    ServiceStore,
)
from engine.settings import BadSettings, Settings

FORGOTTEN = timedelta(days=30)  # a blob so long over its time is nobody's

if TYPE_CHECKING:  # imported when they are chosen: that takes half a second
    from engine.adapters.nats.inbox import NatsInbox
    from engine.adapters.s3.blobs import S3BlobStore

Opened = AbstractAsyncContextManager[Any] | AbstractContextManager[Any]


@dataclass(frozen=True)
class Adapters:
    """The outside world, chosen by the settings."""

    frames: FrameStore
    pipelines: PipelineStore
    services: ServiceStore
    blobs: BlobStore
    inbox: Inbox
    outside: Outside
    evaluator: Evaluator
    opened: Sequence[Opened]
    """What must be open while the engine runs, in this order."""
    secret: bytes
    alone: bool
    """No other replica works on the same stores."""


@dataclass(frozen=True)
class Stores:
    """Where the state of tasks is kept."""

    frames: FrameStore
    pipelines: PipelineStore
    services: ServiceStore
    opened: Opened


def chosen(settings: Settings) -> Adapters:
    """What the settings name; what they do not name is embedded in this process.

    Raises `BadSettings`. A store that is away is waited for, never replaced.
    """
    folder = settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stores = mongo(settings) if settings.mongo_url else sqlite(folder)
    blobs = s3(settings) if settings.s3_url else DiskBlobStore(folder / "blobs")
    inbox = nats(settings, blobs) if settings.nats_url else Lanes()
    sandbox = MontyEvaluator()
    outside = HttpOutside(
        blobs=blobs,
        services=settings.service_addresses,
        nodes=settings.http_addresses,
    )
    return Adapters(
        frames=stores.frames,
        pipelines=stores.pipelines,
        services=stores.services,
        blobs=blobs,
        inbox=inbox,
        outside=outside,
        evaluator=sandbox,
        opened=(stores.opened, blobs, outside, sandbox, inbox),
        secret=settings.secret.encode() or kept_secret(folder / "secret"),
        alone=not settings.mongo_url,
    )


def sqlite(folder: Path) -> Stores:
    """One file, for one engine."""
    database = Database(folder / "engine.db")
    return Stores(
        SqliteFrameStore(database),
        SqlitePipelineStore(database),
        SqliteServiceStore(database),
        database,
    )


def mongo(settings: Settings) -> Stores:
    """MongoDB, for any number of replicas."""
    from engine.adapters.mongo.database import MongoDatabase
    from engine.adapters.mongo.frames import MongoFrameStore
    from engine.adapters.mongo.pipelines import MongoPipelineStore
    from engine.adapters.mongo.services import MongoServiceStore

    with named("MONGO_URL"):
        database = MongoDatabase(settings.mongo_url)
    return Stores(
        MongoFrameStore(database),
        MongoPipelineStore(database),
        MongoServiceStore(database),
        database,
    )


def s3(settings: Settings) -> "S3BlobStore":
    """A bucket, for any number of replicas."""
    from engine.adapters.s3.blobs import S3BlobStore

    with named("S3_URL"):
        return S3BlobStore(settings.s3_url, settings.retention + FORGOTTEN)


def nats(settings: Settings, blobs: BlobStore) -> "NatsInbox":
    """A stream, for any number of replicas."""
    from engine.adapters.nats.inbox import NatsInbox

    with named("NATS_URL"):
        return NatsInbox(settings.nats_url, blobs)


@contextmanager
def named(variable: str) -> Iterator[None]:
    """What an adapter finds wrong with its URL is told as `BadSettings`."""
    try:
        yield
    except ValueError as error:
        raise BadSettings(f"{variable}: {error}") from None


def kept_secret(path: Path) -> bytes:
    """The key in a file only its owner can read; made, whole, if there is none."""
    if not path.exists():
        fresh = path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    return path.read_bytes()
