"""Values of very many items are counted in a thread: the event loop goes on."""

import threading
from typing import Any

import pytest
from engine.domain.sizes import Sizes
from engine.usecases.decider import THREAD_FROM_ITEMS
from playground import Playground

from .conftest import EMBEDDED

MANY = {"list": [[at] for at in range(THREAD_FROM_ITEMS)]}


@pytest.fixture
def counted_in(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The threads in which the large value was counted."""
    threads: set[str] = set()
    count = Sizes.of

    def of(self: Sizes, value: Any) -> Any:
        if value == MANY:
            threads.add(threading.current_thread().name)
        return count(self, value)

    monkeypatch.setattr(Sizes, "of", of)
    return threads


@EMBEDDED
async def test_what_a_request_brings(ready: Playground, counted_in: set[str]) -> None:
    await ready.start(MANY)

    assert counted_in
    assert threading.main_thread().name not in counted_in


@EMBEDDED
async def test_what_a_service_gives(ready: Playground, counted_in: set[str]) -> None:
    task = await ready.start()

    await ready.report(await ready.called(1), MANY)
    await ready.ended(task)

    assert counted_in
    assert threading.main_thread().name not in counted_in
