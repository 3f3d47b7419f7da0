"""What is said when a limit is reached."""

import pytest
from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import Subject, What, Whose


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
