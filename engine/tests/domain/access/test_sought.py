"""Entries of the audit log are found by who, what, to which object and how it ended."""

import pytest
from engine.domain.access.sought import Sought

from .test_audit import log_of


@pytest.mark.parametrize(
    ("sought", "fits"),
    [
        (Sought(), True),
        (Sought(who="ROO"), True),
        (Sought(who="eve"), False),
        (Sought(action="/people"), True),
        (Sought(action="/tokens"), False),
        (Sought(object="ad"), True),
        (Sought(object="bob"), False),
        (Sought(outcome="done"), True),
        (Sought(outcome="refused"), False),
        (Sought(who="root", action="/people", object="ada", outcome="failed"), False),
    ],
)
def test_an_entry_must_have_all_that_is_sought(sought: Sought, fits: bool) -> None:
    (entry,) = log_of(1)

    assert sought.fits(entry) is fits
