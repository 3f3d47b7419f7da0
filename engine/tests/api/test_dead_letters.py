"""Dead letters can be looked at, processed again, and deleted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from engine.domain.errors import Unavailable, Unknown
from engine.ports import DeadLetter

from .building import client_of, failing_app

LETTER = DeadLetter(
    id="7",
    path="t",
    event='{"node":"a"}',
    reason="ValueError",
    died_at=datetime(2026, 1, 1, tzinfo=UTC),
)


class OneLetter:
    """An inbox with one dead letter."""

    def __init__(self) -> None:
        self.letters = {LETTER.id: LETTER}
        self.revived: list[str] = []

    async def dead(self, limit: int) -> list[DeadLetter]:
        return list(self.letters.values())[:limit]

    async def dead_count(self) -> int:
        return len(self.letters)

    async def revive(self, id: str) -> None:
        await self.bury(id)
        self.revived.append(id)

    async def bury(self, id: str) -> None:
        if id not in self.letters:
            raise Unknown("dead letter", id)
        del self.letters[id]


@pytest.fixture
def inbox() -> OneLetter:
    return OneLetter()


@pytest.fixture
async def operator(inbox: OneLetter) -> AsyncIterator[httpx.AsyncClient]:
    """Calls an engine that has nothing but this inbox."""
    app = failing_app(Unavailable("all else", "not wanted here"), inbox)
    async with client_of(app) as client:
        yield client


async def test_an_engine_by_itself_has_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dead-letters")

    assert (answer.status_code, answer.json()) == (200, [])


async def test_they_are_told_with_frame_and_reason(operator: httpx.AsyncClient) -> None:
    [told] = (await operator.get("/dead-letters")).json()

    assert (told["id"], told["path"], told["reason"]) == ("7", "t", "ValueError")
    assert told["died_at"].startswith("2026-01-01")


async def test_they_are_counted(operator: httpx.AsyncClient) -> None:
    figures = (await operator.get("/metrics")).text

    assert "marketplace_dead_letters 1.0" in figures


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
async def test_nobody_is_told_of_too_many(
    operator: httpx.AsyncClient, limit: str
) -> None:
    answer = await operator.get("/dead-letters", params={"limit": limit})

    assert answer.status_code == 422


async def test_one_can_be_revived_once(
    operator: httpx.AsyncClient, inbox: OneLetter
) -> None:
    first = await operator.post("/dead-letters/7/revive")
    again = await operator.post("/dead-letters/7/revive")

    assert first.status_code == 204
    assert again.status_code == 404
    assert inbox.revived == ["7"]


async def test_one_can_be_forgotten(operator: httpx.AsyncClient) -> None:
    answer = await operator.delete("/dead-letters/7")

    assert answer.status_code == 204
    assert (await operator.get("/dead-letters")).json() == []
