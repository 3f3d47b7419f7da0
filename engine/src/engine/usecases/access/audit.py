"""The audit log: note what is done, read it, forget what is old."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from engine.domain.access.audit import PARTS, Chain, Deed, Entry, following
from engine.domain.access.erasure import Erasure, without_person
from engine.domain.access.sought import Sought
from engine.domain.access.table import AUDITED
from engine.domain.errors import Unavailable
from engine.ports import Clock
from engine.ports.access import AuditStore
from engine.usecases.call_time import rest_for_writing
from engine.usecases.recent import Recent

TRIES = 50
"""Replicas that note something at the same moment want the same number."""
SAME_EVERY = timedelta(minutes=1)
"""A program that is refused a hundred times a second must not fill the log, nor one
whose exports find no place, nor a page of an administrator that asks for a status each
second."""
MAX_REMEMBERED = 10_000
ENTRIES_PER_PAGE = 200
"""Read at once where all are looked at: a page takes some milliseconds."""
MAX_LOOKED_AT = 5_000
"""For one answer: somebody waits for it."""
SALT_BYTES = 16
READING = "GET "
DONE = "done"
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a look along the chain has found."""

    entries: int
    erased: int
    """In how many of them a person was erased."""
    wrong: str | None
    """The first entry that does not fit; None: all do."""
    next: int | None
    """Behind which entry to look on; None: this was the last."""


class Audit:
    """All that can be asked of the audit log."""

    def __init__(self, *, store: AuditStore, kept: timedelta, clock: Clock) -> None:
        self._store = store
        self._kept = kept
        self._clock = clock
        self._told: Recent[Deed, datetime] = Recent(MAX_REMEMBERED)
        self._turn = asyncio.Lock()

    async def note(self, deed: Deed) -> None:
        """Add an entry; raises `Unavailable` if it cannot be stored."""
        now = self._clock()
        if deed.outcome == REFUSED or deed.action not in AUDITED or _is_idle(deed):
            told_at = self._told.get(deed)
            if told_at is not None and now - told_at < SAME_EVERY:
                return
            self._told.put(deed, now)

        # One after the other: of many that want the same number at once each would be
        # tried again for every one before it, and some given up.
        async with self._turn:
            began_at = monotonic()
            is_added = await self._add(deed, now)
            seconds = monotonic() - began_at
        # Behind the turn: nobody else waits for this rest.
        await rest_for_writing(seconds)
        if not is_added:
            raise Unavailable("the audit log", "too much is noted at the same time")

    async def _add(self, deed: Deed, now: datetime) -> bool:
        for _ in range(TRIES):
            entry = following(await self._store.last(), deed, now, _salts())
            if await self._store.add(entry):
                return True
        return False

    async def page(self, after: int, limit: int) -> Sequence[Entry]:
        """The entries behind a number, the oldest first."""
        return await self._store.page(after, limit)

    async def newest(
        self, sought: Sought, before: int | None, limit: int
    ) -> tuple[Sequence[Entry], int | None]:
        """Entries that are sought, the newest first; and where to look on, if there.

        At most `MAX_LOOKED_AT` are looked at: there may be fewer than asked for, and
        still more behind them.
        """
        last = await self._store.last()
        if last is None:
            return [], None

        found: list[Entry] = []
        highest = last.number if before is None else min(before - 1, last.number)
        lowest_wanted = highest - MAX_LOOKED_AT
        while highest > max(0, lowest_wanted):
            after = max(0, highest - ENTRIES_PER_PAGE)
            page = await self._store.page(after, ENTRIES_PER_PAGE)
            # Old ones are forgotten: then it goes on behind the highest.
            page = [entry for entry in page if entry.number <= highest]
            if not page:
                return found, None
            for entry in reversed(page):
                if sought.fits(entry):
                    found.append(entry)
                if len(found) == limit:
                    return found, entry.number if entry.number > 1 else None
            highest = page[0].number - 1
        return found, highest + 1 if highest > 0 else None

    async def verified(self, after: int) -> Verified:
        """Whether the entries behind a number follow each other, and none was changed.

        At most `MAX_LOOKED_AT` are looked at. The first one that is there is believed,
        since those before it may have been forgotten; behind a number that is there
        the entry of this number is the anchor.
        """
        chain = Chain()
        for anchor in await self._store.page(after - 1, 1) if after else ():
            if anchor.number == after:
                chain.take(anchor)
        known_erased = chain.erased

        count = 0
        while count < MAX_LOOKED_AT:
            page = await self._store.page(after, ENTRIES_PER_PAGE)
            for entry in page:
                count += 1
                wrong = chain.take(entry)
                if wrong:
                    erased = chain.erased - known_erased
                    return Verified(
                        entries=count, erased=erased, wrong=wrong, next=None
                    )
            if len(page) < ENTRIES_PER_PAGE:
                break
            after = page[-1].number
        is_end = count < MAX_LOOKED_AT
        return Verified(
            entries=count,
            erased=chain.erased - known_erased,
            wrong=None,
            next=None if is_end else after,
        )

    async def erase(self, erasure: Erasure) -> int:
        """Let the pseudonym stand for a person in all entries; in how many.

        Entries that are added meanwhile are seen to as well.
        """
        count = 0
        after = 0
        while page := await self._store.page(after, ENTRIES_PER_PAGE):
            changed = [
                erased
                for entry in page
                if (erased := without_person(entry, erasure)) is not entry
            ]
            if changed:
                await self._store.replace(changed)
            count += len(changed)
            after = page[-1].number
        return count

    async def sweep(self) -> None:
        """Forget what is older than it is kept."""
        await self._store.forget(self._clock() - self._kept)


def _is_idle(deed: Deed) -> bool:
    """Whether somebody could not read something: that changed nothing. What fails while
    somebody guesses is told each time."""
    return deed.outcome != DONE and deed.action.startswith(READING)


def _salts() -> Mapping[str, str]:
    return {part: secrets.token_hex(SALT_BYTES) for part in PARTS}
