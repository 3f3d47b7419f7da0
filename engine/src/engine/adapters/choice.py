"""Chooses the adapters that the settings name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.lanes import Lanes
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.secret import kept_secret
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.adapters.sqlite.services import SqliteServiceStore
from engine.ports import (
    BlobStore,
    Evaluator,
    FrameStore,
    Inbox,
    Opened,
    Outside,
    PipelineStore,
    ServiceStore,
)
from engine.settings import BadSettings, Settings

# How long after the retention S3 erases a blob by itself. The engine has erased it long
# before; this is for blobs that it does not know any more.
S3_EXPIRY_MARGIN = timedelta(days=30)

# The clients of the cluster set are imported only when they are chosen: to import them
# takes half a second, which the embedded set does not need to wait.
if TYPE_CHECKING:
    from engine.adapters.nats.inbox import NatsInbox
    from engine.adapters.s3.blobs import S3BlobStore


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
    # Only the engine's own user may read what is in it.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    stores = mongo(settings) if settings.mongo_url else sqlite(folder)
    blobs = s3(settings) if settings.s3_url else DiskBlobStore(folder / "blobs")
    inbox = nats(settings, blobs) if settings.nats_url else Lanes()
    outside = HttpOutside(
        blobs=blobs,
        services=settings.service_addresses,
        nodes=settings.http_addresses,
        limits=Limits(
            json_bytes=settings.max_json,
            json_depth=settings.max_depth,
            json_values=settings.max_values,
        ),
    )
    with named("SANDBOX_WALLS"):
        evaluator = MontyEvaluator(walls=settings.sandbox_walls)

    return Adapters(
        frames=stores.frames,
        pipelines=stores.pipelines,
        services=stores.services,
        blobs=blobs,
        inbox=inbox,
        outside=outside,
        evaluator=evaluator,
        # The inbox is opened last and closed first: its turns need all the others.
        opened=(stores.opened, blobs, outside, evaluator, inbox),
        secret=settings.secret.encode() or kept_secret(folder / "secret"),
        alone=not settings.mongo_url,
    )


def sqlite(folder: Path) -> Stores:
    """One file, for one engine."""
    database = Database(folder / "engine.db")
    return Stores(
        frames=SqliteFrameStore(database),
        pipelines=SqlitePipelineStore(database),
        services=SqliteServiceStore(database),
        opened=database,
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
        frames=MongoFrameStore(database),
        pipelines=MongoPipelineStore(database),
        services=MongoServiceStore(database),
        opened=database,
    )


def s3(settings: Settings) -> "S3BlobStore":
    """A bucket, for any number of replicas."""
    from engine.adapters.s3.blobs import S3BlobStore

    with named("S3_URL"):
        return S3BlobStore(settings.s3_url, settings.retention + S3_EXPIRY_MARGIN)


def nats(settings: Settings, blobs: BlobStore) -> "NatsInbox":
    """A stream, for any number of replicas."""
    from engine.adapters.nats.inbox import NatsInbox

    with named("NATS_URL"):
        return NatsInbox(settings.nats_url, blobs=blobs)


@contextmanager
def named(variable: str) -> Iterator[None]:
    """Raises what an adapter finds wrong with its URL as `BadSettings`."""
    try:
        yield
    except ValueError as error:
        raise BadSettings(f"{variable}: {error}") from None
