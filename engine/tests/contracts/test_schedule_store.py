"""What every ScheduleStore promises."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.errors import Unknown
from engine.domain.schedule import Missed, Schedule, Wish
from engine.ports import ScheduleStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WISH = Wish(
    route="blur",
    cron="0 * * * *",
    timezone="Europe/Berlin",
    input={"$text": "ß", "list": [1, 2.5, None]},
    paused=False,
    missed=Missed.SKIP,
)


def schedule(id_: str, next_at: datetime | None = NOON) -> Schedule:
    return Schedule(id=id_, wish=WISH, created_at=NOON, next_at=next_at, revision=1)


async def test_a_schedule_is_kept_as_it_is(schedules: ScheduleStore) -> None:
    known = replace(schedule("a"), last_at=NOON, last_task="t", last_error="why")

    await schedules.add(known)

    assert await schedules.get("a") == known
    with pytest.raises(Unknown, match="no schedule “b”"):
        await schedules.get("b")


async def test_all_come_in_the_order_of_their_ids(schedules: ScheduleStore) -> None:
    for id_ in ("b", "c", "a"):
        await schedules.add(schedule(id_))

    assert [one.id for one in await schedules.all()] == ["a", "b", "c"]


async def test_those_whose_time_has_come_are_due_the_earliest_first(
    schedules: ScheduleStore,
) -> None:
    await schedules.add(schedule("later", NOON + SECOND))
    await schedules.add(schedule("paused", None))
    await schedules.add(schedule("now", NOON))
    await schedules.add(schedule("before", NOON - SECOND))

    due = await schedules.due(NOON, 9)

    assert [one.id for one in due] == ["before", "now"]
    assert [one.id for one in await schedules.due(NOON, 1)] == ["before"]


async def test_a_saved_schedule_has_the_next_revision(schedules: ScheduleStore) -> None:
    await schedules.add(schedule("a"))

    saved = await schedules.save(replace(schedule("a"), next_at=NOON + SECOND))

    assert saved == replace(schedule("a"), next_at=NOON + SECOND, revision=2)
    assert await schedules.get("a") == saved
    assert await schedules.due(NOON, 9) == []


async def test_of_two_who_save_one_is_told_that_it_was_late(
    schedules: ScheduleStore,
) -> None:
    await schedules.add(schedule("a"))
    changes = [replace(schedule("a"), last_task=task) for task in ("one", "two")]

    saved = await asyncio.gather(*map(schedules.save, changes))

    (won,) = [one for one in saved if one]
    assert await schedules.get("a") == won


async def test_a_pause_ends_what_is_due(schedules: ScheduleStore) -> None:
    await schedules.add(schedule("a"))

    await schedules.save(schedule("a", None))

    assert await schedules.due(NOON, 9) == []
    assert (await schedules.get("a")).next_at is None


async def test_a_removed_schedule_is_gone_and_is_not_saved(
    schedules: ScheduleStore,
) -> None:
    await schedules.add(schedule("a"))

    assert await schedules.remove("a") is True
    assert await schedules.remove("a") is False
    assert await schedules.save(schedule("a")) is None
    assert await schedules.all() == []
