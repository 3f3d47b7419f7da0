"""A schedule starts tasks of a person: only as long as that one may start them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from documents import SERIES
from engine.domain.access.people import Person
from engine.domain.access.roles import MAIN, Role
from engine.domain.schedule import Missed, Schedule, Wish
from playground import HandClock, Playground, playground

WISH = Wish(
    route="tried",
    cron="* * * * *",
    timezone="UTC",
    input={},
    paused=False,
    missed=Missed.ONCE,
)


def person(name: str) -> Person:
    roles = {MAIN: Role.OWNER}
    at = HandClock().now
    return Person(id=name, name=name, password="", created_at=at, roles=roles)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, settings={"auth": "accounts"}) as play:
        for name in ("ada", "bob"):
            await play.adapters.people.add(person(name))
        await play.announce()
        await play.publish(SERIES)
        await play.engine.schedules.add(WISH, "ada")
        yield play


async def a_minute_later(play: Playground) -> Schedule:
    play.clock.now += timedelta(minutes=1, seconds=1)
    await play.engine.schedules.start_due()
    (schedule,) = await play.engine.schedules.list()
    return schedule


async def changed(play: Playground, name: str, **fields: Any) -> None:
    known = await play.adapters.people.find(name)
    assert known is not None
    assert await play.adapters.people.save(replace(known, **fields))


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"roles": {"art": Role.OWNER}}],
    ids=["locked", "removed"],
)
async def test_who_may_start_nothing_any_more_does_not_go_on_by_a_schedule(
    play: Playground, fields: dict[str, Any]
) -> None:
    before = await a_minute_later(play)
    await changed(play, "ada", **fields)

    after = await a_minute_later(play)

    assert (before.last_error, after.last_task) == (None, before.last_task)
    assert before.last_task is not None
    assert "may not run anything in the space “main” any more" in str(after.last_error)

    # And does again, when they may.
    await changed(play, "ada", is_active=True, roles={MAIN: Role.READER})
    again = await a_minute_later(play)
    assert (again.last_error, again.last_task != before.last_task) == (None, True)


async def test_a_schedule_of_somebody_who_is_gone_starts_nothing(
    play: Playground,
) -> None:
    await play.adapters.people.remove("ada")

    schedule = await a_minute_later(play)

    assert schedule.last_task is None
    assert "whoever changes the schedule" in str(schedule.last_error)


async def test_tasks_of_a_schedule_are_those_of_who_changed_it_last(
    play: Playground,
) -> None:
    (kept,) = await play.engine.schedules.list()
    await changed(play, "ada", is_active=False)

    await play.engine.schedules.change(kept.id, replace(WISH, input={"n": 2}), "bob")
    schedule = await a_minute_later(play)

    assert (schedule.owner, schedule.last_error) == ("bob", None)
    assert schedule.last_task is not None
    assert (await play.engine.tasks.place(schedule.last_task)).owner == "bob"
