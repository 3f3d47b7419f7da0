"""What every AuditStore promises."""

import asyncio
from datetime import timedelta

from engine.domain.access.audit import PERSON, broken
from engine.ports.access import AuditStore

from ..domain.access.test_audit import NOBODY, NOON, log_of


async def test_entries_come_by_number_page_by_page(audit: AuditStore) -> None:
    entries = log_of(5)
    for entry in entries:
        assert await audit.add(entry) is True

    first = await audit.page(0, 2)
    rest = await audit.page(first[-1].number, 9)

    assert [*first, *rest] == entries
    assert await audit.last() == entries[-1]
    assert await audit.page(5, 9) == []


async def test_of_several_with_the_same_number_one_is_added(audit: AuditStore) -> None:
    (entry,) = log_of(1)

    added = await asyncio.gather(*(audit.add(entry) for _ in range(5)))

    assert sorted(added) == [False] * 4 + [True]


async def test_an_empty_log_has_no_last_entry(audit: AuditStore) -> None:
    assert await audit.last() is None
    await audit.forget(NOON)


async def test_entries_are_replaced_by_number(audit: AuditStore) -> None:
    entries = log_of(3)
    for entry in entries[:2]:
        await audit.add(entry)
    changed = [one.erased(PERSON, NOBODY) for one in entries[1:]]

    await audit.replace(changed)

    assert await audit.page(0, 9) == [entries[0], changed[0]]
    assert broken(await audit.page(0, 9)) is None


async def test_old_entries_are_forgotten_and_the_last_one_stays(
    audit: AuditStore,
) -> None:
    for entry in log_of(5):
        await audit.add(entry)

    await audit.forget(NOON + timedelta(seconds=2))
    left = await audit.page(0, 9)
    await audit.forget(NOON + timedelta(hours=1))

    assert [one.number for one in left] == [3, 4, 5]
    assert broken(left) is None
    assert [one.number for one in await audit.page(0, 9)] == [5]
