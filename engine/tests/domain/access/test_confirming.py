"""The code of a terminal: how it is typed, and what it gives."""

import pytest
from engine.domain.access.confirming import (
    CODE_LETTERS,
    MAX_MACHINE_CHARACTERS,
    granted,
    plain_machine,
    shown_code,
    typed_code,
)
from engine.domain.access.roles import ALL_SCOPES, ANY_ROUTE, Principal, TokenScope


@pytest.mark.parametrize(
    "typed", ["BCDF-GHJK", "bcdfghjk", " bcdf  ghjk\n", "B.C.D.F.G.H.J.K"]
)
def test_a_code_is_typed_in_any_way(typed: str) -> None:
    assert typed_code(typed) == "BCDFGHJK"
    assert typed_code(shown_code("BCDFGHJK")) == "BCDFGHJK"


def test_a_long_text_is_cut_before_it_is_read() -> None:
    assert len(typed_code("b" * 1_000_000)) < 10 * CODE_LETTERS


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ada's laptop", "adas laptop"),
        ("\u202eevil\n\n\tAllow!", "evilAllow"),
        ("", "?"),
        ("“”", "?"),
        ("x" * 500, "x" * MAX_MACHINE_CHARACTERS),
    ],
)
def test_a_machine_cannot_write_sentences_into_the_page(name: str, shown: str) -> None:
    assert plain_machine(name) == shown


def test_a_terminal_gets_no_more_than_its_person_holds() -> None:
    weak = Principal(id="p", name="p", scopes=frozenset({TokenScope.READ}))
    root = Principal(id="r", name="r", is_administrator=True, announces=ANY_ROUTE)
    pattern = Principal(id="r", name="r", is_administrator=True, announces=("face-*",))

    assert granted(ALL_SCOPES, weak) == ({TokenScope.READ}, ())
    assert granted(ALL_SCOPES, root) == (ALL_SCOPES, ANY_ROUTE)
    assert granted(ALL_SCOPES, pattern) == (ALL_SCOPES - {TokenScope.ANNOUNCE}, ())
