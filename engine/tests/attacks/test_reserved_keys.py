"""Keys of the engine's own, sent from everywhere; documents that nobody can read."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from aiohttp import web
from attacks.goals import sized
from attacks.victim import Victim, on_all_stores, victim
from chaos.cluster import Kind
from documents import Document, end, node, starting_with
from pymongo import MongoClient

from servers.waiting import until

TASKS = sized(500, 60)
"""As many as the timers look at in one round, and they must not be all it sees."""

EVERY_NTH = 10
"""Of the tasks, which are looked at and erased one by one."""

BROKEN = b'{"schema": 1, "path": 5}'
"""A document that is JSON, and no frame."""

FILE = ("f.png", b"secret", "image/png")
WAYS = ("part", "file", "reference")


class Forger:
    """A service that takes all work, and keeps where its results are awaited."""

    def __init__(self) -> None:
        self.url = ""
        self.awaited: asyncio.Queue[str] = asyncio.Queue()

    async def take(self, request: web.Request) -> web.Response:
        await request.read()
        query = request.query
        self.awaited.put_nowait(f"{query['callback_url']}?task_id={query['task_id']}")
        return web.Response(status=202)


@asynccontextmanager
async def forger() -> AsyncIterator[Forger]:
    made = Forger()
    app = web.Application()
    app.router.add_post("/work", made.take)

    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    made.url = f"http://{host}:{port}/work"
    try:
        yield made
    finally:
        await runner.cleanup()


def calling(forger: Forger, route: str) -> Document:
    work = {"id": "work", "type": "service", "url": forger.url, "next": ["end"]}
    return starting_with(work, end(input={"got": "work.out"}), route=route)


def forged(way: str, theirs: str) -> list[tuple[str, Any]]:
    """The parts of a result that no service may return."""
    match way:
        case "part":
            return [("$large", (None, b"5", "application/json"))]
        case "file":
            return [("$blob", FILE)]
        case _:
            values = {"$blob": f'"{theirs}/x"', "type": '"image/png"', "size": "6"}
            return [
                (name, (None, value.encode(), "application/json"))
                for name, value in values.items()
            ]


async def answer(engine: Victim, url: str, number: int, theirs: str) -> None:
    """Forge a result in one of the ways, then give a sound one."""
    refused = await engine.client.post(url, files=forged(WAYS[number % 3], theirs))
    assert refused.status_code == 422, refused.text
    assert "reserved" in refused.text

    taken = await engine.client.post(url, json={"n": number})
    assert taken.status_code == 200, taken.text


@on_all_stores
async def test_results_with_keys_of_the_engine(tmp_path: Path, kind: Kind) -> None:
    async with forger() as service, victim(tmp_path, kind) as engine:
        await engine.publish(calling(service, "forged"))
        await engine.publish(starting_with(end(), route="theirs", body=["image"]))
        kept = await engine.client.post("/services/theirs", files={"image": FILE})
        theirs = kept.json()["jobId"]

        async with engine.under_attack(1, f"{TASKS} forged results") as outcome:
            tasks = [await engine.start("forged") for _ in range(TASKS)]
            for number in range(TASKS):
                await answer(engine, await service.awaited.get(), number, theirs)
            outcome.append("422: the key is reserved")

        await engine.restart()
        for task in tasks[::EVERY_NTH]:
            assert (await engine.ended(task))["status"] == "finished"
            await engine.erased(task)
        # What was aimed at is as it was.
        outputs = (await engine.client.get(f"/tasks/{theirs}")).json()
        assert (await engine.client.get(outputs["image"])).content == b"secret"


CODES = (
    "node.out['$large'] = 5",
    "node.out['deep'] = [{'$blob': 'x', 'type': 'a/b', 'size': 1}]",
    "node.params['$blob'] = 1",
)


@on_all_stores
async def test_code_with_keys_of_the_engine(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind) as engine:
        for number, code in enumerate(CODES):
            made = node("made", "end", after=code)
            await engine.publish(starting_with(made, end(), route=f"code{number}"))

        async with engine.under_attack(1, f"{TASKS} times code") as outcome:
            tasks = [await engine.start(f"code{n % 3}") for n in range(TASKS)]
            ended = [await engine.ended(task) for task in tasks]
            outcome.append("the task fails: the key is reserved")

        for status in ended:
            assert status["status"] == "error"
            assert "node made" in status["message"], status
        await engine.restart()
        for task, status in islice(zip(tasks, ended, strict=True), 0, None, EVERY_NTH):
            assert await engine.status(task) == status
            await engine.erased(task)


def write(folder: Path, tasks: list[str], document: bytes) -> bool:
    """Whether the documents could be written; not if the engine is writing itself."""
    path = folder / "data" / "engine.db"
    try:
        with closing(sqlite3.connect(path, timeout=0.5)) as database, database:
            database.executemany(
                "UPDATE frames SET document = ? WHERE path = ?",
                [(document, task) for task in tasks],
            )
    except sqlite3.OperationalError:
        return False
    return True


def write_to_mongo(url: str, tasks: list[str], document: bytes) -> bool:
    """Whether the documents could be written, which they can at any time."""
    with MongoClient[dict[str, Any]](url) as mongo:
        mongo.get_default_database().frames.update_many(
            {"_id": {"$in": tasks}}, {"$set": {"document": document.decode()}}
        )
    return True


async def spoil(engine: Victim, folder: Path, tasks: list[str]) -> None:
    """What a hole in an older engine, or a disk, may have left."""
    cluster = engine.cluster
    replica = cluster.replicas[0]
    spoiling = partial(write, folder)
    if cluster.kind.servers:
        spoiling = partial(write_to_mongo, cluster.stores.mongo.url)

    async def has_written() -> bool:
        # Frozen and then killed: it must not save what it remembers.
        replica.signal(signal.SIGSTOP)
        if await asyncio.to_thread(spoiling, tasks, BROKEN):
            return True
        replica.signal(signal.SIGCONT)
        return False

    await until(has_written)
    await engine.restart()


@on_all_stores
async def test_documents_that_cannot_be_read(tmp_path: Path, kind: Kind) -> None:
    async with forger() as service, victim(tmp_path, kind) as engine:
        await engine.publish(calling(service, "broken"))
        tasks = [await engine.start("broken") for _ in range(TASKS)]
        urls = [await service.awaited.get() for _ in tasks]

        await spoil(engine, tmp_path, tasks)

        async with engine.under_attack(1, f"{TASKS} broken documents") as outcome:
            for task in tasks:
                status = await engine.ended(task)
                assert "cannot be read" in status["message"]
            answers = [await engine.client.post(url, json={}) for url in urls[:20]]
            outcome.append("the tasks have failed")

        assert {answer.status_code for answer in answers} == {409}
        await engine.restart()
        for task in tasks[::EVERY_NTH]:
            await engine.erased(task)
