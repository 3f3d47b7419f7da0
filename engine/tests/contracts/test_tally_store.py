"""What every TallyStore promises."""

import asyncio

from engine.domain.tallies import Tally
from engine.ports import TallyStore

TODAY = 20_000


def tally(subject: str = "blur", day: int = TODAY, **counts: int) -> Tally:
    return Tally("route", subject, day, counts)


async def test_what_is_added_comes_to_what_is_there(tallies: TallyStore) -> None:
    await tallies.add([tally(calls=2, failed=1), tally("crop", calls=1)])
    await tallies.add([tally(calls=3)])

    found = await tallies.of_kind("route", TODAY)

    assert sorted(found, key=lambda one: one.subject) == [
        tally(calls=5, failed=1),
        tally("crop", calls=1),
    ]


async def test_nothing_is_lost_when_many_add_at_once(tallies: TallyStore) -> None:
    await asyncio.gather(*(tallies.add([tally(calls=1)]) for _ in range(20)))

    assert await tallies.of_kind("route", TODAY) == [tally(calls=20)]


async def test_days_kinds_and_subjects_are_told_apart(tallies: TallyStore) -> None:
    other_kind = Tally("nodes", "blur", TODAY, {"faces t80": 1})
    longer_name = tally("blur-all", calls=7)
    old = tally(day=TODAY - 2, calls=1)
    await tallies.add([old, tally(calls=2), other_kind, longer_name])

    assert await tallies.of_subject("route", "blur", TODAY - 1) == [tally(calls=2)]
    assert await tallies.of_subject("route", "blur", TODAY - 2) == [
        old,
        tally(calls=2),
    ]
    assert await tallies.of_kind("nodes", TODAY) == [other_kind]
    assert len(await tallies.of_kind("route", TODAY - 1)) == 2
    assert await tallies.of_kind("service", 0) == []


async def test_days_are_forgotten(tallies: TallyStore) -> None:
    await tallies.add([tally(day=day, calls=1) for day in range(TODAY, TODAY + 3)])

    await tallies.forget(TODAY + 2)

    assert await tallies.of_kind("route", 0) == [tally(day=TODAY + 2, calls=1)]


async def test_nothing_at_all_can_be_added(tallies: TallyStore) -> None:
    await tallies.add([])

    assert await tallies.of_kind("route", 0) == []
