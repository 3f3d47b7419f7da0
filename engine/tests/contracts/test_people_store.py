"""What every PeopleStore promises."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from engine.domain.access.errors import NameTaken
from engine.domain.access.people import Person, key_of
from engine.domain.access.roles import MAIN, Role
from engine.ports.access import PeopleStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)


def person(id_: str, name: str) -> Person:
    return Person(
        id=id_,
        name=name,
        password="$argon2id$v=19$…",
        is_administrator=True,
        roles={MAIN: Role.OWNER, "$art.ß": Role.READER},
        created_at=NOON,
    )


async def test_a_person_is_kept_as_it_is(people: PeopleStore) -> None:
    ada = person("1", "Ada@Example.org")

    await people.add(ada)

    assert await people.find("1") == ada
    assert await people.find("2") is None


async def test_a_person_is_found_by_name_however_it_is_written(
    people: PeopleStore,
) -> None:
    ada = person("1", "Ada")
    await people.add(ada)

    assert await people.named(key_of("ADA")) == ada
    assert await people.named(key_of("Bob")) is None


async def test_of_two_with_the_same_name_one_is_added(people: PeopleStore) -> None:
    both = [people.add(person(id_, name)) for id_, name in [("1", "Ada"), ("2", "ada")]]

    done = await asyncio.gather(*both, return_exceptions=True)

    (refused,) = [one for one in done if one]
    assert isinstance(refused, NameTaken)
    assert len(await people.page("", 10)) == 1


async def test_people_come_in_pages_by_name(people: PeopleStore) -> None:
    for number, name in enumerate(("Eve", "bob", "Ada", "ßa", "écho")):
        await people.add(person(str(number), name))

    first = await people.page("", 2)
    rest = await people.page(first[-1].key, 10)

    assert [one.name for one in first] == ["Ada", "bob"]
    assert [one.name for one in rest] == ["Eve", "ßa", "écho"]
    assert await people.page(rest[-1].key, 10) == []


async def test_those_are_found_whose_names_begin_so(people: PeopleStore) -> None:
    for name in ("ada", "ad", "adam", "ae", "a"):
        await people.add(person(name, name))

    found = await people.page("", 10, key_of("AD"))
    behind = await people.page("ada", 10, "ad")

    assert [one.name for one in found] == ["ad", "ada", "adam"]
    assert [one.name for one in behind] == ["adam"]


async def test_a_saved_person_has_the_next_revision(people: PeopleStore) -> None:
    await people.add(person("1", "Ada"))

    saved = await people.save(replace(person("1", "Ada"), is_active=False))

    assert saved == replace(person("1", "Ada"), is_active=False, revision=2)
    assert await people.find("1") == saved


async def test_of_two_who_save_one_is_told_that_it_was_late(
    people: PeopleStore,
) -> None:
    await people.add(person("1", "Ada"))
    changes = [person("1", "Ada").with_role(MAIN, role) for role in (None, Role.AUTHOR)]

    saved = await asyncio.gather(*map(people.save, changes))

    (won,) = [one for one in saved if one]
    assert await people.find("1") == won


async def test_a_person_who_was_removed_is_not_there_and_the_name_is_free(
    people: PeopleStore,
) -> None:
    await people.add(person("1", "Ada"))

    assert await people.remove("1") is True
    assert await people.remove("1") is False

    assert await people.find("1") is None
    assert await people.named("ada") is None
    assert await people.save(person("1", "Ada")) is None
    await people.add(person("2", "Ada"))


async def test_who_is_not_there_is_not_saved(people: PeopleStore) -> None:
    assert await people.save(person("1", "Ada")) is None
    assert await people.page("", 10) == []
