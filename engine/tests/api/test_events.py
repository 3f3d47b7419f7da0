"""A task can be followed: every change once, in order, resumable."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import httpx
import orjson
import pytest
from documents import end, loop, service, starting_with
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


async def test_a_stream_ends_before_anything_is_told_to_who_may_not_read_on() -> None:
    closed = asyncio.Event()

    async def changes() -> AsyncGenerator[Sequence[Change], None]:
        try:
            await asyncio.Event().wait()
            yield [Change("1", "run", {})]
        finally:
            closed.set()

    answers = iter([True, True, False])

    async def may_go_on() -> bool:
        return next(answers)

    stream = event_stream(changes(), 0.01, may_go_on)

    told = [piece async for piece in stream]

    assert set(told) == {KEEP_ALIVE}
    assert next(answers, None) is None
    await asyncio.wait_for(closed.wait(), 20)


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

    await asyncio.wait_for(closed.wait(), 20)


async def test_a_stream_beyond_the_limit_is_refused(
    client: httpx.AsyncClient,
    task: str,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tasks = app.state.engine.tasks
    changes = tasks.changes(task.split("/")[2], None)
    await anext(changes)

    with monkeypatch.context() as patched:
        # Who is refused may come again at once: for them the task is not even read.
        patched.delattr(type(tasks), "status")
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


@pytest.fixture
async def looping(client: httpx.AsyncClient, worker: Any) -> str:
    """A task whose loop waits for its second item."""
    body = [service("call", "loopEnd")]
    each = loop("each", body, "end", items="start.out.items", concurrency=1)
    await client.post("/services", json=starting_with(each, end(), route="looping"))
    started = await client.post("/services/looping", json={"items": [1, 2]})
    await client.post(await worker.called(), json={})
    # The second call is made when the first item is done.
    await worker.target()
    return f"/tasks/{started.json()['jobId']}"


AS_JSON = {"accept": "application/json"}


async def test_the_changes_that_there_are_come_as_a_list(
    client: httpx.AsyncClient, task: str
) -> None:
    told = events((await client.get(task)).text)

    listed = (await client.get(task, headers=AS_JSON)).json()
    rest = await client.get(f"{task}?after={told[1]['id']}", headers=AS_JSON)

    assert [one["id"] for one in listed] == [one["id"] for one in told]
    assert [one["event"] for one in listed] == ["task", "run", "run", "task"]
    assert rest.json() == listed[2:]


async def test_changes_in_items_are_left_out_and_their_number_is_told(
    client: httpx.AsyncClient, looping: str
) -> None:
    url = f"{looping}/events"

    everything = (await client.get(url, headers=AS_JSON)).json()
    outside = (await client.get(f"{url}?inside=none", headers=AS_JSON)).json()
    again = await client.get(
        f"{url}?inside=none&after={outside[-1]['id']}", headers=AS_JSON
    )

    root = looping.rpartition("/")[2]
    assert {one["path"] for one in everything} == {
        root,
        f"{root}/each[0]",
        f"{root}/each[1]",
    }
    assert {one["path"] for one in outside} == {root}
    assert outside[-1]["items"] == {"done": 1, "total": 2}
    # To go on after it is to go on after the change before it.
    assert outside[-1]["id"] == outside[-2]["id"]
    assert [one["items"] for one in again.json()] == [{"done": 1, "total": 2}]


async def test_a_stream_without_inner_changes_tells_how_far_a_loop_is(
    client: httpx.AsyncClient, looping: str, app: FastAPI
) -> None:
    task = looping.rpartition("/")[2]
    changes = app.state.engine.tasks.changes(task, None, inside=False)
    told: list[Any] = []

    async with asyncio.timeout(10):
        async for some in changes:
            told += [change.data for change in some]
            if any("items" in one for one in told):
                break
    await changes.aclose()
    await client.post(f"{looping}/cancel")

    progress = [one["items"] for one in told if "items" in one]
    assert progress == [{"done": 1, "total": 2}]
    assert {one["path"] for one in told} == {task}


async def test_an_ended_task_says_so_without_its_inner_changes_too(
    client: httpx.AsyncClient, looping: str
) -> None:
    await client.post(f"{looping}/cancel")
    url = f"{looping}/events?inside=none"

    told = events((await client.get(url)).text)
    again = await client.get(url, headers={"last-event-id": told[-1]["id"]})

    assert orjson.loads(told[-1]["data"])["status"] == "cancelled"
    assert again.status_code == 204
