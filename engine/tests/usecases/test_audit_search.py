"""The audit log from its newest entry on: in pages, bounded, also when it is cut."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from engine.domain.access.audit import Deed, Entry
from engine.domain.access.sought import Sought
from engine.ports.access import AuditStore
from engine.usecases.access import audit as module
from engine.usecases.access.audit import Audit

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def entry(number: int) -> Entry:
    deed = Deed(
        action="POST /tokens",
        who="ada",
        name="ada",
        object=f"token {number}",
        outcome="done",
        address="::1",
    )
    return Entry(number=number, at=NOON, deed=deed, before="")


class Log:
    """Entries with these numbers."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.entries = [entry(number) for number in numbers]

    async def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    async def page(self, after: int, limit: int) -> Sequence[Entry]:
        return [one for one in self.entries if one.number > after][:limit]


def audit_of(numbers: Sequence[int]) -> Audit:
    store = cast(AuditStore, Log(numbers))
    return Audit(store=store, kept=timedelta(days=1), clock=lambda: NOON)


@pytest.mark.parametrize(
    "numbers", [[], range(1, 2), range(1, 451), range(301, 451)], ids=len
)
async def test_pages_have_each_entry_once_the_newest_first(
    numbers: Sequence[int],
) -> None:
    audit = audit_of(numbers)
    seen: list[int] = []
    before = None
    for _ in range(10):
        found, before = await audit.newest(Sought(), before, 100)
        seen += [one.number for one in found]
        if before is None:
            break

    assert before is None
    assert seen == list(reversed(numbers))


async def test_so_many_are_looked_at_for_one_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_LOOKED_AT", 100)
    monkeypatch.setattr(module, "ENTRIES_PER_PAGE", 50)
    audit = audit_of(range(1, 251))
    sought = Sought(object="token 7")

    answers = []
    before = None
    for _ in range(3):
        found, before = await audit.newest(sought, before, 100)
        answers.append(([one.number for one in found], before))

    assert answers == [([], 151), (list(range(79, 69, -1)), 51), ([7], None)]
