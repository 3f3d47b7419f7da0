"""Who guesses waits longer each time; who mistypes does not wait."""

from datetime import UTC, datetime, timedelta

from engine.domain.access.guessing import (
    FREE_FAILURES_OF_ACCOUNT,
    LONGEST_DELAY,
    Failures,
    failed,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FREE = FREE_FAILURES_OF_ACCOUNT


def wait(count: int, seconds: int = 0) -> timedelta:
    return Failures(count, NOON).wait(NOON + seconds * SECOND, FREE)


def test_some_failures_are_free() -> None:
    assert wait(FREE - 1) == timedelta()


def test_each_further_one_doubles_the_wait_up_to_the_longest() -> None:
    waits = [wait(FREE + more) for more in range(12)]

    assert waits[:4] == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits == sorted(waits)
    assert wait(10**9) == LONGEST_DELAY


def test_the_wait_passes() -> None:
    assert wait(FREE + 2, 3) == SECOND
    assert wait(FREE + 2, 5) == timedelta()


def test_failures_of_yesterday_are_forgotten() -> None:
    once = failed(None, NOON)

    assert failed(once, NOON + SECOND).count == 2
    assert failed(once, NOON + timedelta(hours=25)).count == 1
