"""What ends is counted, by all replicas together, for some days."""

from datetime import timedelta
from typing import Any

import pytest
from documents import SERIES
from engine.domain.errors import Unavailable
from engine.domain.frame import FramePath
from engine.domain.statistics import Kind
from engine.usecases.statistics import Statistics
from playground import Playground

from .conftest import EMBEDDED

SECOND = timedelta(seconds=1)


async def run(play: Playground, number: int, failing: bool = False) -> None:
    """A task that takes two seconds."""
    await play.start()
    delivery = await play.called(number)
    play.clock.now += 2 * SECOND
    if failing:
        callback = await play.engine.callbacks.attempt(delivery.query["task_id"])
        await play.engine.callbacks.fail(callback, "no paper", retryable=False)
    else:
        await play.report(delivery, {})


async def test_what_ended_is_told_at_once_and_after_it_was_stored(
    play: Playground,
) -> None:
    await play.announce()
    await play.publish(SERIES)
    await run(play, 1)
    await run(play, 2, failing=True)

    at_once = await play.engine.statistics.shown()
    await play.engine.statistics.flush()
    stored = await play.engine.statistics.shown()

    assert at_once == stored
    route = stored["by_route"]["tried"]
    assert (route["calls"], route["failed"]) == (2, 1)
    assert route["p50"] == pytest.approx(2, rel=0.125)
    assert stored["by_service"]["work"]["calls"] == 2
    [failure] = stored["failures"]
    assert (failure["route"], failure["node"]) == ("tried", "first")
    assert (await play.engine.statistics.usual_by_node("tried")).keys() == {"first"}


@EMBEDDED
async def test_old_days_do_not_count(play: Playground) -> None:
    await play.announce()
    await play.publish(SERIES)
    await run(play, 1)
    await play.engine.statistics.flush()

    play.clock.now += timedelta(days=8)
    shown = await play.engine.statistics.shown()
    await play.engine.statistics.forget()
    play.clock.now -= timedelta(days=8)
    forgotten = await play.engine.statistics.shown()

    assert shown["by_route"] == forgotten["by_route"] == {}


@EMBEDDED
async def test_what_cannot_be_stored_now_is_stored_later(
    play: Playground, monkeypatch: Any
) -> None:
    await play.announce()
    await play.publish(SERIES)
    await run(play, 1)

    async def away(_: Any) -> None:
        raise Unavailable("the store", "it is away")

    with monkeypatch.context() as patch:
        patch.setattr(play.adapters.tallies, "add", away)
        with pytest.raises(Unavailable):
            await play.engine.statistics.flush()
    await play.engine.statistics.flush()
    await play.engine.statistics.flush()

    shown = await play.engine.statistics.shown()
    assert shown["by_route"]["tried"]["calls"] == 1


@EMBEDDED
async def test_names_that_come_late_are_not_in_the_figures_of_a_process(
    play: Playground,
) -> None:
    await play.announce()
    await play.publish(SERIES)
    task = await play.start()
    await play.report(await play.called(1), {})
    await play.ended(task)
    counting = Statistics(
        store=play.adapters.tallies,
        pipelines=play.engine.pipelines,
        clock=play.clock,
        max_names=1,
    )

    # The frame adds to its route, its nodes and its service.
    counting.saved(None, await play.adapters.frames.get(FramePath(task)))
    await counting.flush()

    assert counting.since_start() == {(Kind.ROUTE, "tried"): {"calls": 1}}
