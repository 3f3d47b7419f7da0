"""What is kept of a person, and what a name and a password may be."""

from datetime import UTC, datetime

import pytest
from engine.domain.access.people import Person, name_fault, password_fault
from engine.domain.access.roles import MAIN, Role

ADA = Person(
    id="1",
    name="Ada@Example.org",
    password="$argon2id$",
    roles={MAIN: Role.AUTHOR},
    created_at=datetime(2026, 6, 1, tzinfo=UTC),
)


def test_a_person_is_read_as_it_was_written() -> None:
    assert Person.from_json(ADA.to_json(), revision=1) == ADA


def test_nothing_that_is_shown_has_the_password() -> None:
    assert "argon2" not in repr(ADA)
    assert "argon2" not in repr(ADA.shown())


def test_a_person_has_one_role_in_a_space_or_none() -> None:
    owner = ADA.with_role(MAIN, Role.OWNER).with_role("art", Role.READER)

    assert owner.roles == {MAIN: Role.OWNER, "art": Role.READER}
    assert owner.with_role(MAIN, None).principal().roles == {"art": Role.READER}


@pytest.mark.parametrize(
    "name", ["a", "ada", "Ada.L", "ada@example.org", "Ærø", "7of9"]
)
def test_names_of_people_and_addresses_of_mail_are_names(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", " ada", "ada ", "_", "a b", "<ada>", "a\n", "a" * 65, "../x", "a."]
)
def test_what_looks_like_something_else_is_no_name(name: str) -> None:
    fault = name_fault(name)

    assert fault is not None
    assert fault.field == "name"


def test_a_password_has_twelve_characters_at_least_and_an_end() -> None:
    assert password_fault("twelve chars", "ada") is None
    for password in ("eleven char", "x" * 201, "AdaAdaAda-lovely"):
        fault = password_fault(password, "ada")

        assert fault is not None
        assert fault.field == "password"
        assert password not in str(fault)
