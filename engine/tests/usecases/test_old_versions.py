"""Versions of pipelines are kept as long as a task of theirs may exist."""

from documents import end, service, starting_with
from playground import Playground

FIRST = starting_with(service("first", "done"), end("done"))
SECOND = starting_with(service("second", "done"), end("done"))


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
