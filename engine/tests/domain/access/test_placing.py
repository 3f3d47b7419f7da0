"""What those see who have no role where something is, and what is nowhere."""

from dataclasses import replace

import pytest
from engine.domain.access.claims import claim_at
from engine.domain.access.placing import (
    edits,
    known_space,
    reads,
    sees,
    starting_space,
)
from engine.domain.access.rights import Need, Place, Right, Verdict, verdict
from engine.domain.access.roles import LOCAL, MAIN, Principal, Role, TokenScope
from engine.domain.access.spaces import EVERYWHERE, Home, Sharing
from engine.domain.errors import Unknown

ADA = Principal(id="ada", name="Ada", roles={MAIN: Role.READER})
NOBODY = Principal(id="n", name="n")
ADMINISTRATOR = Principal(id="root", name="root", is_administrator=True)
ART = Home(id="blur", space="art")


def test_a_route_of_another_space_is_not_there_for_who_would_start_it() -> None:
    with pytest.raises(Unknown):
        starting_space(ADA, "", ART)


def test_administrators_see_also_what_has_no_home() -> None:
    assert sees(ADMINISTRATOR, None)
    assert not sees(ADA, None)


def test_nobody_else_reads_what_has_no_home() -> None:
    assert not reads(ADA, None)


AUTHOR = Principal(id="a", name="a", roles={"art": Role.AUTHOR})
READER = Principal(id="r", name="r", roles={"art": Role.READER})
TOKEN = replace(AUTHOR, scopes=frozenset({TokenScope.READ}))
SHARED = replace(ART, shared={MAIN: Sharing.READ})
SERVICE = Home(id="face-detect", space=EVERYWHERE)


@pytest.mark.parametrize(
    "principal, home, may, space",
    [
        pytest.param(AUTHOR, ART, True, "art", id="an author of its space"),
        pytest.param(READER, ART, False, "art", id="a reader"),
        pytest.param(TOKEN, ART, False, "art", id="a token for reading"),
        pytest.param(ADA, SHARED, False, None, id="with whom it is shared"),
        pytest.param(AUTHOR, SERVICE, False, None, id="an author, of a service"),
        pytest.param(ADMINISTRATOR, ART, True, "art", id="an administrator"),
        pytest.param(AUTHOR, None, False, None, id="an author, of what is nowhere"),
        pytest.param(LOCAL, None, True, None, id="without accounts"),
    ],
)
def test_who_may_change_a_route_and_of_which_space_it_is_known_to_be(
    principal: Principal, home: Home | None, may: bool, space: str | None
) -> None:
    assert edits(principal, home) is may
    assert known_space(principal, home) == space


def test_what_serves_all_spaces_is_hidden_from_who_is_in_none() -> None:
    right = Right(need=Need.READER)

    assert verdict(right, NOBODY, Place(EVERYWHERE)) is Verdict.HIDDEN
    assert verdict(right, ADA, Place(EVERYWHERE)) is Verdict.ALLOWED


def test_a_path_through_what_has_no_keys_leads_to_nothing() -> None:
    assert claim_at({"groups": "staff"}, "groups.of.mine") is None
