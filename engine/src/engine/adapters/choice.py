"""Chooses the adapters that the settings name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.adapters.judging.process import JudgingProcess
from engine.adapters.lanes import Lanes
from engine.adapters.otlp import OtlpTraces
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sealing import AesSealer
from engine.adapters.secret import kept_secret
from engine.adapters.shared.instants import utc_now
from engine.adapters.shared.timing import timed
from engine.adapters.sqlite.audit import SqliteAuditStore
from engine.adapters.sqlite.credentials import SqliteCredentialStore
from engine.adapters.sqlite.database import Database
from engine.adapters.sqlite.frames import SqliteFrameStore
from engine.adapters.sqlite.people import SqlitePeopleStore
from engine.adapters.sqlite.pipelines import SqlitePipelineStore
from engine.adapters.sqlite.records import SqliteRecordStore
from engine.adapters.sqlite.saved import SqliteSavedStore
from engine.adapters.sqlite.schedules import SqliteScheduleStore
from engine.adapters.sqlite.secrets import SqliteSecretStore
from engine.adapters.sqlite.services import SqliteServiceStore
from engine.adapters.sqlite.tallies import SqliteTallyStore
from engine.domain.access.erasure import Erasure
from engine.domain.access.limits import Starts
from engine.domain.access.spaces import Group, Home, Space
from engine.domain.store_calls import (
    BLOBS,
    DOCUMENTS,
    INBOX,
    StoreFigures,
    store_figures,
)
from engine.ports import (
    BlobStore,
    Evaluator,
    FrameStore,
    Inbox,
    Opened,
    Outside,
    PipelineStore,
    ScheduleStore,
    Sealer,
    SecretStore,
    ServiceStore,
    TallyStore,
    Traces,
)
from engine.ports.access import (
    AuditStore,
    CredentialStore,
    Passwords,
    PeopleStore,
    Provider,
    RecordStore,
)
from engine.ports.judging import Judges
from engine.ports.saved import SavedStore
from engine.settings import BadSettings, Settings

KEY_FILE = "secret"
"""In the data folder: the key of an engine that is given none."""

# How long after the retention S3 erases a blob by itself. The engine has erased it long
# before; this is for blobs that it does not know any more.
S3_EXPIRY_MARGIN = timedelta(days=30)

# The clients of the cluster set are imported only when they are chosen: to import them
# takes half a second, which the embedded set does not need to wait.
if TYPE_CHECKING:
    from engine.adapters.nats.inbox import NatsInbox
    from engine.adapters.oidc.provider import OidcProvider
    from engine.adapters.passwords import Argon2Passwords
    from engine.adapters.s3.blobs import S3BlobStore


@dataclass(frozen=True)
class Adapters:
    """The outside world, chosen by the settings."""

    frames: FrameStore
    pipelines: PipelineStore
    services: ServiceStore
    tallies: TallyStore
    saved: SavedStore
    secrets: SecretStore
    schedules: ScheduleStore
    people: PeopleStore
    credentials: CredentialStore
    audit: AuditStore
    spaces: RecordStore[Space]
    groups: RecordStore[Group]
    homes: RecordStore[Home]
    erasures: RecordStore[Erasure]
    starts: RecordStore[Starts]
    passwords: Passwords | None
    """None: there are no accounts."""
    provider: Provider | None
    """None: nobody signs in at one."""
    blobs: BlobStore
    inbox: Inbox
    outside: Outside
    evaluator: Evaluator
    judges: Judges
    opened: Sequence[Opened]
    """What must be open while the engine runs, in this order."""
    secret: bytes
    old_secrets: Sequence[bytes]
    """What it was before: ids that were made with these are still known."""
    sealer: Sealer
    traces: Traces | None
    """None: no traces are made."""
    alone: bool
    """No other replica works on the same stores."""
    store_figures: StoreFigures
    """How the stores among these do."""


@dataclass(frozen=True)
class Stores:
    """Where the state of tasks is kept."""

    frames: FrameStore
    pipelines: PipelineStore
    services: ServiceStore
    tallies: TallyStore
    saved: SavedStore
    secrets: SecretStore
    schedules: ScheduleStore
    people: PeopleStore
    credentials: CredentialStore
    audit: AuditStore
    spaces: RecordStore[Space]
    groups: RecordStore[Group]
    homes: RecordStore[Home]
    erasures: RecordStore[Erasure]
    starts: RecordStore[Starts]
    opened: Opened


def chosen(settings: Settings) -> Adapters:
    """What the settings name; what they do not name is embedded in this process.

    Raises `BadSettings`. A store that is away is waited for, never replaced.
    """
    folder = settings.data_dir
    # Only the engine's own user may read what is in it.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    figures = store_figures()
    stores = all_timed(
        mongo(settings) if settings.mongo_url else sqlite(folder), figures
    )
    untimed_blobs = s3(settings) if settings.s3_url else DiskBlobStore(folder / "blobs")
    # From here on, so that nobody has blobs that are not timed.
    blobs: BlobStore = timed(untimed_blobs, figures, BLOBS)
    untimed_inbox = nats(settings, blobs) if settings.nats_url else Lanes()
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

    kept = folder / KEY_FILE
    secret = settings.secret.encode() or kept_secret(kept)
    old_secrets = [word.encode() for word in settings.secret_old]
    if settings.secret and kept.exists():
        # Under this one secrets were sealed before the engine was given SECRET.
        old_secrets.append(kept_secret(kept))

    traces = None
    first: list[Opened] = []
    if settings.otel_exporter_otlp_endpoint:
        traces = OtlpTraces(settings.otel_exporter_otlp_endpoint)
        # Opened first and closed last: what ends meanwhile is told too.
        first.append(traces)

    judges = JudgingProcess()
    opened = [*first, stores.opened, untimed_blobs, outside, evaluator, judges]
    hashed_passwords = passwords() if settings.auth != "off" else None
    if hashed_passwords is not None:
        opened.append(hashed_passwords)

    provider = oidc(settings) if settings.auth == "oidc" else None
    if provider is not None:
        opened.append(provider)

    return Adapters(
        frames=stores.frames,
        pipelines=stores.pipelines,
        services=stores.services,
        tallies=stores.tallies,
        saved=stores.saved,
        secrets=stores.secrets,
        schedules=stores.schedules,
        people=stores.people,
        credentials=stores.credentials,
        audit=stores.audit,
        spaces=stores.spaces,
        groups=stores.groups,
        homes=stores.homes,
        erasures=stores.erasures,
        starts=stores.starts,
        passwords=hashed_passwords,
        provider=provider,
        blobs=blobs,
        inbox=timed(untimed_inbox, figures, INBOX),
        outside=outside,
        evaluator=evaluator,
        judges=judges,
        # The inbox is opened last and closed first: its turns need all the others.
        opened=(*opened, untimed_inbox),
        secret=secret,
        old_secrets=old_secrets,
        sealer=AesSealer(secret, old_secrets),
        traces=traces,
        alone=not settings.mongo_url,
        store_figures=figures,
    )


def all_timed(stores: Stores, figures: StoreFigures) -> Stores:
    """The same stores, whose calls are timed."""
    ports = [field.name for field in fields(stores) if field.name != "opened"]
    return replace(
        stores,
        **{port: timed(getattr(stores, port), figures, DOCUMENTS) for port in ports},
    )


def sqlite(folder: Path) -> Stores:
    """One file, for one engine."""
    database = Database(folder / "engine.db")
    return Stores(
        frames=SqliteFrameStore(database),
        pipelines=SqlitePipelineStore(database),
        services=SqliteServiceStore(database),
        tallies=SqliteTallyStore(database),
        saved=SqliteSavedStore(database),
        secrets=SqliteSecretStore(database),
        schedules=SqliteScheduleStore(database),
        people=SqlitePeopleStore(database),
        credentials=SqliteCredentialStore(database),
        audit=SqliteAuditStore(database),
        spaces=SqliteRecordStore(database, Space),
        groups=SqliteRecordStore(database, Group),
        homes=SqliteRecordStore(database, Home),
        erasures=SqliteRecordStore(database, Erasure),
        starts=SqliteRecordStore(database, Starts),
        opened=database,
    )


def mongo(settings: Settings) -> Stores:
    """MongoDB, for any number of replicas."""
    from engine.adapters.mongo.audit import MongoAuditStore
    from engine.adapters.mongo.credentials import MongoCredentialStore
    from engine.adapters.mongo.database import MongoDatabase
    from engine.adapters.mongo.frames import MongoFrameStore
    from engine.adapters.mongo.people import MongoPeopleStore
    from engine.adapters.mongo.pipelines import MongoPipelineStore
    from engine.adapters.mongo.records import MongoRecordStore
    from engine.adapters.mongo.saved import MongoSavedStore
    from engine.adapters.mongo.schedules import MongoScheduleStore
    from engine.adapters.mongo.secrets import MongoSecretStore
    from engine.adapters.mongo.services import MongoServiceStore
    from engine.adapters.mongo.tallies import MongoTallyStore

    with named("MONGO_URL"):
        database = MongoDatabase(settings.mongo_url)
    return Stores(
        frames=MongoFrameStore(database),
        pipelines=MongoPipelineStore(database),
        services=MongoServiceStore(database),
        tallies=MongoTallyStore(database),
        saved=MongoSavedStore(database),
        secrets=MongoSecretStore(database),
        schedules=MongoScheduleStore(database),
        people=MongoPeopleStore(database),
        credentials=MongoCredentialStore(database),
        audit=MongoAuditStore(database),
        spaces=MongoRecordStore(database, Space),
        groups=MongoRecordStore(database, Group),
        homes=MongoRecordStore(database, Home),
        erasures=MongoRecordStore(database, Erasure),
        starts=MongoRecordStore(database, Starts),
        opened=database,
    )


def passwords() -> "Argon2Passwords":
    """Only for engines with accounts: to import it takes time."""
    from engine.adapters.passwords import Argon2Passwords

    return Argon2Passwords()


def oidc(settings: Settings) -> "OidcProvider":
    """The provider that people sign in at."""
    from engine.adapters.oidc.provider import Client, OidcProvider

    client = Client(
        id=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        back=settings.oidc_back,
    )
    return OidcProvider(
        issuer=settings.oidc_issuer,
        reached_at=settings.oidc_reached_at,
        client=client,
        clock=utc_now,
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
