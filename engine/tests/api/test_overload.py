"""More than can be started at once is refused for now, and said so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from engine.bootstrap import Tuning
from engine.settings import Settings

YOU = {"name": "You", "age": 3}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", pipelines_dir=None, max_starts=2)


class Held:
    """A body that begins and does not end until it may."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.began.set()
        yield b'{"name": "You",'
        await self.may_end.wait()
        yield b' "age": 3}'


async def test_starts_beyond_the_limit_are_told_when_to_come_again(
    client: httpx.AsyncClient,
) -> None:
    headers = {"content-type": "application/json"}
    bodies = [Held(), Held()]
    held = []
    for body in bodies:
        call = client.post("/services/person", content=body, headers=headers)
        held.append(asyncio.create_task(call))
        await body.began.wait()

    refused = await client.post("/services/person", json=YOU)
    elsewhere = await client.get("/services")
    for body in bodies:
        body.may_end.set()
    started = await asyncio.gather(*held)

    assert refused.status_code == 503
    assert elsewhere.status_code == 200
    assert refused.headers["retry-after"].isdecimal()
    assert "2 tasks are being started" in refused.json()["detail"]
    assert {answer.status_code for answer in started} == {202}


@pytest.mark.parametrize("tuning", [Tuning(max_effects=0)])
async def test_an_engine_with_too_much_under_way_starts_nothing(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.post("/services/person", json=YOU)

    assert refused.status_code == 503
    assert refused.headers["retry-after"].isdecimal()
    stats = (await client.get("/stats")).json()
    assert stats["jobs"]["total"] == 0
