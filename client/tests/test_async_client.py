"""The client for asyncio against a real engine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from marketplace_client import (
    AsyncClient,
    Event,
    Problem,
    TaskFailed,
    TimedOut,
    Unreachable,
    Upload,
)
from real_engine import RealEngine

from servers.ports import free_port

PNG = b"\x89PNG content"


@pytest.fixture
async def client(engine: RealEngine) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(engine.url) as client:
        yield client


async def test_values_and_files_go_in_and_come_out(
    client: AsyncClient, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)

    result = await client.run("files", image=photo, more=[1])

    assert result["more"] == [1]
    assert await result["image"].read() == PNG
    assert (await result["image"].save(tmp_path / "copy")).read_bytes() == PNG


async def test_many_run_side_by_side(client: AsyncClient) -> None:
    results = await asyncio.gather(*(client.run("echo", n=n) for n in range(20)))

    assert [result["n"] for result in results] == list(range(20))


async def test_what_goes_wrong_is_an_exception_with_fields(client: AsyncClient) -> None:
    with pytest.raises(Problem) as refused:
        await client.run("person", name="Ada")
    with pytest.raises(TaskFailed) as failed:
        await client.run("fails")

    assert refused.value.faults[0].field == "age"
    assert failed.value.node == "broken"


async def test_who_is_out_of_patience_can_cancel(client: AsyncClient) -> None:
    with pytest.raises(TimedOut) as caught:
        await client.run("long", timeout=0.3)

    task = client.task(caught.value.task_id)
    assert not (await task.status()).ended
    assert (await task.cancel()).cancelled


async def test_events_are_told_until_the_end(client: AsyncClient) -> None:
    events: list[Event] = []

    result = await client.run("echo", a=1, on_event=events.append)

    assert events[-1].status == "finished"
    assert [one.id async for one in result.task.events()] == [one.id for one in events]
    await result.task.erase()


async def test_routes_are_listed(client: AsyncClient) -> None:
    assert "echo" in {route["route"] for route in await client.routes()}


async def test_an_engine_that_is_away_is_unreachable() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with AsyncClient(url, retries=1) as client:
        with pytest.raises(Unreachable):
            await client.start("file", image=Upload(PNG))
