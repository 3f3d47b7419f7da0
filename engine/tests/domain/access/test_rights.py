"""Who may do what: decided by who asks, the row of the call and the object's place."""

import pytest
from engine.domain.access.rights import Named, Need, Place, Right, Verdict, verdict
from engine.domain.access.roles import MAIN, Principal, Role, TokenScope

ADA = Principal(id="ada", name="Ada", roles={MAIN: Role.READER})
ADMINISTRATOR = Principal(id="root", name="root", is_administrator=True)
SEE_TASK = Right(need=Need.AUTHOR, scope=TokenScope.READ, named=Named.TASK, own=True)
HERS = Place(MAIN, "ada")
OTHERS = Place(MAIN, "bob")


def member(role: Role) -> Principal:
    return Principal(id="ada", name="Ada", roles={MAIN: role})


def test_a_public_call_asks_nobody() -> None:
    assert verdict(Right(need=Need.PUBLIC), None) is Verdict.ALLOWED


@pytest.mark.parametrize("need", [need for need in Need if need is not Need.PUBLIC])
def test_all_others_need_somebody(need: Need) -> None:
    assert verdict(Right(need=need), None) is Verdict.NOT_SIGNED_IN


def test_a_person_without_any_role_may_do_what_concerns_only_them() -> None:
    nobody = Principal(id="n", name="n")

    assert verdict(Right(need=Need.SIGNED_IN), nobody) is Verdict.ALLOWED
    assert verdict(Right(need=Need.READER), nobody) is Verdict.FORBIDDEN


@pytest.mark.parametrize("need", [Need.READER, Need.AUTHOR, Need.OWNER])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_includes_those_below_it(need: Need, role: Role) -> None:
    assert need.role is not None
    may = role.covers(need.role)

    for place in (None, OTHERS):
        right = Right(need=need, named=Named.ROUTE if place else Named.NOTHING)

        found = verdict(right, member(role), place)

        assert found is (Verdict.ALLOWED if may else Verdict.FORBIDDEN)


def test_only_administrators_do_what_concerns_the_whole() -> None:
    right = Right(need=Need.ADMINISTRATOR)

    assert verdict(right, member(Role.OWNER)) is Verdict.FORBIDDEN
    assert verdict(right, ADMINISTRATOR) is Verdict.ALLOWED


def test_a_reader_sees_own_tasks_and_does_not_know_of_others() -> None:
    assert verdict(SEE_TASK, ADA, HERS) is Verdict.ALLOWED
    assert verdict(SEE_TASK, ADA, OTHERS) is Verdict.HIDDEN
    assert verdict(SEE_TASK, ADA, Place(MAIN)) is Verdict.HIDDEN
    assert verdict(SEE_TASK, member(Role.AUTHOR), OTHERS) is Verdict.ALLOWED


def test_who_is_no_member_any_more_does_not_see_their_tasks() -> None:
    gone = Principal(id="ada", name="Ada")

    assert verdict(SEE_TASK, gone, HERS) is Verdict.HIDDEN


def test_what_is_seen_and_may_not_be_done_is_forbidden_not_hidden() -> None:
    evaluate = Right(need=Need.AUTHOR, named=Named.TASK)

    assert verdict(evaluate, ADA, HERS) is Verdict.FORBIDDEN


def test_a_token_does_only_what_it_was_made_for() -> None:
    reading = frozenset({TokenScope.READ})
    root = Principal(id="r", name="r", is_administrator=True, scopes=reading)
    start = Right(need=Need.READER, scope=TokenScope.RUN, named=Named.ROUTE)

    assert verdict(start, root, OTHERS) is Verdict.WRONG_SCOPE
    assert verdict(SEE_TASK, root, OTHERS) is Verdict.ALLOWED


def test_an_object_without_an_owner_belongs_to_nobody_without_an_id() -> None:
    nameless = Principal(id="", name="", roles={MAIN: Role.READER})

    assert verdict(SEE_TASK, nameless, Place(MAIN, "")) is Verdict.HIDDEN


def test_what_concerns_a_person_is_for_them_and_for_administrators() -> None:
    right = Right(need=Need.ADMINISTRATOR, named=Named.PERSON, own=True)
    owner = member(Role.OWNER)

    assert verdict(right, owner, Place("", "ada")) is Verdict.ALLOWED
    assert verdict(right, owner, Place("", "bob")) is Verdict.HIDDEN
    assert verdict(right, ADMINISTRATOR, Place("", "ada")) is Verdict.ALLOWED
    others = Right(need=Need.ADMINISTRATOR, named=Named.PERSON)
    assert verdict(others, owner, Place("", "ada")) is Verdict.HIDDEN
