"""The calls of all stores are timed, and those that find one away are counted."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest
from engine.adapters.shared.timing import READS, WRITES, timed
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import TimeElapsed
from engine.domain.store_calls import (
    BLOBS,
    DOCUMENTS,
    INBOX,
    READ,
    WRITE,
    store_figures,
)
from engine.ports import access, saved

from engine import ports

SLOW_SECONDS = 0.2
"""What somebody else takes, and no store."""

STORES = (
    ports.FrameStore,
    ports.PipelineStore,
    ports.ServiceStore,
    ports.TallyStore,
    ports.SecretStore,
    ports.ScheduleStore,
    ports.BlobStore,
    ports.Inbox,
    saved.SavedStore,
    access.PeopleStore,
    access.CredentialStore,
    access.AuditStore,
    access.RecordStore,
)
FOR_LIFE = {(ports.Inbox, "run")}
"""Until the engine stops."""


@pytest.mark.parametrize("port", STORES, ids=lambda port: port.__name__)
def test_each_call_of_a_store_is_known_as_one_that_reads_or_writes(port: Any) -> None:
    calls = {
        name
        for name, method in vars(port).items()
        if inspect.iscoroutinefunction(method) and (port, name) not in FOR_LIFE
    }

    assert calls
    assert calls <= READS | WRITES
    assert not READS & WRITES


class Store:
    """A store of everything; what it does is what a test wants to see."""

    error: Exception | None = None
    owned = False
    closed = False

    async def find(self, path: str) -> str:
        await self._answer()
        return path

    async def post(self, path: FramePath, event: object) -> bool:
        await self._answer()
        return True

    def owns(self, path: FramePath) -> bool:
        return self.owned

    async def put(self, task: str, content: Any, type: str, name: None) -> bytes:
        await self._answer()
        return b"".join([piece async for piece in content])

    async def read(self, key: str, start: int) -> AsyncIterator[bytes]:
        await self._answer()
        try:
            yield b"a"
            yield b"b"
        finally:
            self.closed = True

    async def _answer(self) -> None:
        if self.error:
            raise self.error


def noted(figures: Any, store: str, operation: str) -> tuple[int, int, float]:
    """How many calls there were, how many failed, and how long all took."""
    calls = figures[store, operation]
    told = calls.seconds.histogram()
    return sum(told.by_bucket.values()), calls.errors, told.seconds


async def slowly() -> AsyncIterator[bytes]:
    yield b"a"
    await asyncio.sleep(SLOW_SECONDS)
    yield b"b"


async def test_what_a_store_answers_is_counted_and_only_its_absence_is_an_error() -> (
    None
):
    store, figures = Store(), store_figures()
    watched: Any = timed(store, figures, DOCUMENTS)

    assert await watched.find(path="a") == "a"
    store.error = Unknown("task", "a")
    with pytest.raises(Unknown):
        await watched.find("a")
    assert noted(figures, DOCUMENTS, READ)[:2] == (2, 0)

    store.error = Unavailable("MongoDB", "it is gone")
    with pytest.raises(Unavailable):
        await watched.find("a")
    assert noted(figures, DOCUMENTS, READ)[:2] == (3, 1)
    assert noted(figures, DOCUMENTS, WRITE)[:2] == (0, 0)


async def test_a_store_is_not_blamed_for_who_brings_or_takes_the_content() -> None:
    figures = store_figures()
    store = Store()
    watched: Any = timed(store, figures, BLOBS)

    assert await watched.put("t", slowly(), "image/png", None) == b"ab"
    assert [piece async for piece in watched.read("t/a") if not await slow()] == [
        b"a",
        b"b",
    ]

    for operation in (READ, WRITE):
        count, errors, seconds = noted(figures, BLOBS, operation)
        assert (count, errors) == (1, 0)
        assert seconds < SLOW_SECONDS


async def slow() -> None:
    await asyncio.sleep(SLOW_SECONDS)


async def test_content_that_nobody_reads_to_its_end_is_let_go() -> None:
    store, figures = Store(), store_figures()
    watched: Any = timed(store, figures, BLOBS)

    pieces = watched.read("t/a")
    assert await anext(pieces) == b"a"
    await pieces.aclose()

    assert store.closed
    assert noted(figures, BLOBS, READ)[:2] == (1, 0)


@pytest.mark.parametrize("call", ["put", "read"])
async def test_blobs_that_are_away_are_counted(call: str) -> None:
    store, figures = Store(), store_figures()
    store.error = Unavailable("S3", "it is gone")
    watched: Any = timed(store, figures, BLOBS)

    with pytest.raises(Unavailable):
        if call == "put":
            await watched.put("t", slowly(), "image/png", None)
        else:
            await anext(watched.read("t/a"))

    operation = {"put": WRITE, "read": READ}[call]
    assert noted(figures, BLOBS, operation)[:2] == (1, 1)


@pytest.mark.parametrize(("owned", "counted"), [(True, 0), (False, 1)])
async def test_a_turn_that_is_taken_here_is_no_time_of_the_inbox(
    owned: bool, counted: int
) -> None:
    store, figures = Store(), store_figures()
    store.owned = owned
    watched: Any = timed(store, figures, INBOX)

    assert await watched.post(FramePath("t"), TimeElapsed())

    assert noted(figures, INBOX, WRITE)[:2] == (counted, 0)
