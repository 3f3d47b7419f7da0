"""A task can be followed: every change once, in order, resumable."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx
import orjson
import pytest
from engine.api.events import KEEP_ALIVE, event_stream
from engine.domain.errors import Unknown
from engine.settings import Settings
from engine.usecases.changes import Change
from fastapi import FastAPI

Event = dict[str, str]


def events(text: str) -> list[Event]:
    """What a stream tells, without its comments."""
    blocks = [block for block in text.split("\n\n") if block.startswith("id:")]
    return [read_event(block) for block in blocks]


def read_event(block: str) -> Event:
    return dict(line.split(": ", 1) for line in block.splitlines())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One client may watch a task."""
    return settings.model_copy(update={"max_task_watchers": 1})


@pytest.fixture
async def task(client: httpx.AsyncClient, ended: Any) -> str:
    """The address of the events of a task that has ended."""
    started = await client.post("/services/person", json={"name": "x", "age": 1})
    task = started.json()["jobId"]
    await ended(task)
    return f"/tasks/{task}/events"


async def test_every_change_is_told_until_the_task_has_ended(
    client: httpx.AsyncClient, task: str
) -> None:
    answer = await client.get(task)

    told = events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [e["event"] for e in told] == ["task", "run", "run", "task"]
    assert orjson.loads(told[-1]["data"])["status"] == "finished"


@pytest.mark.parametrize("way", ["header", "query"])
async def test_it_goes_on_after_the_last_event_that_was_seen(
    client: httpx.AsyncClient, task: str, way: str
) -> None:
    told = events((await client.get(task)).text)
    last = told[1]["id"]

    if way == "header":
        rest = await client.get(task, headers={"last-event-id": last})
    else:
        rest = await client.get(task, params={"after": last})

    assert events(rest.text) == told[2:]


async def test_who_has_seen_the_end_is_told_to_stay_away(
    client: httpx.AsyncClient, task: str
) -> None:
    last = events((await client.get(task)).text)[-1]["id"]

    answer = await client.get(task, headers={"last-event-id": last})

    assert answer.status_code == 204


async def test_an_id_nobody_gave_tells_everything(
    client: httpx.AsyncClient, task: str
) -> None:
    answer = await client.get(task, headers={"last-event-id": "what?"})

    assert len(events(answer.text)) == 4


async def test_a_silent_stream_shows_that_it_lives_and_loses_nothing() -> None:
    speak = asyncio.Event()

    async def changes() -> AsyncGenerator[Sequence[Change], None]:
        await speak.wait()
        yield [Change("1", "run", {"a": 1})]

    stream = event_stream(changes(), 0.01)

    silence = [await anext(stream) for _ in range(3)]
    speak.set()
    rest = b"".join([piece async for piece in stream])

    assert silence == [KEEP_ALIVE] * 3
    assert rest.endswith(b'id: 1\nevent: run\ndata: {"a":1}\n\n')


async def test_who_goes_away_is_not_waited_for() -> None:
    closed = asyncio.Event()

    async def changes() -> AsyncGenerator[Sequence[Change], None]:
        try:
            await asyncio.Event().wait()
            yield [Change("1", "run", {})]
        finally:
            closed.set()

    stream = event_stream(changes(), 0.01)
    await anext(stream)
    await anext(stream)

    await stream.aclose()  # type: ignore[attr-defined]  # a generator, as all streams

    await asyncio.wait_for(closed.wait(), 1)


async def test_a_stream_beyond_the_limit_is_refused(
    client: httpx.AsyncClient, task: str, app: FastAPI
) -> None:
    changes = app.state.engine.tasks.changes(task.split("/")[2], None)
    await anext(changes)

    refused = await client.get(task)
    await changes.aclose()
    later = await client.get(task)

    assert refused.status_code == 503
    assert "MAX_TASK_WATCHERS" in refused.json()["detail"]
    assert refused.headers["retry-after"].isdecimal()
    assert later.status_code == 200


async def test_a_stream_that_cannot_go_on_ends() -> None:
    async def changes() -> AsyncGenerator[Sequence[Change], None]:
        yield [Change("1", "run", {})]
        raise Unknown("task", "erased")

    stream = event_stream(changes(), 1)

    assert len([piece async for piece in stream]) == 2
