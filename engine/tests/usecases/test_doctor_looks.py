"""What `marketplace doctor` says of services that wait, of clocks, and of room."""

from datetime import UTC, datetime, timedelta

import pytest
from engine.adapters.upkeep.clocks import clock
from engine.adapters.upkeep.findings import Level
from engine.adapters.upkeep.room import MIB, room
from engine.cli.running_engine import figures_in, waiting

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

METRICS = """\
# TYPE marketplace_service_instances gauge
marketplace_service_instances{service="blur"} %d
# TYPE marketplace_waiting_runs gauge
marketplace_waiting_runs{service="blur"} %d
# TYPE marketplace_oldest_waiting_seconds gauge
marketplace_oldest_waiting_seconds{service="blur"} %d
"""


@pytest.mark.parametrize(
    ("there", "level", "words"),
    [
        (NOON + SECOND / 2, Level.GOOD, "agrees"),
        # The answer took a second: nothing within it can be told from being right.
        (NOON + 2.9 * SECOND, Level.GOOD, "agrees"),
        (NOON + 6 * SECOND, Level.WEAK, "5.0 s ahead of"),
        (NOON - 6 * SECOND, Level.WEAK, "6.0 s behind"),
        (NOON - 90 * SECOND, Level.WRONG, "90.0 s behind"),
    ],
    ids=["within", "slow answer", "ahead", "behind", "far behind"],
)
def test_a_clock_is_compared_as_exactly_as_the_answer_allows(
    there: datetime, level: Level, words: str
) -> None:
    found = clock("MongoDB", there, asked_at=NOON, answered_at=NOON + SECOND)

    assert found.level is level
    assert words in found.text
    assert bool(found.remedy) == (level is not Level.GOOD)


def test_a_disk_that_is_almost_full_is_told() -> None:
    assert room("here", free=15 * MIB).level is Level.WRONG
    assert room("here", free=1023 * MIB).level is Level.WEAK
    assert room("here", free=1024 * MIB).level is Level.GOOD


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((0, 3, 1), "3 runs wait for “blur”, which no service announces"),
        ((1, 3, 1200), "3 runs wait for “blur”, the first for 20 minutes"),
        ((1, 3, 299), "no task waits for a service that is not there"),
        ((0, 0, 0), "no task waits for a service that is not there"),
    ],
    ids=["not there", "not keeping up", "working", "not asked for"],
)
def test_services_that_tasks_wait_for_are_told(
    figures: tuple[int, int, int], words: str
) -> None:
    (found,) = waiting(figures_in(METRICS % figures))

    assert found.text == words
