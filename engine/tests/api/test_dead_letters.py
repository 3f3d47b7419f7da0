"""Events that no turn could take can be looked at, posted again, and forgotten."""

from datetime import UTC, datetime

import httpx
import pytest
from engine.domain.errors import Unknown
from engine.ports import DeadLetter
from fastapi import FastAPI

LETTER = DeadLetter(
    "7", "t", '{"node":"a"}', "ValueError", datetime(2026, 1, 1, tzinfo=UTC)
)


class Morgue:
    """An inbox with one dead letter."""

    def __init__(self) -> None:
        self.letters, self.revived = {LETTER.id: LETTER}, list[str]()

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
def morgue(app: FastAPI) -> Morgue:
    app.state.engine.inbox = Morgue()
    return app.state.engine.inbox  # type: ignore[no-any-return]  # state has no types


async def test_an_engine_by_itself_has_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dead-letters")

    assert (answer.status_code, answer.json()) == (200, [])


async def test_they_are_told_with_frame_and_reason(
    client: httpx.AsyncClient, morgue: Morgue
) -> None:
    [told] = (await client.get("/dead-letters")).json()

    assert (told["id"], told["path"], told["reason"]) == ("7", "t", "ValueError")
    assert told["died_at"].startswith("2026-01-01")


async def test_they_are_counted(client: httpx.AsyncClient, morgue: Morgue) -> None:
    figures = (await client.get("/metrics")).text

    assert "marketplace_dead_letters 1.0" in figures


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
async def test_nobody_is_told_of_too_many(
    client: httpx.AsyncClient, limit: str
) -> None:
    answer = await client.get("/dead-letters", params={"limit": limit})

    assert answer.status_code == 422


async def test_one_can_be_revived_once(
    client: httpx.AsyncClient, morgue: Morgue
) -> None:
    first = await client.post("/dead-letters/7/revive")
    again = await client.post("/dead-letters/7/revive")

    assert (first.status_code, again.status_code) == (204, 404)
    assert morgue.revived == ["7"]


async def test_one_can_be_forgotten(client: httpx.AsyncClient, morgue: Morgue) -> None:
    answer = await client.delete("/dead-letters/7")

    assert answer.status_code == 204
    assert (await client.get("/dead-letters")).json() == []
