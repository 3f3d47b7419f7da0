"""A MongoDB database for one test alone, and all that can be asked of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import uuid4

import external
from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.mongo.frames import MongoFrameStore
from engine.adapters.mongo.pipelines import MongoPipelineStore
from engine.adapters.mongo.services import MongoServiceStore
from engine.domain.frame import Frame, FrameStatus, Parent
from engine.domain.pipeline import Api
from engine.domain.service import Instance, automatic_pipeline
from engine.domain.task_lists import TaskFilter
from engine.ports import FrameStore, PipelineStore, Published, ServiceStore, Version
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
    for route, status in product((None, "blur"), (None, FrameStatus.FINISHED)):
        which = TaskFilter(route, status, since=NOON, until=LATER)
        yield "tasks", partial(frames.tasks, which, "1.t", 3)
    yield "counts", frames.counts
    yield "has_tasks", partial(frames.has_tasks, Version("blur", "v1"))
    yield "expired", partial(frames.expired, LATER, 3)
    yield "erase", partial(frames.erase, "t")
    yield "check", frames.check


def pipeline_calls(database: MongoDatabase) -> Iterator[Call]:
    pipelines = MongoPipelineStore(database)
    published = Published(automatic_pipeline(API), "service", NOON)

    yield "publish", partial(pipelines.publish, published)
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
    yield "find", partial(services.find, "blur")
    yield "all", services.all
    yield "remove", partial(services.remove, "blur")
    yield "forget", partial(services.forget, NOON)


PORTS = (
    (FrameStore, frame_calls),
    (PipelineStore, pipeline_calls),
    (ServiceStore, service_calls),
)
