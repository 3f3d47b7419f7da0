"""The table of rights has a row for every endpoint."""

import pytest
from engine.domain.access.rights import Named, Need
from engine.domain.access.roles import TokenScope
from engine.domain.access.table import TABLE, NoRow, right_of

PLACES = {
    Named.SCHEDULE: "/schedules/{id}",
    Named.PERSON: "/people/{id}",
    Named.CHOSEN: "",
}
"""What stands in a path for what it names; the query chooses a space."""


def test_a_call_without_a_row_is_named() -> None:
    with pytest.raises(NoRow, match=r"POST /everything has no row .* who may do it"):
        right_of("POST", "/everything")


def test_a_head_is_a_get() -> None:
    assert right_of("HEAD", "/tasks") is TABLE["GET /tasks"]


@pytest.mark.parametrize("call", TABLE)
def test_a_row_names_the_object_that_is_in_its_path(call: str) -> None:
    right = TABLE[call]
    needs_no_object = right.need in (Need.PUBLIC, Need.SIGNED_IN, Need.ADMINISTRATOR)

    if "/tasks/{task}" in call:
        assert right.named is Named.TASK
    if call.partition(" ")[2].startswith("/spaces/{space}"):
        assert right.named is Named.SPACE
    if right.named is not Named.NOTHING:
        assert PLACES.get(right.named, f"{{{right.named}}}") in call
    assert needs_no_object or right.need.role is not None


@pytest.mark.parametrize("call", TABLE)
def test_what_changes_something_needs_more_than_a_token_to_read(call: str) -> None:
    right = TABLE[call]
    method = call.partition(" ")[0]

    if method != "GET" and right.need is not Need.PUBLIC:
        assert right.scope is not TokenScope.READ
