"""Says whether a person, and a space, may start another task.

Asked for every start, so what the stores say is remembered for some seconds, and what
was started here since is added to it. A start is refused only by what was read half a
second ago at most. What other replicas start is seen after some seconds: a limit of
running tasks or bytes can be passed by what they start meanwhile. Starts in a minute
each replica counts for itself.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping

from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import (
    MINUTE_SECONDS,
    Limits,
    Subject,
    What,
    Whose,
)
from engine.domain.errors import Unavailable
from engine.domain.task_lists import TaskUsage
from engine.ports import Clock, FrameStore
from engine.usecases.recent import Recent

FRESH_SECONDS = 5.0
"""How long it may stay unseen what has ended, and what other replicas started."""

CHECKED_SECONDS = 0.5
"""So often the store is asked for somebody who is over a limit, and tries again."""

RUNNING_AGAIN_SECONDS = 5
"""Tasks end all the time."""

BYTES_AGAIN_SECONDS = 60
"""Somebody has to erase something, or a retention to end."""

MAX_ACCOUNTS = 10_000
"""Of people and spaces together that are remembered."""


class Account:
    """What is known of the tasks of a person or a space. Instants are in seconds."""

    def __init__(self, subject: Subject, limits: Limits, now: float) -> None:
        self.subject = subject
        self.limits = limits
        self.reading = asyncio.Lock()
        self.usage = TaskUsage(0, 0)
        self.read_at: float | None = None
        self.started = 0
        """Here, since it was read."""
        self.left = float(limits.starts)
        """How many starts are left, of those of a minute."""
        self.left_at = now

    def wants_reading(self, now: float) -> bool:
        """Whether the store should be asked before a start is judged.

        It is not where nothing is limited that only the store knows.
        """
        if not self.limits.running and not self.limits.bytes:
            return False
        if self.read_at is None:
            return True
        # Of somebody who is over a limit something may have ended, or been erased.
        fresh = CHECKED_SECONDS if self._too_much() else FRESH_SECONDS
        return now - self.read_at >= fresh

    def has_room(self) -> bool:
        """Whether anything is known, and it was not too much."""
        return self.read_at is not None and self._too_much() is None

    def over(self, now: float) -> OverLimit | None:
        """What is over a limit; None: another one may start."""
        return self._too_much() or self._too_fast(now)

    def _too_much(self) -> OverLimit | None:
        limits = self.limits
        running = self.usage.running + self.started
        if limits.running and running >= limits.running:
            return self._error(
                What.RUNNING, limits.running, running, RUNNING_AGAIN_SECONDS
            )
        if limits.bytes and self.usage.bytes >= limits.bytes:
            return self._error(
                What.BYTES, limits.bytes, self.usage.bytes, BYTES_AGAIN_SECONDS
            )
        return None

    def _too_fast(self, now: float) -> OverLimit | None:
        """Starts come back one after the other, not all at the end of a minute."""
        limit = self.limits.starts
        if not limit:
            return None
        # The clock may have been set back.
        seconds = max(0.0, now - self.left_at)
        self.left = min(limit, self.left + limit * seconds / MINUTE_SECONDS)
        self.left_at = now
        if self.left >= 1:
            return None
        again = (1 - self.left) * MINUTE_SECONDS / limit
        return self._error(What.STARTS, limit, limit, again)

    def _error(self, what: What, most: int, now: int, seconds: float) -> OverLimit:
        return OverLimit(self.subject, what, most, now, seconds)

    def take(self) -> None:
        """Count a task that starts."""
        self.left -= 1
        self.started += 1

    def read(self, usage: TaskUsage, started: int, now: float) -> None:
        """Take what the store says; so many had been started when it was asked.

        What began during the question may be in the answer, or not: it counts still.
        """
        self.usage = usage
        self.started -= started
        self.read_at = now


class Allowances:
    """All that can be asked of limits."""

    def __init__(
        self,
        *,
        store: FrameStore,
        limits: Mapping[Whose, Limits],
        max_starting: int,
        clock: Clock,
    ) -> None:
        """`max_starting`: of one person, at the same time."""
        self._store = store
        self._limits = limits
        self._max_starting = max_starting
        self._clock = clock
        self._accounts: Recent[Subject, Account] = Recent(MAX_ACCOUNTS)
        self._starting: Counter[str] = Counter()

    async def take(self, person: str, space: str) -> None:
        """Count a task that is about to start; raises `OverLimit`.

        Without accounts there is nobody whose tasks could be counted.
        """
        if not person:
            return
        now = self._clock().timestamp()
        accounts = [
            self._account(Subject(Whose.PERSON, person), now),
            self._account(Subject(Whose.SPACE, space), now),
        ]

        for account in accounts:
            if account.wants_reading(now):
                await self._read(account, now)

        # Nothing is waited for between these: what is judged is what is counted. Both
        # before one is taken: what one refuses must not cost the other.
        for account in accounts:
            error = account.over(now)
            if error is not None:
                raise error
        for account in accounts:
            account.take()

    def _account(self, subject: Subject, now: float) -> Account:
        account = self._accounts.get(subject)
        if account is None:
            account = Account(subject, self._limits[subject.whose], now)
            self._accounts.put(subject, account)
        return account

    async def _read(self, account: Account, now: float) -> None:
        """Ask the store; others go on meanwhile, if there is room as is known."""
        if account.reading.locked() and account.has_room():
            return
        async with account.reading:
            # Those who waited for the same answer have it now.
            if not account.wants_reading(now):
                return
            started = account.started
            id_ = account.subject.id
            if account.subject.whose is Whose.PERSON:
                usage = await self._store.usage_of(id_)
            else:
                usage = await self._store.usage_in(id_)
            account.read(usage, started, now)

    def begin(self, person: str) -> None:
        """Count a start of a person whose body comes; raises `Unavailable`.

        So nobody takes the places of all with bodies that do not come. Whoever begins
        calls `end`.
        """
        if self._starting[person] >= self._max_starting:
            reason = f"you start {self._max_starting} tasks already, half of MAX_STARTS"
            raise Unavailable("a place", reason)
        self._starting[person] += 1

    def end(self, person: str) -> None:
        """The body has come, or will not."""
        self._starting[person] -= 1
        if not self._starting[person]:
            del self._starting[person]
