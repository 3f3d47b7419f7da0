"""A person, and a space, may take so much of an engine, and it costs little to ask."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import Limits, Subject, Whose
from engine.domain.access.people import Person
from engine.domain.access.roles import MAIN, Role
from engine.domain.errors import Unavailable
from engine.domain.task_lists import TaskUsage
from engine.usecases.access.account import CHECKED_SECONDS, FRESH_SECONDS, Account
from engine.usecases.access.allowances import Allowances
from engine.usecases.meter import Meter
from playground import HandClock, Playground, playground

NO_LIMIT = Limits()
ADA = Person(
    id="ada",
    name="ada",
    password="",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    roles={MAIN: Role.READER},
)


class Store:
    """Says how much there is, and counts how often it is asked."""

    def __init__(self) -> None:
        self.person = TaskUsage(0, 0)
        self.space = TaskUsage(0, 0)
        self.asked: list[str] = []
        self.is_away = False

    async def usage_of(self, owner: str) -> TaskUsage:
        self.asked.append(owner)
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable("the store", "it is away")
        return self.person

    async def usage_in(self, space: str) -> TaskUsage:
        self.asked.append(space)
        return self.space


class Asked:
    """Limits under test."""

    def __init__(self, person: Limits = NO_LIMIT, space: Limits = NO_LIMIT) -> None:
        self.store = Store()
        self.clock = HandClock()
        self.meter = Meter()
        unused: Any = None
        store: Any = self.store
        self.allowances = Allowances(
            store=store,
            starts=unused,
            alone=True,
            limits={Whose.PERSON: person, Whose.SPACE: space},
            max_starting=2,
            meter=self.meter,
            clock=self.clock,
        )

    async def start(self, times: int = 1, person: str = "ada") -> None:
        for _ in range(times):
            await self.allowances.take(person, "main")

    async def refused(self, person: str = "ada") -> OverLimit:
        with pytest.raises(OverLimit) as raised:
            await self.start(person=person)
        return raised.value


async def test_so_many_tasks_may_run_those_that_were_just_started_too() -> None:
    asked = Asked(Limits(running=5))
    asked.store.person = TaskUsage(3, 0)
    await asked.start(2)

    error = await asked.refused()

    assert (error.now, error.most, error.setting) == (5, 5, "MAX_PERSON_RUNNING")
    await asked.start(person="bob", times=2)


async def test_who_is_refused_may_start_soon_after_some_have_ended() -> None:
    asked = Asked(Limits(running=5))
    asked.store.person = TaskUsage(5, 0)
    await asked.refused()
    asked.store.person = TaskUsage(4, 0)

    asked.clock.now += timedelta(seconds=CHECKED_SECONDS)

    await asked.start()
    await asked.refused()


async def test_the_store_is_asked_now_and_then_only() -> None:
    asked = Asked(Limits(running=100), Limits(bytes=100))
    await asyncio.gather(*(asked.start() for _ in range(20)))
    assert sorted(asked.store.asked) == ["ada", "main"]

    asked.store.asked.clear()
    await asyncio.gather(*(asked.start() for _ in range(20)))
    assert asked.store.asked == []

    asked.clock.now += timedelta(seconds=FRESH_SECONDS)
    await asyncio.gather(*(asked.start() for _ in range(20)))
    assert sorted(asked.store.asked) == ["ada", "main"]


async def test_where_nothing_is_limited_the_store_is_never_asked() -> None:
    asked = Asked(NO_LIMIT, Limits(starts=10))

    await asked.start(10)

    assert asked.store.asked == []


async def test_many_at_once_get_no_more_than_one_after_the_other() -> None:
    asked = Asked(Limits(running=5))
    asked.store.person = TaskUsage(3, 0)

    # As after a restart: nothing is known here.
    first = await asyncio.gather(
        *(asked.start() for _ in range(20)), return_exceptions=True
    )
    asked.store.person = TaskUsage(3, 0)
    asked.clock.now += timedelta(seconds=FRESH_SECONDS)
    later = await asyncio.gather(
        *(asked.start() for _ in range(20)), return_exceptions=True
    )

    assert [first.count(None), later.count(None)] == [2, 2]


async def test_what_was_counted_wrong_is_mended_by_what_is_stored() -> None:
    asked = Asked(Limits(running=5))
    await asked.start(5)
    await asked.refused()

    # Their requests were wrong: no task has begun.
    asked.clock.now += timedelta(seconds=FRESH_SECONDS)

    await asked.start(5)
    await asked.refused()


async def test_a_store_that_is_away_lets_nobody_pass_for_it() -> None:
    asked = Asked(Limits(running=5))
    asked.store.is_away = True

    for _ in range(2):
        with pytest.raises(Unavailable):
            await asked.start()

    asked.store.is_away = False
    await asked.start(5)
    await asked.refused()


async def test_somebody_over_a_limit_does_not_make_it_ask_each_time() -> None:
    asked = Asked(Limits(running=1))
    asked.store.person = TaskUsage(1, 0)
    for _ in range(50):
        await asked.refused()

    assert len(asked.store.asked) == 1


async def test_bytes_that_are_kept_are_limited() -> None:
    asked = Asked(Limits(bytes=1_000))
    asked.store.person = TaskUsage(0, 999)
    await asked.start()

    asked.store.person = TaskUsage(0, 1_000)
    asked.clock.now += timedelta(seconds=FRESH_SECONDS)
    error = await asked.refused()

    assert (error.setting, error.now, error.seconds) == ("MAX_PERSON_BYTES", 1_000, 60)


async def test_so_many_may_be_started_in_a_minute() -> None:
    asked = Asked(Limits(starts=60))
    await asked.start(60)

    error = await asked.refused()
    asked.clock.now += timedelta(seconds=1)
    await asked.start()
    await asked.refused()

    assert (error.seconds, error.setting) == (1, "MAX_PERSON_STARTS")
    asked.clock.now += timedelta(hours=2)
    await asked.start(60)
    await asked.refused()
    # The clock is set back.
    asked.clock.now -= timedelta(hours=2)
    await asked.refused()
    asked.clock.now += timedelta(seconds=2)
    await asked.start(2)


async def test_a_space_has_limits_of_its_own_and_refuses_at_no_cost() -> None:
    asked = Asked(Limits(starts=10), Limits(starts=6))
    await asked.start(6)

    errors = [await asked.refused(), await asked.refused("bob")]

    assert [(one.subject.id, one.setting) for one in errors] == [
        ("main", "MAX_SPACE_STARTS")
    ] * 2
    asked.clock.now += timedelta(minutes=1)
    # The person has all of theirs again, and lost none by what the space refused.
    await asked.start(6)


async def test_refusals_are_counted_by_the_setting_that_was_the_limit() -> None:
    asked = Asked(Limits(starts=10), Limits(starts=3))
    before = dict(asked.meter.refused)
    await asked.start(3)

    await asked.refused()
    await asked.refused("bob")

    refused = {name: count for name, count in asked.meter.refused.items() if count}
    assert refused == {"MAX_SPACE_STARTS": 2}
    # Each is there from the start, and none is named by a person.
    assert set(before) == {
        *(f"MAX_{whose}_RUNNING" for whose in ("PERSON", "SPACE")),
        *(f"MAX_{whose}_STARTS" for whose in ("PERSON", "SPACE")),
        *(f"MAX_{whose}_BYTES" for whose in ("PERSON", "SPACE")),
        "MAX_STARTS",
    }


async def test_what_was_not_started_for_long_is_no_more_than_a_minute() -> None:
    asked = Asked(Limits(starts=3))
    for _ in range(4):
        await asked.start(3)
        await asked.refused()

        asked.clock.now += timedelta(minutes=10)


async def test_starts_that_are_spread_over_time_are_never_refused() -> None:
    asked = Asked(Limits(starts=60))

    for _ in range(300):
        asked.clock.now += timedelta(seconds=1.01)
        await asked.start()


async def test_reading_of_very_many_tasks_takes_a_part_of_the_time() -> None:
    subject = Subject(Whose.PERSON, "ada")
    account = Account(subject, Limits(bytes=100), alone=True, now=0.0)

    account.read(TaskUsage(0, 1), started=0, seconds=2.0, now=0.0)

    assert not account.wants_reading(39.0)
    assert account.wants_reading(40.0)


async def test_without_accounts_nothing_is_limited() -> None:
    asked = Asked(Limits(running=1, starts=1, bytes=1))

    await asked.start(10, person="")

    assert asked.store.asked == []


async def test_nobody_takes_the_places_of_all_with_bodies_that_do_not_come() -> None:
    asked = Asked()
    allowances = asked.allowances
    for person in ("ada", "ada", "bob"):
        allowances.begin(person)

    with pytest.raises(Unavailable, match="MAX_STARTS"):
        allowances.begin("ada")

    allowances.end("ada")
    allowances.begin("ada")
    for person in ("ada", "ada", "bob"):
        allowances.end(person)
    assert asked.meter.refused["MAX_STARTS"] == 1


async def test_a_schedule_starts_no_task_of_somebody_who_is_over_a_limit(
    tmp_path: Any,
) -> None:
    settings = {"auth": "accounts", "max_person_starts": "1"}
    async with playground(tmp_path, settings=settings) as play:
        await play.adapters.people.add(ADA)
        await _schedule(play)
        for _ in range(2):
            play.clock.now += timedelta(minutes=1, seconds=1)
            await play.engine.schedules.start_due()
            play.clock.now -= timedelta(seconds=61)
        (schedule,) = await play.engine.schedules.list()

    assert schedule.last_task is not None


async def _schedule(play: Playground) -> None:
    from documents import SERIES
    from engine.domain.schedule import Missed, Wish

    await play.announce()
    await play.publish(SERIES)
    wish = Wish(
        route="tried",
        cron="* * * * *",
        timezone="UTC",
        input={},
        paused=False,
        missed=Missed.ONCE,
    )
    await play.engine.schedules.add(wish, "ada")
