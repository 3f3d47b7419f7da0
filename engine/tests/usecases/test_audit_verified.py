"""Whether the audit log is whole, asked of an engine; also when it was cut."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import on_databases
from engine.adapters.mongo.audit import MongoAuditStore
from engine.adapters.sqlite.audit import SqliteAuditStore
from engine.domain.access.audit import PERSON, WHOLE, Deed, Entry
from engine.usecases.access import audit as module
from engine.usecases.access.audit import Audit

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KEPT = 182 * DAY
NOBODY = Deed(action="", who="x", name="x", object="", outcome="", address="")


class Log:
    """A log on which a day passes between two entries."""

    def __init__(self, store: Any) -> None:
        self.now = NOON
        self.store = store
        self.audit = Audit(store=store, kept=KEPT, clock=lambda: self.now)

    async def fill(self, count: int) -> None:
        for _ in range(count):
            deed = Deed(
                action="POST /tokens",
                who="ada",
                name="ada",
                object=f"token {self.now}",
                outcome="done",
                address="::1",
            )
            await self.audit.note(deed)
            self.now += DAY

    async def verified(self) -> tuple[int, str | None]:
        """How many entries were looked at in all, and what was wrong."""
        count, after = 0, 0
        while True:
            found = await self.audit.verified(after)
            count += found.entries
            if found.next is None:
                return count, found.wrong
            after = found.next

    async def entry(self, number: int) -> Entry:
        (found,) = await self.store.page(number - 1, 1)
        assert isinstance(found, Entry)
        return found


@pytest.fixture(params=on_databases(SqliteAuditStore, MongoAuditStore))
async def log(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Log]:
    """A log that is looked at in small pieces, so that pieces meet in many places."""
    monkeypatch.setattr(module, "ENTRIES_PER_PAGE", 4)
    monkeypatch.setattr(module, "MAX_LOOKED_AT", 8)
    async with request.param(tmp_path) as store:
        yield Log(store)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 8, 9, 25])
async def test_a_log_of_any_length_holds(log: Log, count: int) -> None:
    await log.fill(count)

    assert await log.verified() == (count, None)


async def test_it_holds_after_old_entries_are_gone_and_new_ones_have_come(
    log: Log,
) -> None:
    await log.fill(190)
    await log.audit.sweep()
    await log.fill(5)

    first = (await log.store.page(0, 1))[0].number
    assert first == 190 - KEPT.days + 1
    assert await log.verified() == (195 - first + 1, None)


async def test_it_holds_when_nothing_was_done_for_longer_than_entries_are_kept(
    log: Log,
) -> None:
    await log.fill(10)
    log.now += 2 * KEPT
    await log.audit.sweep()
    await log.fill(3)

    assert await log.verified() == (4, None)


@pytest.mark.parametrize("number", range(1, 19))
async def test_a_changed_entry_is_found_wherever_it_is(log: Log, number: int) -> None:
    await log.fill(18)
    entry = await log.entry(number)
    forged = replace(entry, deed=replace(entry.deed, who="eve"))

    await log.store.replace([forged])
    _, changed = await log.verified()
    await log.store.replace([forged.sealed()])
    _, resealed = await log.verified()
    hidden = replace(forged, salts={}, seals={WHOLE: entry.hash}, hash=entry.hash)
    await log.store.replace([hidden])
    _, whole = await log.verified()

    assert changed == f"entry {number} was changed: its hash is of other content"
    # The last one has no other that would not fit: only an export tells.
    follows = f"entry {number + 1} follows another entry {number}"
    assert resealed == (follows if number < 18 else None)
    # Nothing is before the first one that would tell that engines know parts.
    seen = number > 1
    assert (whole is not None) is seen


@pytest.mark.parametrize("number", range(2, 18))
async def test_a_missing_entry_is_found_wherever_it_was(log: Log, number: int) -> None:
    await log.fill(number - 1)
    gone = await log.store.last()
    log.audit = Audit(store=log.store, kept=KEPT, clock=lambda: log.now)
    await _skip(log, gone)
    await log.fill(3)

    _, wrong = await log.verified()

    assert wrong == f"behind entry {number - 1} comes entry {number + 1}"


async def _skip(log: Log, last: Entry) -> None:
    """Add what follows an entry that is not there."""
    absent = replace(last, number=last.number + 1).sealed()
    following = replace(absent, number=absent.number + 1, before=absent.hash)
    await log.store.add(following.sealed())


async def test_who_was_erased_is_counted_and_the_chain_holds(log: Log) -> None:
    await log.fill(12)
    erased = [(await log.entry(one)).erased(PERSON, NOBODY) for one in (2, 8, 9)]
    await log.store.replace(erased)

    first = await log.audit.verified(0)
    rest = await log.audit.verified(first.next or 0)

    assert (first.entries, first.erased, first.wrong, first.next) == (8, 2, None, 8)
    assert (rest.entries, rest.erased, rest.wrong, rest.next) == (4, 1, None, None)


async def test_an_anchor_that_is_gone_meanwhile_is_not_missed(log: Log) -> None:
    await log.fill(12)
    first = await log.audit.verified(0)
    await log.store.forget(NOON + 10 * DAY)

    rest = await log.audit.verified(first.next or 0)

    assert (rest.entries, rest.wrong, rest.next) == (2, None, None)
