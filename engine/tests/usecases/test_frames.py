"""What is remembered of frames is never older than what another has saved."""

import asyncio
from datetime import UTC, datetime

import pytest
from engine.domain.errors import Unknown
from engine.domain.frame import Frame, FramePath
from engine.usecases.frames import Frames
from engine.usecases.recent import Recent
from msgspec.structs import replace
from playground import Disturbed, Playground

PATH = FramePath("0c0ffee0-0000-4000-8000-000000000000")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FRAME = Frame(path=PATH, route="tried", version="1", created_at=NOON)


class SlowStore(Disturbed):
    """Reads a frame at once, and gives it when the test says so."""

    def __init__(self, store: object) -> None:
        super().__init__(store)
        self.has_read = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def get(self, path: FramePath) -> Frame:
        frame = await self.adapter.get(path)
        self.has_read.set()
        await self.may_answer.wait()
        return frame


@pytest.fixture
def store(play: Playground) -> SlowStore:
    return SlowStore(play.adapters.frames)


@pytest.fixture
def frames(play: Playground, store: SlowStore) -> Frames:
    return Frames(store=store, blobs=play.adapters.blobs, alone=True)


async def test_what_is_erased_while_it_is_read_is_not_remembered(
    frames: Frames, store: SlowStore
) -> None:
    await frames.insert(FRAME)
    reading = asyncio.create_task(frames.get(PATH, fresh=True))
    await store.has_read.wait()

    await frames.erase(FRAME.task)
    store.may_answer.set()
    await reading

    with pytest.raises(Unknown):
        await frames.get(PATH)


async def test_an_older_revision_does_not_replace_a_newer_one(
    frames: Frames, store: SlowStore
) -> None:
    older = await frames.insert(FRAME)
    assert older is not None
    reading = asyncio.create_task(frames.get(PATH, fresh=True))
    await store.has_read.wait()

    newer = await frames.save(older, replace(older, error="changed"))
    store.may_answer.set()

    assert await reading == newer
    assert await frames.get(PATH) == newer


def test_what_was_used_last_is_remembered_up_to_a_weight() -> None:
    recent: Recent[str, str] = Recent(5, len)

    recent.put("a", "aa")
    recent.put("b", "bb")
    assert recent.get("a") == "aa"
    recent.put("c", "cc")

    assert (recent.get("b"), recent.get("a"), recent.get("c")) == (None, "aa", "cc")
    recent.put("d", "too long")
    assert recent.get("d") is None
