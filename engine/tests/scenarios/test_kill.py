"""Nothing that was acknowledged is lost, whenever the engine is killed."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from processes import PATIENCE, EchoService, EngineProcess

TASKS = 300
KILLS = 30


def document(url: str) -> dict[str, Any]:
    """Two calls in a row, a loop over three items, one call more."""

    def call(id_: str, *next_: str, **fields: Any) -> dict[str, Any]:
        return {"id": id_, "type": "service", "url": url, "next": next_, **fields}

    api = {"route": "killed", "body": {"number": 1}}
    items = {"items": [1, 2, 3]}
    body = [call("inner", "loopEnd", input={"item": "node._loop"})]
    nodes = [
        {"id": "start", "type": "entry", "api": api, "next": ["first"]},
        call("first", "second"),
        call("second", "each"),
        {
            "id": "each",
            "type": "loop",
            "items": "node.params.items",
            "params": items,
            "nodes": body,
            "collect": {"k": "inner.out.item"},
            "next": ["last"],
        },
        call("last", "done", input={"number": "second.out.number", "all": "each.out"}),
        {"id": "done", "type": "end"},
    ]
    return {"type": "pipeline", "nodes": nodes}


async def start_task(client: aiohttp.ClientSession, engine: str, number: int) -> str:
    """A task's id, as soon as the engine has acknowledged it."""
    while True:
        with suppress(aiohttp.ClientError):
            async with client.post(
                f"{engine}/services/killed",
                json={"number": number},
                headers={"Idempotency-Key": f"task {number}"},
            ) as answer:
                if answer.ok:
                    return str((await answer.json())["jobId"])
                assert answer.status == 503, await answer.text()
        await asyncio.sleep(0.05)


async def outcome(client: aiohttp.ClientSession, engine: str, task: str) -> Any:
    """Everything known of a task that has ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with client.get(f"{engine}/tasks/{task}/raw") as answer:
                known = await answer.json()
            if answer.status != 200 or known["status"] != "running":
                return known
            await asyncio.sleep(0.05)


@pytest.mark.timeout(600)
async def test_every_accepted_task_survives_thirty_kills(tmp_path: Path) -> None:
    chance = random.Random(3)
    engine = EngineProcess(tmp_path / "data")
    async with EchoService() as service, aiohttp.ClientSession() as client:
        await engine.start()
        try:
            await client.post(f"{engine.url}/services", json=document(service.url))
            tasks: list[str] = []

            async def submit() -> None:
                for number in range(TASKS):
                    tasks.append(await start_task(client, engine.url, number))
                    await asyncio.sleep(chance.uniform(0, 0.1))

            submitting = asyncio.create_task(submit())
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.05, 0.8))
                await engine.kill()
                await engine.start()
            await submitting

            ended = [await outcome(client, engine.url, task) for task in tasks]
        finally:
            await engine.stop()

    assert len(set(tasks)) == TASKS
    assert {known["status"] for known in ended} == {"finished"}
    for number, known in enumerate(ended):
        runs = known["runs"]
        assert runs["done"]["output"]["number"] == number
        assert runs["done"]["output"]["all"] == {"k0": 1, "k1": 2, "k2": 3}
        for frame in (known, *known["frames"]):
            for run in frame["runs"].values():
                statuses = [entry["status"] for entry in run["history"]]
                assert statuses.count("succeeded") == 1, known
