"""Each time of a schedule starts one task, whatever happens in between."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from documents import end, entry, pipeline
from engine.domain.errors import InvalidInput, NoRoom, Unavailable, Unknown
from engine.domain.schedule import Missed, Schedule, Wish
from engine.domain.task_lists import TaskFilter
from playground import Disturbed, HandClock, Playground, playground

EIGHT = datetime(2026, 1, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOCUMENT = pipeline(entry("end", id_="e", route="report", body={"name": "x"}), end())
WISH = Wish(
    route="report",
    cron="0 * * * *",
    timezone="UTC",
    input={"name": "Ada"},
    paused=False,
    missed=Missed.ONCE,
)


@pytest.fixture
async def kept(play: Playground) -> Schedule:
    """A schedule that is due each hour; it is a quarter past seven."""
    play.clock.now = EIGHT - timedelta(minutes=45)
    await play.publish(DOCUMENT)
    return await play.engine.schedules.add(WISH)


async def tasks_of(play: Playground) -> list[Any]:
    tasks, _ = await play.engine.tasks.list(TaskFilter(route="report"), None, 50)
    return tasks


async def at(play: Playground, now: datetime) -> None:
    """Let it be that time, and all that is due be started."""
    play.clock.now = now
    await play.engine.schedules.start_due()


async def test_nothing_starts_before_its_time(play: Playground, kept: Schedule) -> None:
    await at(play, EIGHT - timedelta(seconds=1))

    assert kept.next_at == EIGHT
    assert await tasks_of(play) == []


async def test_a_task_starts_at_its_time_with_its_input(
    play: Playground, kept: Schedule
) -> None:
    await at(play, EIGHT)

    (task,) = await tasks_of(play)
    now = await play.engine.schedules.get(kept.id)
    assert (now.last_task, now.last_at, now.last_error) == (task["id"], EIGHT, None)
    assert now.next_at == EIGHT + HOUR
    assert await play.engine.tasks.outputs(task["id"]) == {"name": "Ada"}


async def test_each_time_has_a_task_of_its_own(
    play: Playground, kept: Schedule
) -> None:
    for hours in range(3):
        await at(play, EIGHT + hours * HOUR)

    assert len(await tasks_of(play)) == 3


async def test_however_many_see_to_it_a_time_has_one_task(
    play: Playground, kept: Schedule
) -> None:
    play.clock.now = EIGHT

    rounds = [play.engine.schedules.start_due() for _ in range(9)]
    await asyncio.gather(*rounds)

    assert len(await tasks_of(play)) == 1


async def test_who_was_killed_before_the_next_time_was_saved_starts_no_second_task(
    play: Playground, kept: Schedule
) -> None:
    await at(play, EIGHT)
    started = await play.engine.schedules.get(kept.id)
    store = play.adapters.schedules
    # As it was when the task had been started, and nothing been noted of it.
    await store.save(replace(kept, revision=started.revision))

    await at(play, EIGHT + timedelta(seconds=30))

    (task,) = await tasks_of(play)
    now = await play.engine.schedules.get(kept.id)
    assert (now.last_task, now.next_at) == (task["id"], EIGHT + HOUR)


async def test_missed_times_are_made_up_for_with_one_task(
    play: Playground, kept: Schedule
) -> None:
    await at(play, EIGHT + 30 * HOUR + timedelta(minutes=5))

    assert len(await tasks_of(play)) == 1
    now = await play.engine.schedules.get(kept.id)
    assert now.next_at == EIGHT + 31 * HOUR


async def test_missed_times_are_skipped_if_that_is_wanted(
    play: Playground, kept: Schedule
) -> None:
    await play.engine.schedules.change(kept.id, replace(WISH, missed=Missed.SKIP))

    await at(play, EIGHT + timedelta(minutes=2))
    assert await tasks_of(play) == []

    await at(play, EIGHT + HOUR + timedelta(seconds=59))
    assert len(await tasks_of(play)) == 1


async def test_a_paused_schedule_starts_nothing_and_goes_on_when_resumed(
    play: Playground, kept: Schedule
) -> None:
    paused = await play.engine.schedules.change(kept.id, replace(WISH, paused=True))
    await at(play, EIGHT + 3 * HOUR)
    assert (paused.next_at, await tasks_of(play)) == (None, [])

    resumed = await play.engine.schedules.change(kept.id, WISH)

    assert resumed.next_at == EIGHT + 4 * HOUR
    assert await tasks_of(play) == []


async def test_a_route_that_is_gone_is_told_by_the_schedule(
    play: Playground, kept: Schedule
) -> None:
    await play.engine.pipelines.remove("report")

    await at(play, EIGHT)

    now = await play.engine.schedules.get(kept.id)
    assert now.last_error == "there is no route “report”"
    assert (now.last_task, now.next_at) == (None, EIGHT + HOUR)

    await play.publish(DOCUMENT)
    await at(play, EIGHT + HOUR)
    assert (await play.engine.schedules.get(kept.id)).last_error is None


async def test_a_route_that_takes_something_else_now_is_told_too(
    play: Playground, kept: Schedule
) -> None:
    other = pipeline(entry("end", id_="e", route="report", body="image"), end())
    await play.publish(other)

    await at(play, EIGHT)

    now = await play.engine.schedules.get(kept.id)
    assert now.last_error and "image" in now.last_error
    assert await tasks_of(play) == []


async def test_a_time_zone_that_is_gone_ends_the_schedule_with_words(
    play: Playground, kept: Schedule
) -> None:
    elsewhere = replace(WISH, timezone="Europe/Atlantis")
    await play.adapters.schedules.save(replace(kept, wish=elsewhere))

    await at(play, EIGHT)

    now = await play.engine.schedules.get(kept.id)
    assert now.last_error == "timezone: is no time zone"
    assert (now.next_at, await tasks_of(play)) == (None, [])


async def test_a_removed_schedule_starts_nothing(
    play: Playground, kept: Schedule
) -> None:
    await play.engine.schedules.remove(kept.id)

    await at(play, EIGHT)

    assert await tasks_of(play) == []
    with pytest.raises(Unknown):
        await play.engine.schedules.remove(kept.id)


WRONG = [
    ({"route": "absent"}, "route"),
    ({"cron": "* * * *"}, "cron"),
    ({"cron": "* * * * * *"}, "cron"),
    ({"timezone": "Europe/Nowhere"}, "timezone"),
    ({"timezone": "../UTC"}, "timezone"),
    ({"timezone": "America"}, "timezone"),
    ({"input": {"name": 1}}, "input.name"),
    ({"input": {}}, "input.name"),
    ({"input": {"name": "x" * 20_000}}, "input"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
async def test_what_cannot_work_is_refused_with_its_field(
    play: Playground, kept: Schedule, changes: Any, field: str
) -> None:
    for ask in (
        play.engine.schedules.add(replace(WISH, **changes)),
        play.engine.schedules.change(kept.id, replace(WISH, **changes)),
    ):
        with pytest.raises(InvalidInput) as caught:
            await ask
        assert caught.value.faults[0].field == field

    assert await play.engine.schedules.list() == [kept]


async def test_their_number_is_bounded(tmp_path: Any) -> None:
    settings = {"max_schedules": "2"}
    async with playground(tmp_path, settings=settings) as play:
        await play.publish(DOCUMENT)
        first, second = [await play.engine.schedules.add(WISH) for _ in range(2)]

        with pytest.raises(NoRoom, match="MAX_SCHEDULES"):
            await play.engine.schedules.add(WISH)

        assert {one.id for one in await play.engine.schedules.list()} == {
            first.id,
            second.id,
        }


class Away(Disturbed):
    """A store that is away when what became of a time is saved."""

    away = True

    async def save(self, schedule: Schedule) -> Schedule | None:
        if self.away:
            raise Unavailable("the store", "the test says so")
        saved: Schedule | None = await self.adapter.save(schedule)
        return saved


async def test_a_store_that_is_away_costs_time_and_no_task(tmp_path: Any) -> None:
    def adapt(adapters: Any) -> Any:
        return replace(adapters, schedules=Away(adapters.schedules))

    clock = HandClock(EIGHT - timedelta(minutes=1))
    async with playground(tmp_path, adapt=adapt, clock=clock) as play:
        await play.publish(DOCUMENT)
        kept = await play.engine.schedules.add(WISH)
        await at(play, EIGHT)
        assert (await play.engine.schedules.get(kept.id)).next_at == EIGHT

        play.adapters.schedules.away = False  # type: ignore[attr-defined] # Away
        await at(play, EIGHT + timedelta(seconds=3))

        assert len(await tasks_of(play)) == 1
        assert (await play.engine.schedules.get(kept.id)).next_at == EIGHT + HOUR
