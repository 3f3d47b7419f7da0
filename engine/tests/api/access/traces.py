"""Somebody who leaves traces of all kinds, and where they are looked for."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import external
import httpx
import pymongo
from documents import end, entry, loop, node, pipeline
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.nats.letters import Letter, encode
from engine.domain.frame import FramePath
from engine.domain.gate import admit
from engine.domain.messages import NodeFinished

from servers.waiting import until

from ..building import client_of
from ..conftest import echo
from .conftest import PASSWORD

CANARY = "Ottilie-canary-4711"
"""In everything that this person leaves."""
LARGE = CANARY * 3_000
"""Is kept beside the document of its task."""
TASKS = 5


async def ended(client: httpx.AsyncClient, task: str) -> None:
    async def is_over() -> bool:
        answer = await client.get(f"/tasks/{task}/status")
        return answer.json()["status"] != "running"

    await until(is_over)


async def leave_traces(app: Any, root: httpx.AsyncClient, name: str = CANARY) -> str:
    """Make a person who uses everything there is; their id."""
    async with client_of(app) as person:
        return await leave_traces_by(person, root, name)


async def leave_traces_by(
    person: httpx.AsyncClient, root: httpx.AsyncClient, name: str = CANARY
) -> str:
    """The same with a browser of this person, who is not there yet."""
    body = {"name": name, "password": PASSWORD, "role": "owner"}
    made = await root.post("/people", json=body)
    id_: str = made.json()["id"]
    await root.post("/groups", json={"id": "choir"})
    await root.put(f"/groups/choir/people/{id_}")
    await root.post("/spaces", json={"id": "art"})
    await root.put(f"/spaces/art/members/{name}", json={"role": "author"})

    wrong = {"name": name.upper(), "password": "not the password"}
    await person.post("/sessions", json=wrong)
    right = {"name": name, "password": PASSWORD}
    await person.post("/sessions", json=right)
    await _publish(person)
    for task in await _start(person):
        await ended(person, task)
    await _keep(person)
    await person.get("/people")
    return id_


async def _publish(person: httpx.AsyncClient) -> None:
    for document in (
        echo("own-file", body="image"),
        pipeline(
            entry("each", id_="entry", route="own-loop", body={"items": ["a"]}),
            loop(
                "each",
                [node("inner", "loopEnd", input={"item": "node._loop"})],
                "end",
                items="entry.out.items",
                collect={"k": ["inner.out.item"]},
            ),
            end(),
        ),
    ):
        answer = await person.post("/services", json=document)
        assert answer.status_code == 201, answer.text


async def _start(person: httpx.AsyncClient) -> list[str]:
    tried = echo("own-file", body="image", summary=CANARY)
    kept = await person.post("/services/own-file/versions", json=tried)
    picture = {"image": (f"{CANARY}.txt", CANARY.encode(), "text/plain")}
    answers = [
        await person.post("/services/any", json={"small": CANARY}),
        await person.post("/services/any", json={"large": LARGE}),
        await person.post("/services/own-file", files=picture),
        await person.post("/services/own-loop", json={"items": [CANARY, LARGE]}),
        await person.post(
            "/services/own-file",
            files=picture,
            params={"version": kept.json()["version"]},
        ),
    ]
    assert {one.status_code for one in answers} == {202}, [one.text for one in answers]
    assert len(answers) == TASKS
    return [one.json()["jobId"] for one in answers]


async def _keep(person: httpx.AsyncClient) -> None:
    never = {"route": "any", "cron": "0 0 1 1 *", "input": {"who": CANARY}}
    answers = [
        await person.post("/services/any/saved", json={"notes": CANARY}),
        await person.post("/tokens", json={"label": CANARY}),
        await person.post("/schedules", json=never),
    ]
    assert {one.status_code for one in answers} == {201}, [one.text for one in answers]


async def erased(root: httpx.AsyncClient, id_: str) -> Any:
    """What is told of an erasure when it is done."""

    async def is_done() -> bool:
        told = await root.get(f"/people/{id_}/erasure")
        return bool(told.json()["state"] == "done")

    async with asyncio.timeout(60):
        await until(is_done)
    return (await root.get(f"/people/{id_}/erasure")).json()


async def leave_letters(inbox: NatsInbox, task: str) -> None:
    """Have NATS keep a result that waits for its turn, and one that no turn takes.

    Events come there while MongoDB or the owner of a task is away.
    """
    path = FramePath(task)
    waiting = NodeFinished("entry", 1, admit({"of": CANARY}))
    dead = NodeFinished("entry", 2, admit({"of": CANARY}))
    await inbox._dead_letters.add(encode(Letter(path, dead)), f"it has {CANARY}")
    await inbox._keep(path, waiting)


def kept_in(folder: Path, chosen: dict[str, str]) -> Iterator[tuple[str, str]]:
    """All bytes in the folders of the engine and its servers, and all documents."""
    folders = [folder]
    if chosen:
        folders += [external.s3().folder, external.nats().folder]
        with pymongo.MongoClient(chosen["mongo_url"]) as mongo:
            database = mongo.get_default_database()
            for name in database.list_collection_names():
                yield f"collection {name}", str(list(database[name].find()))

    for one in folders:
        for path in one.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes().decode("utf-8", "replace")
