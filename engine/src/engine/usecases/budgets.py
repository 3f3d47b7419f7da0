"""Keeps the accounts of tasks that multiply: frames made, called tasks open.

One account for each task that a person started, with all that it led to by loops and
calls. The frames made are counted here and reported to that task's frame from time to
time, so that neither each frame costs a write nor a restart begins the count anew. What
is not reported yet is lost with the process, and other replicas learn of it late: the
bound holds within one or two hundredths.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain import messages as m
from engine.domain.errors import TooManyFrames, Unavailable
from engine.domain.frame import Frame, FramePath
from engine.domain.rules import Rules
from engine.ports import Clock, Inbox
from engine.usecases.calls import RIDE_ALONG_DELAY
from engine.usecases.frames import Frames
from engine.usecases.recent import Recent

# Bounds how many accounts are remembered: a forgotten one is read from its task again.
MAX_ACCOUNTS = 10_000

REPORTS = 100
"""A hundredth of the limit is reported at a time, so a task has so many reports."""

FRESH_FOR = timedelta(seconds=5)
"""How long reports of other replicas may stay unseen here."""


@dataclass(slots=True)
class Account:
    """What is known here of one task that a person started."""

    made: int
    """Frames made, as far as was reported, and those made here since."""
    read_at: datetime
    unreported: int = 0
    called: dict[int, set[str]] = field(default_factory=dict)
    """The called tasks that are open, by how many calls lie above them."""


class Budgets:
    """Says whether a task may make more frames, and counts them."""

    def __init__(
        self, *, frames: Frames, inbox: Inbox, rules: Rules, clock: Clock
    ) -> None:
        self._frames = frames
        self._inbox = inbox
        self._rules = rules
        self._clock = clock
        self._accounts: Recent[str, Account] = Recent(MAX_ACCOUNTS)
        self._report_at = max(1, rules.max_frames // REPORTS)

    async def expect(self, first_task: str, count: int) -> None:
        """Raises `TooManyFrames` if a loop that begins cannot come to its end.

        Asked before its first item: what it calls would be for nothing.
        """
        account = await self._account(first_task)
        if account.made + count > self._rules.max_frames:
            raise TooManyFrames(self._rules.max_frames, made=account.made, wanted=count)

    async def take(self, first_task: str, count: int) -> None:
        """Count frames that are about to be made; raises `TooManyFrames`.

        Raises `Unknown` if the task was erased.
        """
        account = await self._account(first_task)
        if account.made + count > self._rules.max_frames:
            raise TooManyFrames(self._rules.max_frames)

        account.made += count
        account.unreported += count
        if account.unreported >= self._report_at:
            report = m.FramesMade(account.unreported)
            account.unreported = 0
            self._inbox.post_later(FramePath(first_task), report, RIDE_ALONG_DELAY)

    def give_back(self, first_task: str, count: int) -> None:
        """Some of the frames that were counted have not been made."""
        account = self._accounts.get(first_task)
        if account is not None:
            account.made -= count
            account.unreported -= count

    async def take_place(self, called: Frame) -> None:
        """Count a called task as open, before it is stored.

        Raises `Unavailable` while too many are open. Each depth has its own bound:
        tasks wait only for deeper ones, and the deepest for none, so waiting for a
        place never comes to a standstill.
        """
        account = await self._account(called.first_task)
        limit = self._rules.max_open_frames
        open_tasks = account.called.setdefault(called.depth, set())
        if len(open_tasks) >= limit:
            reason = f"{limit:,} tasks that it called are open (MAX_OPEN_FRAMES)"
            raise Unavailable("a place for one more call of this task", reason)
        open_tasks.add(called.task)

    def leave_place(self, called: Frame) -> None:
        """A called task has ended, or was not started."""
        account = self._accounts.get(called.first_task)
        if account is not None:
            account.called.get(called.depth, set()).discard(called.task)

    def saved(self, frame: Frame) -> None:
        """Take note of a frame that was saved: a called task may be open, or ended."""
        if not frame.origin or frame.parent is not None:
            return

        if not frame.open:
            self.leave_place(frame)
        else:
            # After a restart, or from another replica.
            account = self._accounts.get(frame.origin)
            if account is not None:
                account.called.setdefault(frame.depth, set()).add(frame.task)

    async def _account(self, first_task: str) -> Account:
        """The account of a task, with what others reported not long ago."""
        now = self._clock()
        account = self._accounts.get(first_task)
        if account and now - account.read_at < FRESH_FOR:
            return account

        frame = await self._frames.current(FramePath(first_task))
        # Looked up again: it may have been opened during the read.
        account = self._accounts.get(first_task)
        if account is None:
            account = Account(made=frame.made, read_at=now)
            self._accounts.put(first_task, account)

        # Never less than what is known here: a report of ours may be on its way.
        account.made = max(account.made, frame.made + account.unreported)
        account.read_at = now
        return account
