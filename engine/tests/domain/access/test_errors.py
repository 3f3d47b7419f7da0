"""What is said to somebody who may not do something."""

from datetime import timedelta

import pytest
from engine.domain.access import errors
from engine.domain.access.roles import Role
from engine.domain.errors import EngineError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.NotSignedIn(), "sign in, or send a token"),
        (errors.NotSignedIn(was_shown=True), "not valid any more: sign in again"),
        (errors.WrongPassword(), "do not belong together"),
        (errors.TooManyGuesses(timedelta(seconds=1.2)), "try again in 2 s"),
        (errors.TooManyGuesses(timedelta(0)), "try again in 1 s"),
        (errors.TooManyCodes(timedelta(0), "too many"), "too many: try again in 1 s"),
        (errors.NoSuchCode(), "begin again in the terminal"),
        (errors.NotConfirmed(), "not confirmed in time: begin again"),
        (errors.Forbidden(), "ask one of them"),
        (errors.Forbidden(Role.OWNER), "the role owner: ask an owner"),
        (errors.Forbidden(Role.AUTHOR, "main"), "author of the space “main”: ask"),
        (errors.ScopeMissing("run"), "has not the scope “run”"),
        (errors.NameTaken("ada"), "“ada” is taken"),
        (errors.LastAdministrator(), "make somebody else one first"),
        (errors.NoAccounts(), "AUTH=accounts"),
        (errors.NotAnnounced("blur", ("face-*", "x")), "names are face-*, x"),
        (errors.NotAnnounced("blur", ()), "tokens that they made"),
    ],
)
def test_an_error_says_what_to_do(error: EngineError, said: str) -> None:
    assert said in str(error)
