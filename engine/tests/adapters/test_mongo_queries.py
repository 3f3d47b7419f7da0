"""Every command to MongoDB has its index and its limit of time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from engine.adapters.mongo.database import MongoDatabase
from engine.adapters.mongo.frames import MongoFrameStore
from engine.domain.errors import StaleFrame
from engine.domain.run import Run
from engine.domain.task_lists import TaskFilter
from frames import NOON, T, new_frame
from mongo_trials import (
    PORTS,
    Call,
    fill,
    frame_calls,
    fresh_database,
    item,
)
from msgspec.structs import replace
from pymongo.monitoring import CommandListener

pytestmark = pytest.mark.external

# The commands that MongoDB can explain, and where their statements are if they can have
# several.
EXPLAINED = {"find": None, "aggregate": None, "update": "updates", "delete": "deletes"}

# An insert looks for nothing: it needs no index.
NOT_EXPLAINED = {"insert"}

# The stages that look into an index.
INDEXED = {"IXSCAN", "IDHACK", "COUNT_SCAN"}

# What the driver adds to each command, and `explain` does not accept.
ENVELOPE = {
    "lsid",
    "$db",
    "$clusterTime",
    "txnNumber",
    "maxTimeMS",
    "readConcern",
    "writeConcern",
}

Document = dict[str, Any]
Sent = list[Document]


class Recorder(CommandListener):
    """Remembers what is sent."""

    def __init__(self) -> None:
        self.sent: Sent = []

    def started(self, event: Any) -> None:
        self.sent.append(dict(event.command))

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def sent(recorder: Recorder) -> Sent:
    return recorder.sent


@pytest.fixture
async def database(recorder: Recorder) -> AsyncIterator[MongoDatabase]:
    async with fresh_database(recorder) as database:
        yield database


async def explained(database: MongoDatabase, command: Document) -> list[list[str]]:
    """The stages of the plan for each question that a command asks."""
    async with database.answering() as mongo:
        answers = [
            await mongo.command("explain", question, verbosity="queryPlanner")
            for question in questions(command)
        ]
    return [list(stages(answer)) for answer in answers]


def questions(command: Document) -> list[Document]:
    """What can be explained: a command with one statement, and nothing around it."""
    name = next(iter(command))
    assert name in EXPLAINED, f"MongoDB cannot explain {name}"

    bare = {key: value for key, value in command.items() if key not in ENVELOPE}
    statements = EXPLAINED[name]
    if statements is None:
        return [bare]
    return [bare | {statements: [one]} for one in bare[statements]]


def stages(answer: Any) -> Iterator[str]:
    """The names of a plan's stages, without those of rejected plans."""
    if isinstance(answer, list):
        for inner in answer:
            yield from stages(inner)

    if isinstance(answer, dict):
        stage = answer.get("stage")
        if isinstance(stage, str):
            yield stage

        for name, inner in answer.items():
            if name != "rejectedPlans":
                yield from stages(inner)


@pytest.mark.parametrize(("port", "calls"), PORTS)
async def test_every_method_of_every_port_is_tried(
    database: MongoDatabase, port: type, calls: Callable[[MongoDatabase], list[Call]]
) -> None:
    methods = {name for name in vars(port) if not name.startswith("_")}

    assert {name for name, _ in calls(database)} == methods


@pytest.mark.parametrize(("port", "calls"), PORTS)
async def test_every_query_has_its_index(
    database: MongoDatabase,
    sent: Sent,
    port: type,
    calls: Callable[[MongoDatabase], list[Call]],
) -> None:
    await fill(MongoFrameStore(database))

    for name, call in calls(database):
        sent.clear()
        await call()

        asked = [one for one in sent if next(iter(one)) not in NOT_EXPLAINED]
        for command in asked:
            for plan in await explained(database, command):
                assert INDEXED & set(plan), (name, command, plan)
                assert not {"COLLSCAN", "SORT"} & set(plan), (name, command, plan)


async def test_a_page_far_back_costs_no_more_than_the_first(
    database: MongoDatabase, sent: Sent
) -> None:
    frames = MongoFrameStore(database)
    instants = [NOON + n * timedelta(seconds=1) for n in range(60)]
    new = (replace(new_frame(f"n{n}"), created_at=at) for n, at in enumerate(instants))
    await asyncio.gather(*map(frames.insert, new))
    _, cursor = await frames.tasks(TaskFilter(route="blur"), None, 40)
    sent.clear()

    await frames.tasks(TaskFilter(route="blur"), cursor, 5)

    async with database.answering() as mongo:
        plan = await mongo.command("explain", *questions(sent[0]))
    assert plan["executionStats"]["totalKeysExamined"] <= 5 + 2


@pytest.mark.parametrize("method", ["due", "counts"])
async def test_what_is_asked_often_reads_no_document(
    database: MongoDatabase, sent: Sent, method: str
) -> None:
    await fill(MongoFrameStore(database))
    sent.clear()

    await dict(frame_calls(database))[method]()

    [plan] = await explained(database, sent[0])
    assert "IXSCAN" in plan and "FETCH" not in plan


async def test_every_command_has_a_limit_of_time(
    database: MongoDatabase, sent: Sent
) -> None:
    await fill(MongoFrameStore(database))

    for _, calls in PORTS:
        for _, call in calls(database):
            await call()

    unlimited = [command for command in sent if "maxTimeMS" not in command]
    assert sent and not unlimited


async def test_a_save_is_durable_when_it_returns(
    database: MongoDatabase, sent: Sent
) -> None:
    await fill(MongoFrameStore(database))

    [*_, save] = [command for command in sent if "update" in command]
    [*_, insert] = [command for command in sent if "insert" in command]
    for command in (save, insert):
        assert command["writeConcern"] == {"w": "majority", "j": True}
        assert "txnNumber" in command  # so a repeat of it is known as one


async def test_a_stale_save_is_refused_without_a_second_question(
    database: MongoDatabase, sent: Sent
) -> None:
    frames = MongoFrameStore(database)
    await fill(frames)
    sent.clear()

    with pytest.raises(StaleFrame):
        await frames.save(replace(new_frame("t"), revision=1))

    assert [next(iter(command)) for command in sent] == ["update"]


async def test_of_a_long_answer_no_more_is_asked_for_than_a_page_holds(
    database: MongoDatabase, sent: Sent
) -> None:
    frames = MongoFrameStore(database)
    long = {"a": Run(out="x" * 900_000)}
    for n in range(20):
        await frames.insert(replace(item(n), runs=long))
    sent.clear()

    children = await frames.children(T, "faces", 1, 0, 99)

    assert len(children) == 5
    assert [next(iter(command)) for command in sent] == ["find", "killCursors"]
