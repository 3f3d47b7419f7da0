"""Whatever brings many files, or sends them, rests for all but the first ones."""

import httpx
import pytest
from documents import Document, end, entry, pipeline, service
from engine.usecases.many_files import FREE_FILES
from engine.usecases.rests import Rests
from fastapi import FastAPI

from .conftest import Ended, Worker

MORE = 5
NAMES = [f"file{number}" for number in range(FREE_FILES + MORE)]
PARTS = {name: ("a.png", b"png", "image/png") for name in NAMES}
TYPES = [["image/png"]] * len(NAMES)


@pytest.fixture
def rested(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that rested, once for each file."""
    tasks = []

    async def after(_: Rests, seconds: float, task: str, person: str = "") -> None:
        tasks.append(task)

    monkeypatch.setattr(Rests, "after", after)
    return tasks


async def publish(client: httpx.AsyncClient, *nodes: Document) -> None:
    """A pipeline that takes the files, and gives them to the first of the nodes."""
    start = entry(str(nodes[0]["id"]), route="many", body=NAMES, bodyType=TYPES)
    answer = await client.post("/services", json=pipeline(start, *nodes))
    assert answer.status_code == 201, answer.text


async def started(client: httpx.AsyncClient, query: str = "", **body: object) -> str:
    answer = await client.post(f"/services/many{query}", **body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["jobId"])


async def test_those_that_start_a_task(
    client: httpx.AsyncClient, ended: Ended, rested: list[str]
) -> None:
    await publish(client, end())

    task = await started(client, files=PARTS)

    await ended(task)
    assert rested == [task] * MORE


async def test_those_that_are_copied_to_a_task(
    client: httpx.AsyncClient, ended: Ended, rested: list[str]
) -> None:
    await publish(client, end())
    old = await started(client, files=PARTS)
    await ended(old)
    rested.clear()

    task = await started(client, f"?continues={old}")

    await ended(task)
    assert rested == [task] * MORE


async def test_those_that_a_service_gets_and_brings(
    client: httpx.AsyncClient, worker: Worker, ended: Ended, rested: list[str]
) -> None:
    call = service("call", "end", service=None, url=worker.url)
    await publish(client, call, end())

    task = await started(client, files=PARTS)
    target = await worker.called()
    given = list(rested)
    assert (await client.post(target, files=PARTS)).status_code == 200

    await ended(task)
    assert given == [task] * 2 * MORE
    assert rested == [task] * 3 * MORE


async def test_those_of_a_result_that_is_pushed(
    client: httpx.AsyncClient, worker: Worker, rested: list[str]
) -> None:
    await publish(client, end())

    query = f"?callback_url={worker.url}&task_id=theirs"
    task = await started(client, query, files=PARTS)

    await worker.target()
    assert rested == [task] * 2 * MORE
