"""However many watch a task, it costs the others little."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from documents import end, loop, service, starting_with
from engine.adapters.choice import Adapters
from engine.domain.errors import Unavailable
from engine.domain.frame import Frame
from engine.usecases import task_feed, watching
from engine.usecases.changes import Change
from playground import Disturbed, Playground, playground

from servers.waiting import until

ITEMS = 40
WATCHERS = 50
MANY = {"concurrency": str(ITEMS)}
LOOP = starting_with(
    loop("each", [service("call", "loopEnd")], "end", items="start.out.items"),
    end(),
)


class CountingStore(Disturbed):
    """Counts the pages of frames that are read of tasks."""

    def __init__(self, adapter: Any) -> None:
        super().__init__(adapter)
        self.pages = 0
        self.at_once = 0
        self.most_at_once = 0

    async def of_task(
        self, task: str, since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        self.pages += 1
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            page: Sequence[Frame] = await self.adapter.of_task(task, since, limit)
            return page
        finally:
            self.at_once -= 1


class Watched:
    """An engine with a task of many open items."""

    def __init__(self, play: Playground, store: CountingStore, task: str) -> None:
        self.play = play
        self.store = store
        self.task = task

    def changes(self, after: str | None = None) -> AsyncGenerator[Any, None]:
        return self.play.engine.tasks.changes(self.task, after)

    async def finish(self) -> None:
        for number in range(1, ITEMS + 1):
            await self.play.report(await self.play.called(number), {})


@pytest.fixture
def settings() -> dict[str, str]:
    return MANY


@pytest.fixture
async def watched(tmp_path: Path, settings: dict[str, str]) -> AsyncIterator[Watched]:
    stores = list[CountingStore]()

    def counting(adapters: Adapters) -> Adapters:
        stores.append(CountingStore(adapters.frames))
        return replace(adapters, frames=stores[0])

    async with playground(tmp_path, settings=settings, adapt=counting) as play:
        await play.announce()
        await play.publish(LOOP)
        task = await play.start({"items": list(range(ITEMS))})
        await play.called(ITEMS)
        yield Watched(play, stores[0], task)


async def all_of(changes: AsyncIterator[Sequence[Change]]) -> list[Change]:
    return [change async for some in changes for change in some]


def ids(changes: Sequence[Change]) -> list[str]:
    """Which changes they are; each may be there once only."""
    found = sorted(change.id for change in changes)
    assert len(set(found)) == len(found)
    return found


def told_the_end(changes: Sequence[Change]) -> bool:
    return any(
        change.name == "task" and change.data["status"] == "finished"
        for change in changes
    )


async def test_a_task_is_read_once_for_all_who_watch_it(watched: Watched) -> None:
    before = watched.store.pages

    watchers = [asyncio.create_task(all_of(watched.changes())) for _ in range(WATCHERS)]
    await watched.finish()
    told = await asyncio.gather(*watchers)

    alone = await all_of(watched.changes())
    assert all(ids(changes) == ids(alone) for changes in told)
    # One look at first, then one after a save: not one for each watcher.
    assert watched.store.pages - before < WATCHERS
    assert len(alone) > 3 * ITEMS


async def test_each_watcher_has_its_own_place(watched: Watched) -> None:
    await watched.finish()
    await watched.play.ended(watched.task)
    told = await all_of(watched.changes())
    places = [None, told[0].id, told[len(told) // 2].id, told[-1].id]

    rests = await asyncio.gather(*(all_of(watched.changes(place)) for place in places))

    for place, rest in zip(places, rests, strict=True):
        after = [change.id for change in told].index(place) + 1 if place else 0
        assert rest == told[after:]


async def test_who_comes_late_is_told_what_the_log_has_lost(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOG_BYTES", 10 * task_feed.CHANGE_BYTES)
    first = asyncio.create_task(all_of(watched.changes()))
    await until(lambda: watched.store.pages > 0)

    late = [asyncio.create_task(all_of(watched.changes())) for _ in range(WATCHERS)]
    await watched.finish()
    told = await asyncio.gather(first, *late)

    monkeypatch.undo()
    expected = {change.id for change in await all_of(watched.changes())}
    for changes in told[1:]:
        # One that falls behind the short log is ended before.
        assert set(ids(changes)) <= expected
    assert watched.store.most_at_once <= watching.READS_AT_ONCE + 1


async def test_a_watcher_that_is_too_slow_is_ended_and_holds_nobody_up(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = watched.changes()
    begun = await anext(slow)
    monkeypatch.setattr(watching, "LOG_BYTES", 30 * task_feed.CHANGE_BYTES)

    quick = asyncio.create_task(all_of(watched.changes()))
    await watched.finish()
    await quick
    rest = await all_of(slow)

    assert begun
    assert not told_the_end(rest)


async def test_the_first_change_after_a_pause_is_told_at_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with aclosing(watched.changes()) as changes:
        await anext(changes)
        loop = asyncio.get_running_loop()
        quiet_from = loop.time() + task_feed.GATHER_SECONDS
        await until(lambda: loop.time() > quiet_from)
        # From now on who gathers would do so for a minute.
        monkeypatch.setattr(task_feed, "LOOK_EVERY_SECONDS", 60)

        began = loop.time()
        await watched.play.report(await watched.play.called(1), {})
        told = await anext(changes)

        assert told
        assert loop.time() - began < 10


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({**MANY, "max_task_watchers": "2"}, "MAX_TASK_WATCHERS"),
        ({**MANY, "max_watchers": "2"}, "MAX_WATCHERS"),
    ],
)
async def test_watchers_are_bounded(watched: Watched, setting: str) -> None:
    expect_place = watched.play.engine.tasks.expect_watcher_place
    watchers = [watched.changes() for _ in range(2)]
    for changes in watchers:
        await anext(changes)

    with pytest.raises(Unavailable, match=f"2 clients .*{setting}"):
        expect_place(watched.task)
    with pytest.raises(Unavailable, match=setting):
        await anext(watched.changes())

    for changes in watchers:
        await changes.aclose()
    expect_place(watched.task)


async def test_who_stops_while_reading_for_all_does_not_stop_the_others(
    watched: Watched,
) -> None:
    first = asyncio.create_task(all_of(watched.changes()))
    others = [asyncio.create_task(all_of(watched.changes())) for _ in range(3)]
    await until(lambda: watched.store.pages > 0)

    first.cancel()
    await watched.finish()
    told = await asyncio.gather(*others)

    assert all(told_the_end(changes) for changes in told)


async def test_changes_that_were_decided_long_ago_are_not_told_again(
    watched: Watched,
) -> None:
    deliver: Callable[[int], Any] = watched.play.called
    watcher = asyncio.create_task(all_of(watched.changes()))

    for number in range(1, ITEMS + 1):
        watched.play.clock.now += timedelta(seconds=2)
        await watched.play.report(await deliver(number), {})
    told = await watcher

    assert ids(told) == ids(await all_of(watched.changes()))


async def test_without_inner_changes_only_the_root_is_read(
    watched: Watched,
) -> None:
    before = watched.store.pages
    changes = watched.play.engine.tasks.changes(watched.task, None, inside=False)

    watcher = asyncio.create_task(all_of(changes))
    await watched.finish()
    told = await watcher

    progress = [change.data["items"] for change in told if "items" in change.data]
    assert watched.store.pages == before
    assert {change.data["path"] for change in told} == {watched.task}
    assert told[-1].data["status"] == "finished"
    # Twice a second at most: the results came in less than that.
    assert 0 < len(progress) < ITEMS
    assert progress[-1] == {"done": ITEMS, "total": ITEMS}
