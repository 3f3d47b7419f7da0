"""What a token may be made for, and by whom."""

from dataclasses import replace
from typing import Any

import pytest
from engine.domain.access.errors import Forbidden, ScopeMissing
from engine.domain.access.roles import Principal, TokenScope
from engine.domain.access.tokens import DEFAULT_SCOPES, Wish, check
from engine.domain.errors import InvalidInput

ADA = Principal(id="ada", name="Ada")
ROOT = Principal(id="root", name="root", is_administrator=True)
NIGHTLY = Wish(label="nightly", scopes=DEFAULT_SCOPES, announces=(), days=90)
SERVICE = Wish(
    label="faces",
    scopes=frozenset({TokenScope.ANNOUNCE}),
    announces=("face-*", "image-blur"),
    days=366,
)


def test_everybody_makes_tokens_and_administrators_those_of_services() -> None:
    check(NIGHTLY, ADA)
    check(SERVICE, ROOT)


def test_nobody_else_lets_a_service_announce() -> None:
    with pytest.raises(Forbidden):
        check(SERVICE, ADA)


def test_a_token_makes_none_that_may_do_more_than_it() -> None:
    manage = replace(ROOT, scopes=frozenset({TokenScope.MANAGE}))

    with pytest.raises(ScopeMissing, match="read"):
        check(NIGHTLY, manage)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"scopes": frozenset()}, "scopes"),
        ({"announces": ("face-*",)}, "announces"),
        ({"scopes": frozenset({TokenScope.ANNOUNCE})}, "announces"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(wish: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(replace(NIGHTLY, **wish), ROOT)

    assert field in [fault.field for fault in refused.value.faults]


@pytest.mark.parametrize("patterns", [("[a-z]",), ("",), ("a b",), ("x",) * 21])
def test_a_pattern_is_a_route_in_which_a_star_is_any_text(
    patterns: tuple[str, ...],
) -> None:
    with pytest.raises(InvalidInput):
        check(replace(SERVICE, announces=patterns), ROOT)
