"""When schedules are due, also where clocks are set forward and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from engine.domain.schedule import BadCron, Missed, Schedule, Wish, next_time

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def times(cron: str, after: datetime, count: int) -> list[str]:
    """The next times, as clocks in Berlin show them."""
    found = []
    for _ in range(count):
        after = next_time(cron, BERLIN, after)
        found.append(after.astimezone(BERLIN).strftime("%d. %H:%M %z"))
    return found


def berlin(*instant: int) -> datetime:
    return datetime(*instant, tzinfo=BERLIN)  # type: ignore[misc, arg-type] # ints


def test_a_time_that_is_left_out_in_spring_comes_after_the_gap() -> None:
    found = times("30 2 * * *", berlin(2026, 3, 28, 0), 3)

    assert found == ["28. 02:30 +0100", "29. 03:00 +0200", "30. 02:30 +0200"]


def test_a_time_that_is_repeated_in_autumn_comes_once() -> None:
    found = times("30 2 * * *", berlin(2026, 10, 24, 0), 3)

    assert found == ["24. 02:30 +0200", "25. 02:30 +0200", "26. 02:30 +0100"]


def test_in_the_repeated_hour_what_comes_each_hour_comes_twice() -> None:
    found = times("0 * * * *", berlin(2026, 10, 25, 1), 3)

    assert found == ["25. 02:00 +0200", "25. 02:00 +0100", "25. 03:00 +0100"]


def test_a_fixed_hour_of_a_zone_moves_in_utc() -> None:
    winter = next_time("0 9 * * *", BERLIN, datetime(2026, 1, 1, tzinfo=UTC))
    summer = next_time("0 9 * * *", BERLIN, datetime(2026, 7, 1, tzinfo=UTC))

    assert (winter.hour, summer.hour) == (8, 7)


@pytest.mark.parametrize("minute", range(0, 180, 7))
def test_the_next_time_is_always_later(minute: int) -> None:
    for day in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        after = day + timedelta(minutes=minute, seconds=1)
        for cron in ("30 2 * * *", "*/20 2 * * *", "0 * * * *", "0 3 * * *"):
            assert next_time(cron, BERLIN, after) > after


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("", "0 fields"),
        ("* * * *", "4 fields"),
        ("* * * * * *", "6 fields"),
        ("60 * * * *", "bad minute"),
        ("0 0 30 2 *", "bad day-of-month"),
        ("a b c d e", "bad minute"),
        ("@daily", "1 fields"),
        ("0,1,2,3,4,5,6,7,8,9 " * 5 + "0" * 200, "more than 200"),
    ],
)
def test_what_is_no_cron_expression_is_refused(cron: str, words: str) -> None:
    with pytest.raises(BadCron, match=words):
        next_time(cron, UTC, NOON)


def test_an_expression_without_a_time_to_come_is_refused() -> None:
    with pytest.raises(BadCron, match="no time to come"):
        next_time("0 0 29 2 *", UTC, datetime(9999, 12, 31, tzinfo=UTC))


def schedule(**changes: object) -> Schedule:
    wish = Wish(
        route="r",
        cron="0 * * * *",
        timezone="UTC",
        input={},
        paused=False,
        missed=Missed.ONCE,
    )
    given = {"id": "i", "wish": wish, "created_at": NOON, "next_at": NOON, **changes}
    return Schedule(**given)  # type: ignore[arg-type] # tests name the fields


def test_its_json_says_everything() -> None:
    known = schedule(
        next_at=None, last_at=NOON, last_task="t", last_error="e", revision=7
    )

    assert Schedule.from_json(known.to_json(), 7) == known


def test_a_time_that_is_due_stays_when_the_input_changes() -> None:
    known = schedule()
    later = NOON + timedelta(hours=1)
    changed = Wish(**{**wish_of(known), "input": {"a": 1}})  # type: ignore[arg-type]

    assert known.changed(changed, later).next_at == NOON


def test_other_times_take_the_place_of_one_that_is_due() -> None:
    known = schedule()
    later = NOON + timedelta(hours=1)
    changed = Wish(**{**wish_of(known), "cron": "0 1 * * *"})  # type: ignore[arg-type]

    assert known.changed(changed, later).next_at == later


def test_a_paused_schedule_has_no_next_time() -> None:
    known = schedule()
    paused = Wish(**{**wish_of(known), "paused": True})  # type: ignore[arg-type]

    assert known.changed(paused, None).next_at is None


def wish_of(known: Schedule) -> dict[str, object]:
    wish = known.wish
    return {name: getattr(wish, name) for name in Wish.__dataclass_fields__}


@pytest.mark.parametrize(("seconds", "missed"), [(60, False), (61, True)])
def test_a_time_is_missed_after_a_minute(seconds: int, missed: bool) -> None:
    assert schedule().was_missed(NOON + timedelta(seconds=seconds)) is missed
