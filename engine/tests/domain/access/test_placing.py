"""What those see who have no role where something is, and what is nowhere."""

import pytest
from engine.domain.access.claims import claim_at
from engine.domain.access.placing import reads, sees, starting_space
from engine.domain.access.rights import Need, Place, Right, Verdict, verdict
from engine.domain.access.roles import MAIN, Principal, Role
from engine.domain.access.spaces import EVERYWHERE, Home
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


def test_what_serves_all_spaces_is_hidden_from_who_is_in_none() -> None:
    right = Right(need=Need.READER)

    assert verdict(right, NOBODY, Place(EVERYWHERE)) is Verdict.HIDDEN
    assert verdict(right, ADA, Place(EVERYWHERE)) is Verdict.ALLOWED


def test_a_path_through_what_has_no_keys_leads_to_nothing() -> None:
    assert claim_at({"groups": "staff"}, "groups.of.mine") is None
