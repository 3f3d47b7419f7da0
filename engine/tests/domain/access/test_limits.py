"""What is said when a limit is reached."""

from dataclasses import replace

import pytest
from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import Starts, Subject, What, Whose


@pytest.mark.parametrize(
    ("whose", "what", "setting", "who"),
    [
        (Whose.PERSON, What.RUNNING, "MAX_PERSON_RUNNING", "you have 7 running tasks"),
        (Whose.SPACE, What.STARTS, "MAX_SPACE_STARTS", "the space “x” has 7 starts"),
        (Whose.PERSON, What.BYTES, "MAX_PERSON_BYTES", "you have 7 bytes kept"),
    ],
)
def test_an_error_names_the_limit_its_setting_and_what_to_do(
    whose: Whose, what: What, setting: str, who: str
) -> None:
    error = OverLimit(Subject(whose, "x"), what, 5, 7, 0.2)

    assert error.setting == setting
    assert str(error).startswith(who)
    assert f"one may have 5 ({setting})" in str(error)
    assert error.seconds == 1


ADA = Subject(Whose.PERSON, "ada")


def test_a_share_is_taken_from_what_is_left() -> None:
    starts = Starts.full(ADA, 60, now=1_000.0)

    assert starts.less(20, 60, now=1_010.0) == replace(starts, left=40.0, at=1_010.0)


def test_if_too_little_is_left_it_is_told_when_there_will_be_enough() -> None:
    starts = replace(Starts.full(ADA, 60, now=1_000.0), left=5.0)

    assert starts.less(20, 60, now=1_010.0) == 5.0


@pytest.mark.parametrize(("behind", "at"), [(30, 1_000.0), (61, 939.0)])
def test_of_clocks_that_differ_the_one_that_is_ahead_counts_if_not_far(
    behind: float, at: float
) -> None:
    starts = Starts.full(ADA, 60, now=1_000.0)

    less = starts.less(20, 60, now=1_000.0 - behind)

    assert less == replace(starts, left=40.0, at=at)


def test_starts_are_kept_as_they_are_and_say_nothing_after_a_minute() -> None:
    starts = replace(Starts.full(ADA, 60, now=1_000.0), left=0.5)

    assert Starts.from_json(starts.to_json(), revision=1) == starts
    assert [starts.is_full(now) for now in (1_059.0, 1_060.0)] == [False, True]
