"""A MongoDB database for one test alone, and all that can be asked of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import uuid4

import external
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
from engine.domain.access.audit import Deed, following
from engine.domain.access.credentials import Credential, Kind
from engine.domain.access.people import Person
from engine.domain.access.spaces import Space
from engine.domain.entry_api import Api
from engine.domain.frame import Frame, FrameStatus, Parent
from engine.domain.schedule import Missed, Schedule, Wish
from engine.domain.service import Instance, automatic_pipeline
from engine.domain.tallies import Tally
from engine.domain.task_lists import Seen, TaskFilter
from engine.ports import (
    FrameStore,
    Kept,
    PipelineStore,
    Published,
    ScheduleStore,
    SecretStore,
    ServiceStore,
    StoredSecret,
    TallyStore,
    Version,
)
from engine.ports.access import AuditStore, CredentialStore, PeopleStore, RecordStore
from engine.ports.saved import Saved, SavedLine, SavedStore
from frames import NOON, T, new_frame, waking
from msgspec.structs import replace
from pymongo.monitoring import CommandListener

LATER = NOON + timedelta(hours=1)
API = Api(route="blur")
# The tests share a busy machine: few of them are about how long an answer takes.
PATIENT = {
    "timeoutMS": 60_000,
    "connectTimeoutMS": 60_000,
    "socketTimeoutMS": 60_000,
}


def fresh_url(url: str, **options: object) -> str:
    """A database of its own at the same server."""
    added = "".join(f"&{name}={value}" for name, value in options.items())
    return url.replace("/marketplace?", f"/trial-{uuid4().hex}?", 1) + added


@asynccontextmanager
async def fresh_database(
    *listeners: CommandListener, **options: object
) -> AsyncIterator[MongoDatabase]:
    """One that is dropped afterwards."""
    url = fresh_url(external.mongo().url, **PATIENT | options)
    async with MongoDatabase(url, listeners=listeners) as database:
        yield database

        async with database.answering() as mongo:
            await mongo.client.drop_database(mongo.name)


def item(index: int) -> Frame:
    parent = Parent(path=T, node="faces", attempt=1, index=index, item=None)
    return new_frame(f"t/faces[{index}]", parent=parent, loops=("faces",))


async def fill(frames: MongoFrameStore) -> None:
    """A little of everything that the queries tell apart."""
    ended = {"status": FrameStatus.FINISHED, "erase_at": NOON}
    for n in range(9):
        await frames.insert(waking(f"w{n}"))
        await frames.insert(new_frame(f"e{n}", **ended))
        await frames.insert(item(n))

    saved = await frames.insert(new_frame("t"))
    assert saved
    await frames.save(saved)


Call = tuple[str, Callable[[], Awaitable[Any]]]
"""A method of a port, and a call of it."""


def frame_calls(database: MongoDatabase) -> Iterator[Call]:
    frames = MongoFrameStore(database)

    yield "insert", partial(frames.insert, waking("new"))
    yield "save", partial(frames.save, replace(waking("new"), revision=1))
    yield "get", partial(frames.get, T)
    yield "find", partial(frames.find, T)
    yield "due", partial(frames.due, LATER, 3)
    yield "postpone", partial(frames.postpone, T, NOON, LATER)
    yield "active", partial(frames.active, T, 3)
    yield "children", partial(frames.children, T, "faces", 1, 2, 3)
    yield "of_task", partial(frames.of_task, "t", NOON, 3)
    seen = Seen(owner="p", own_in=("main",), all_in=("art",))
    filters = product((None, "blur"), ((), tuple(FrameStatus)), (None, seen))
    for route, statuses, one in filters:
        which = TaskFilter(route, statuses, since=NOON, until=LATER, seen=one)
        yield "tasks", partial(frames.tasks, which, "1.t", 3)
    yield "tasks", partial(frames.tasks, TaskFilter(owner="p"), "1.t", 3)
    yield "counts", frames.counts
    yield "usage_of", partial(frames.usage_of, "p")
    yield "usage_in", partial(frames.usage_in, "main")
    yield "has_tasks", partial(frames.has_tasks, Version("blur", "v1"))
    yield "adopt", partial(frames.adopt, "main")
    yield "expired", partial(frames.expired, LATER, 3)
    yield "erase", partial(frames.erase, "t")
    yield "scrub", frames.scrub
    yield "check", frames.check


def pipeline_calls(database: MongoDatabase) -> Iterator[Call]:
    pipelines = MongoPipelineStore(database)
    published = Published(automatic_pipeline(API), "service", NOON)

    yield "publish", partial(pipelines.publish, published)
    yield "publish", partial(pipelines.publish, published, published.pipeline.version)
    yield "keep", partial(pipelines.keep, Kept(published.pipeline, True, NOON))
    yield "kept", partial(pipelines.kept, Version("blur", published.pipeline.version))
    yield "versions", partial(pipelines.versions, "blur", "9.v", 3)
    yield "tried", pipelines.tried
    yield "find", partial(pipelines.find, "blur")
    yield "version", partial(pipelines.version, "blur", published.pipeline.version)
    yield "current", pipelines.current
    yield "replaced", partial(pipelines.replaced, Version("blur", ""), 3)
    yield "discard", partial(pipelines.discard, Version("blur", "v1"))
    yield "remove", partial(pipelines.remove, "blur")


def service_calls(database: MongoDatabase) -> Iterator[Call]:
    services = MongoServiceStore(database)
    instance = Instance("blur", "http://h", NOON)

    yield "announce", partial(services.announce, instance, API)
    yield "leave", partial(services.leave, "blur", "http://h", "a", NOON)
    yield "find", partial(services.find, "blur")
    yield "all", services.all
    yield "restarts", partial(services.restarts, NOON)
    yield "heard", partial(services.heard, NOON)
    yield "remove", partial(services.remove, "blur")
    yield "forget", partial(services.forget, NOON)


def tally_calls(database: MongoDatabase) -> Iterator[Call]:
    tallies = MongoTallyStore(database)

    yield "add", partial(tallies.add, [Tally("route", "blur", 1, {"calls": 1})])
    yield "of_kind", partial(tallies.of_kind, "route", 1)
    yield "of_subject", partial(tallies.of_subject, "route", "blur", 1)
    yield "forget", partial(tallies.forget, 1)


def schedule_calls(database: MongoDatabase) -> Iterator[Call]:
    schedules = MongoScheduleStore(database)
    wish = Wish(
        route="blur",
        cron="0 * * * *",
        timezone="UTC",
        input={},
        paused=False,
        missed=Missed.ONCE,
    )
    schedule = Schedule(id="s", wish=wish, created_at=NOON, next_at=NOON, revision=1)

    yield "add", partial(schedules.add, schedule)
    yield "save", partial(schedules.save, schedule)
    yield "get", partial(schedules.get, "s")
    yield "all", schedules.all
    yield "due", partial(schedules.due, LATER, 3)
    yield "remove", partial(schedules.remove, "s")


def secret_calls(database: MongoDatabase) -> Iterator[Call]:
    secrets = MongoSecretStore(database)
    secret = StoredSecret(name="key", sealed=b"1", stored_at=NOON)

    yield "put", partial(secrets.put, secret)
    yield "reseal", partial(secrets.reseal, "key", b"1", b"2")
    yield "find", partial(secrets.find, "key")
    yield "all", secrets.all
    yield "count", secrets.count
    yield "lines", secrets.lines
    yield "remove", partial(secrets.remove, "key")


def saved_calls(database: MongoDatabase) -> Iterator[Call]:
    saved = MongoSavedStore(database)
    line = SavedLine(id="s", saved_at=NOON, faults=1)
    older = SavedLine(id="t", saved_at=NOON, faults=1)

    yield "save", partial(saved.save, Saved("blur", line, b"{}"), 1)
    # The one before makes room.
    yield "save", partial(saved.save, Saved("blur", older, b"{}"), 1)
    yield "find", partial(saved.find, "blur", "s")
    yield "of_route", partial(saved.of_route, "blur")
    yield "of_person", partial(saved.of_person, "ada")
    yield "count", saved.count
    yield "remove", partial(saved.remove, "blur", "s")


def record_calls(database: MongoDatabase) -> Iterator[Call]:
    records = MongoRecordStore(database, Space)
    space = Space(id="art", name="Art", created_at=NOON)

    yield "add", partial(records.add, space)
    yield "save", partial(records.save, space)
    yield "find", partial(records.find, "art")
    yield "all", records.all
    yield "remove", partial(records.remove, "art")


def people_calls(database: MongoDatabase) -> Iterator[Call]:
    people = MongoPeopleStore(database)
    person = Person(
        id="p",
        name="Ada",
        password="",
        is_administrator=False,
        roles={},
        created_at=NOON,
    )

    yield "add", partial(people.add, person)
    yield "save", partial(people.save, person)
    yield "find", partial(people.find, "p")
    yield "named", partial(people.named, "ada")
    yield "page", partial(people.page, "a", 2, "ada")
    yield "remove", partial(people.remove, "p")


def credential_calls(database: MongoDatabase) -> Iterator[Call]:
    credentials = MongoCredentialStore(database)
    credential = Credential(
        digest="d",
        id="c",
        kind=Kind.SESSION,
        person="p",
        label="",
        scopes=frozenset(),
        announces=(),
        created_at=NOON,
        expires_at=LATER,
        idle=LATER - NOON,
        used_at=NOON,
        used_from="",
    )

    yield "add", partial(credentials.add, credential)
    yield "used", partial(credentials.used, credential)
    yield "find", partial(credentials.find, "d")
    yield "of_person", partial(credentials.of_person, "p", Kind.SESSION)
    yield "remove", partial(credentials.remove, "d")
    yield "forget", partial(credentials.forget, LATER)


def audit_calls(database: MongoDatabase) -> Iterator[Call]:
    audit = MongoAuditStore(database)
    deed = Deed(action="POST", who="", name="", object="", outcome="done", address="")

    entry = following(None, deed, NOON, {})
    yield "add", partial(audit.add, entry)
    yield "replace", partial(audit.replace, [entry])
    yield "last", audit.last
    yield "page", partial(audit.page, 0, 3)
    yield "forget", partial(audit.forget, LATER)


PORTS = (
    (FrameStore, frame_calls),
    (PipelineStore, pipeline_calls),
    (ServiceStore, service_calls),
    (TallyStore, tally_calls),
    (ScheduleStore, schedule_calls),
    (SecretStore, secret_calls),
    (SavedStore, saved_calls),
    (PeopleStore, people_calls),
    (RecordStore, record_calls),
    (CredentialStore, credential_calls),
    (AuditStore, audit_calls),
)

ASKS_NOTHING = frozenset({"scrub"})
"""Methods for which the server is not needed: they never fail."""


async def outcomes(database: MongoDatabase) -> list[Any]:
    """What comes of all methods of all ports that ask the server, at the same time."""
    calls = [
        call()
        for _, port in PORTS
        for name, call in port(database)
        if name not in ASKS_NOTHING
    ]
    return await asyncio.gather(*calls, return_exceptions=True)
