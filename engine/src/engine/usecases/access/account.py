"""How many tasks of a person, or in a space, may start before it is looked at again.

Two numbers bound it: how much room there is for what runs and is kept, which only the
store knows, and how many starts are left of those of a minute.
"""

import asyncio
from math import inf

from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import (
    MINUTE_SECONDS,
    Limits,
    Subject,
    What,
    refilled,
)
from engine.domain.task_lists import TaskUsage

FRESH_SECONDS = 5.0
"""How long it may stay unseen what has ended."""

CHECKED_SECONDS = 0.5
"""So often the store is asked for somebody who is over a limit, and tries again."""

COUNTED_SECONDS = 1.0
"""So often it is counted what was started, and starts come back."""

READING_PART = 20
"""Of somebody with very many tasks: reading takes a twentieth of the time at most."""

ROOM_PART = 4
LIMIT_PART = 200
"""With other replicas a quarter of the room may be filled between two readings, or half
a hundredth of the limit if that is more."""

RUNNING_AGAIN_SECONDS = 5
"""Tasks end all the time."""

BYTES_AGAIN_SECONDS = 60
"""Somebody has to erase something, or a retention to end."""

UNLIMITED = 1 << 60


class Account:
    """What is known of the tasks of a person or a space. Instants are in seconds."""

    def __init__(
        self, subject: Subject, limits: Limits, *, alone: bool, now: float
    ) -> None:
        self.subject = subject
        self.limits = limits
        self.looking = asyncio.Lock()
        self.free = 0
        """How many may start before anything is looked at. Who starts counts down."""
        self._alone = alone
        self._given = 0
        """How many were free when it was counted last."""
        self._counted_at = now
        self._until = now
        self._left = float(limits.starts if alone else 0)
        """Of the starts of a minute, or of a share of them."""
        self._share_at = now
        self._usage = TaskUsage(0, 0)
        self._started = 0
        """Since that was read, here."""
        self._unseen = 0
        """How many may start here until it is read again."""
        self._read_at = inf
        """Never, so far."""
        self._stale_at = inf

    def is_ready(self, now: float) -> bool:
        """Whether one may start without anything being looked at."""
        # The clock may have been set back.
        return self.free > 0 and self._counted_at <= now < self._until

    def count(self, now: float) -> None:
        """Count what was started since that was done last, and what came back."""
        taken = self._given - self.free
        self._given = self.free
        self._started += taken
        self._unseen -= taken
        self._left -= taken
        if self._alone and self.limits.starts:
            seconds = now - self._counted_at
            self._left = refilled(self._left, seconds, self.limits.starts)
        self._counted_at = now

    def give(self, now: float) -> None:
        """Say how many are free until it is looked at again; raises `OverLimit`."""
        self.count(now)
        error = self._too_much() or self._too_fast(now)
        if error is not None:
            self.free = self._given = 0
            raise error

        left = int(self._left) if self.limits.starts else UNLIMITED
        unseen = self._unseen if self._is_read else UNLIMITED
        self.free = self._given = min(self._room, unseen, left)
        self._until = min(now + COUNTED_SECONDS, self._stale_at)

    # What runs, and is kept.

    @property
    def _is_read(self) -> bool:
        """Whether something is limited that only the store knows."""
        return bool(self.limits.running or self.limits.bytes)

    @property
    def _room(self) -> int:
        limit = self.limits.running
        return limit - self._usage.running - self._started if limit else UNLIMITED

    def wants_reading(self, now: float) -> bool:
        """Whether the store should be asked before a start is judged."""
        if not self._is_read:
            return False
        if now < self._read_at:
            return True
        # Of somebody who is over a limit something may have ended, or been erased.
        if self._too_much() is not None:
            return now - self._read_at >= CHECKED_SECONDS
        return now >= self._stale_at or self._unseen < 1

    def begin_reading(self, now: float) -> int:
        """How many were started when the store is asked.

        What is free meanwhile others may take.
        """
        self.count(now)
        self._until = now + CHECKED_SECONDS
        return self._started

    def read(
        self, usage: TaskUsage, *, started: int, seconds: float, now: float
    ) -> None:
        """Take what the store said after some seconds; so many had been started then.

        What began during the question may be in the answer, or not: it counts still.
        """
        self.count(now)
        self._usage = usage
        self._started -= started
        self._read_at = now
        self._stale_at = now + max(FRESH_SECONDS, READING_PART * seconds)

        # The other replicas do the same at the same time. So all of them together pass
        # a limit by little, and who has much room is not read often.
        few = max(1, self.limits.running // LIMIT_PART, self._room // ROOM_PART)
        self._unseen = UNLIMITED if self._alone else few

    def _too_much(self) -> OverLimit | None:
        limits = self.limits
        if self._room < 1:
            running = limits.running - self._room
            return self._error(
                What.RUNNING, limits.running, running, RUNNING_AGAIN_SECONDS
            )
        if limits.bytes and self._usage.bytes >= limits.bytes:
            return self._error(
                What.BYTES, limits.bytes, self._usage.bytes, BYTES_AGAIN_SECONDS
            )
        return None

    # Starts in a minute.

    def wants_share(self, now: float) -> bool:
        """Whether a share of the starts of all replicas is needed, and may be there."""
        if self._alone or not self.limits.starts or self._left >= 1:
            return False
        return not 0 < self._share_at - now <= MINUTE_SECONDS

    def add_share(self, share: int) -> None:
        self._left += share

    def wait_for_share(self, seconds: float, now: float) -> None:
        """All are given out; so long there is none."""
        self._share_at = now + seconds

    def _too_fast(self, now: float) -> OverLimit | None:
        """Starts come back one after the other, not all at the end of a minute."""
        limit = self.limits.starts
        if not limit or self._left >= 1:
            return None
        again = self._share_at - now
        if self._alone:
            again = (1 - self._left) * MINUTE_SECONDS / limit
        return self._error(What.STARTS, limit, limit, again)

    def _error(self, what: What, most: int, now: int, seconds: float) -> OverLimit:
        return OverLimit(self.subject, what, most, now, seconds)
