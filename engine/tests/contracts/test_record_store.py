"""What every RecordStore promises."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

from engine.domain.access.roles import MAIN, Role
from engine.domain.access.spaces import Group, Space
from engine.ports.access import RecordStore

NOON = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
Stores: TypeAlias = tuple[RecordStore[Space], RecordStore[Group]]


def space(id_: str) -> Space:
    return Space(id=id_, name=f"“{id_}” ß", created_at=NOON)


def group(id_: str) -> Group:
    roles = {MAIN: Role.OWNER, "$art.x": Role.READER}
    return Group(id=id_, name="g", provider_group="/a/b", roles=roles, created_at=NOON)


async def test_a_record_is_kept_as_it_is_and_apart_from_other_kinds(
    records: Stores,
) -> None:
    spaces, groups = records

    assert await spaces.add(space("a"))
    assert await groups.add(group("a"))

    assert await spaces.find("a") == space("a")
    assert await groups.find("a") == group("a")
    assert await spaces.find("b") is None


async def test_of_several_who_add_the_same_id_one_is_told_so(records: Stores) -> None:
    spaces, _ = records

    added = await asyncio.gather(*(spaces.add(space("a")) for _ in range(5)))

    assert sorted(added) == [False] * 4 + [True]


async def test_all_of_a_kind_come_by_id(records: Stores) -> None:
    spaces, groups = records
    for id_ in ("b", "c", "a"):
        await spaces.add(space(id_))
    await groups.add(group("d"))

    assert [one.id for one in await spaces.all()] == ["a", "b", "c"]


async def test_of_two_who_save_one_is_told_that_it_was_late(records: Stores) -> None:
    spaces, _ = records
    await spaces.add(space("a"))
    changes = [replace(space("a"), name=name) for name in ("x", "y")]

    saved = await asyncio.gather(*map(spaces.save, changes))

    (won,) = [one for one in saved if one]
    assert won.revision == 2
    assert await spaces.find("a") == won


async def test_what_is_removed_is_gone_and_not_saved(records: Stores) -> None:
    spaces, groups = records
    await spaces.add(space("a"))
    await groups.add(group("a"))

    assert await spaces.remove("a")
    assert not await spaces.remove("a")

    assert await spaces.save(space("a")) is None
    assert await spaces.all() == []
    assert await groups.find("a") == group("a")
