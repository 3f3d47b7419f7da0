"""Versions of pipelines are kept for people, and as long as they may have a task."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from documents import end, service, starting_with
from engine.ports import Version
from playground import Playground, playground

FIRST = starting_with(service("first", "done"), end("done"))
SECOND = starting_with(service("second", "done"), end("done"))


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, settings={"kept_versions": "0"}) as play:
        yield play


async def versions(play: Playground) -> int:
    """How many versions are kept that are not current."""
    return len(await play.adapters.pipelines.replaced(None, 100))


async def test_a_version_without_tasks_goes_at_the_round_after_the_next(
    play: Playground,
) -> None:
    await play.publish(FIRST)
    await play.publish(SECOND)

    await play.engine.old_versions.sweep()
    before = await versions(play)
    await play.engine.old_versions.sweep()

    assert (before, await versions(play)) == (1, 0)


async def test_a_version_stays_while_it_has_a_task(play: Playground) -> None:
    await play.announce()
    await play.publish(FIRST)
    task = await play.start()
    await play.publish(SECOND)
    for _ in range(3):
        await play.engine.old_versions.sweep()

    await play.report(await play.called(1), {"a": 1})
    assert (await play.ended(task))["status"] == "finished"
    assert await versions(play) == 1

    await play.engine.tasks.erase(task)
    await play.engine.old_versions.sweep()
    assert await versions(play) == 0


async def test_a_version_that_was_current_meanwhile_stays_for_a_round_more(
    play: Playground,
) -> None:
    await play.publish(FIRST)
    await play.publish(SECOND)
    await play.engine.old_versions.sweep()
    await play.publish(FIRST)
    await play.engine.old_versions.sweep()

    await play.publish(SECOND)
    await play.engine.old_versions.sweep()

    assert await versions(play) == 1


async def test_the_versions_of_a_removed_route_go_too(play: Playground) -> None:
    await play.publish(FIRST)
    await play.engine.pipelines.remove("tried")

    for _ in range(2):
        await play.engine.old_versions.sweep()

    assert await versions(play) == 0


def numbered(n: int) -> dict[str, object]:
    return starting_with(service(f"s{n}", "done"), end("done"))


async def test_the_versions_published_last_are_kept(tmp_path: Path) -> None:
    async with playground(tmp_path, settings={"kept_versions": "2"}) as play:
        published = []
        for n in range(5):
            published.append(await play.engine.pipelines.publish(numbered(n)))
            play.clock.now += timedelta(minutes=1)

        for _ in range(2):
            await play.engine.old_versions.sweep()

        page, _ = await play.engine.versions.page("tried", None, 99)
        newest = [one.published.pipeline.version for one in published[2:]]
        assert [row.version for row in page] == newest[::-1]


async def test_a_version_that_was_never_published_goes_with_its_last_task(
    tmp_path: Path,
) -> None:
    async with playground(tmp_path) as play:
        await play.publish(FIRST)
        kept, _ = await play.engine.versions.keep("tried", SECOND)
        task = await play.start(version=kept.name.version)
        for _ in range(3):
            await play.engine.old_versions.sweep()
        used = await versions(play)

        await play.engine.tasks.erase(task)
        await play.engine.old_versions.sweep()

        assert (used, await versions(play)) == (1, 0)


async def test_a_version_that_is_erased_while_its_task_begins_is_put_back(
    play: Playground,
) -> None:
    await play.announce()
    await play.publish(FIRST)
    kept, _ = await play.engine.versions.keep("tried", SECOND)
    draft = await play.engine.tasks.draft("tried", version=kept.name.version)
    await play.engine.versions.remove(kept.name)

    await play.engine.tasks.start(draft, {})

    assert await play.engine.versions.get(kept.name) == kept
    await play.report(await play.called(1), {"a": 1})
    assert (await play.ended(draft.task))["status"] == "finished"


async def test_a_version_with_a_task_is_not_erased(play: Playground) -> None:
    kept, _ = await play.engine.versions.keep("tried", FIRST)
    await play.start(version=kept.name.version)

    erased = await play.engine.versions.erased(Version(*kept.name))

    assert not erased
