"""Who guesses waits longer each time; who mistypes does not wait."""

from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.access.guessing import (
    FREE_FAILURES_OF_ACCOUNT,
    LONGEST_DELAY,
    Failures,
    failed,
    site_of,
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


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:ffff::9", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket that is a file", "a socket that is a file"),
    ],
)
def test_addresses_of_one_network_are_those_of_one(address: str, site: str) -> None:
    assert site_of(address) == site
