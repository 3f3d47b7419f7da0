"""What groups at a provider give, and what they do not."""

from dataclasses import replace

import pytest
from engine.domain.access.provided import GroupMap, Provided, groups_in
from engine.domain.access.roles import MAIN, Role

from .test_people import ADA

MAP = GroupMap.parse(
    ["teachers=main:author", "students=main:reader", "teachers=art:owner"], ["staff"]
)


def provided(*groups: str) -> Provided:
    return MAP.provided(
        issuer="https://id.example", subject="1", groups=list(groups), told_at=1.5
    )


def test_groups_give_the_highest_role_of_each_space() -> None:
    both = provided("students", "teachers", "nobody knows")

    assert both.roles == {MAIN: Role.AUTHOR, "art": Role.OWNER}
    assert not both.is_administrator
    assert provided("staff").is_administrator


def test_group_names_are_the_same_to_the_letter() -> None:
    assert provided("Teachers", "teacher", "teachers ", "staff*").roles == {}
    assert not provided("Staff", "sta").is_administrator


@pytest.mark.parametrize("claim", [None, "staff", {"staff": True}, 7, [["staff"]]])
def test_what_is_no_list_of_names_gives_nothing(claim: object) -> None:
    assert groups_in(claim) == frozenset()


@pytest.mark.parametrize(
    "entry", ["teachers", "teachers=main", "a=main:boss", "=main:reader", "a=b c:owner"]
)
def test_an_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="GROUP=SPACE:ROLE"):
        GroupMap.parse([entry], [])


def test_what_groups_give_is_kept_apart_from_what_was_given_here() -> None:
    ada = replace(ADA, provided=provided("students", "staff"))

    assert ada.roles == {MAIN: Role.AUTHOR}
    assert ada.all_roles == {MAIN: Role.AUTHOR}
    assert not ada.is_administrator
    assert ada.principal().is_administrator
    assert type(ada).from_json(ada.to_json(), revision=1) == ada


def test_people_from_before_there_were_providers_are_read() -> None:
    document = ADA.to_json()
    del document["provided"]

    assert type(ADA).from_json(document, revision=1) == ADA
