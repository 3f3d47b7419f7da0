"""A run, the execution of one node in a frame, and the table of its statuses."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.domain.asking import Asked
from engine.domain.errors import IllegalChange
from engine.domain.run_faults import RunFault

T = TypeVar("T")


class Status(StrEnum):
    """Where a run is. `advance.py` opens with a picture of the ways between them."""

    PENDING = "pending"
    """Not begun; its predecessors may still lead here."""
    WAITING = "waiting"
    """It was led to, and waits for its `delay` to be over."""
    CALLING = "calling"
    """This is the order to call. A crash may cause the call to be made twice."""
    WORKING = "working"
    """A service took the work and owes the result."""
    RETRYING = "retrying"
    """Waits for the time of its next call."""
    LOOPING = "looping"
    """The frames of its items are open."""
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    """No way can lead here any more."""
    FAILED = "failed"
    CANCELLED = "cancelled"


_BEGINNINGS = {Status.CALLING, Status.LOOPING}
_ENDS = {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}

NEXT: Mapping[Status, AbstractSet[Status]] = {
    Status.PENDING: _BEGINNINGS | {Status.WAITING, Status.SKIPPED} | _ENDS,
    Status.WAITING: _BEGINNINGS | _ENDS,
    Status.CALLING: {Status.CALLING, Status.WORKING, Status.RETRYING} | _ENDS,
    Status.WORKING: {Status.WORKING, Status.RETRYING} | _ENDS,
    Status.RETRYING: {Status.CALLING, Status.RETRYING} | _ENDS,
    Status.LOOPING: {Status.LOOPING} | _ENDS,
    Status.SUCCEEDED: frozenset(),
    Status.SKIPPED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}
"""The only legal changes of status: `Run.to` refuses all others."""

AWAITING = frozenset({Status.CALLING, Status.WORKING, Status.RETRYING})
"""A result of the current attempt is taken."""
ACTIVE = AWAITING | {Status.WAITING, Status.LOOPING}
"""Something is under way, so the frame cannot end by itself."""

# An ended run waits for nothing: a time left in it would wake the frame.
_AT_ITS_END: dict[str, Any] = {
    "wake_at": None,
    "deadline": None,
    "note": None,
    "asked": None,
    "instance": None,
    "given_at": None,
    "refused": None,
    "refusals": 0,
}

_SHOW_THE_FAILURE = (Status.FAILED, Status.PENDING, Status.WAITING)

# Runs in a cycle would grow without end. The events of a task are read from this
# history (docs/decisions/0004), so a run that changed more often shows its last 50.
MAX_REMEMBERED_CHANGES = 50

MAX_PAST_ATTEMPTS = 19
"""With the current one 20 are shown."""

MAX_PAST_ERROR_CHARACTERS = 300
"""Of the error of an attempt that was not the last one."""

MAX_REASON_CHARACTERS = 2_000
"""Of an error or a note: each of a thousand runs in a document may have both."""


class Loop(Struct, frozen=True, omit_defaults=True):
    """How far a loop is: bit `i` of `ended`, a big-endian number, is of item `i`."""

    items: Any  # Json | Large
    total: int
    opened: int = 0
    """The items before this index have had their frames ordered."""
    ended: bytes = b""
    """A bit for each item, and not a count: the same end may be told twice."""

    @property
    def count(self) -> int:
        """How many items have ended."""
        return int.from_bytes(self.ended).bit_count()

    @property
    def complete(self) -> bool:
        """Whether all items have ended."""
        return self.count == self.total

    def has_ended(self, index: int) -> bool:
        return bool(int.from_bytes(self.ended) >> index & 1)

    def under_way(self) -> set[int]:
        """The items whose frames were opened and have not ended."""
        bits = int.from_bytes(self.ended)
        return {index for index in range(self.opened) if not bits >> index & 1}

    def with_ended(self, index: int) -> "Loop":
        bits = int.from_bytes(self.ended) | 1 << index
        return replace(self, ended=bits.to_bytes(self.total // 8 + 1))


class Attempt(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One call of a run: when it was, who had it, and why it failed."""

    number: int
    at: datetime
    ended_at: datetime | None = None
    """None: it is under way."""
    instance: str | None = None
    error: str | None = None


class Run(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A node's execution in a frame.

    `attempt` counts every call ever made and names the current one; `tries` counts
    those of this round that failed; `round` grows when a branch turns back.
    """

    status: Status = Status.PENDING
    attempt: int = 0
    tries: int = 0
    waits: int = 0
    """How often the call was postponed because no instance took it."""
    round: int = 0
    earlier_attempts: int = 0
    """How many attempts there were before this round."""
    params: Any = None  # Json | Large, as input and out
    """What code made of the node's constants; None: they are as in the pipeline."""
    input: Any = None
    out: Any = None
    led_by: tuple[str, ...] = ()
    """While it waits for its `delay`: the nodes that led here."""
    led_to: tuple[str, ...] = ()
    """The ids of the nodes that it led to when it succeeded, or failed and has a
    `catch`."""
    accepted: tuple[int, ...] = ()
    """The last attempts whose report was taken: a repeat of it changes nothing."""
    wake_at: datetime | None = None
    """When this run must be looked at again, at the latest."""
    deadline: datetime | None = None
    """When the attempt has failed if nothing was heard of it."""
    instance: str | None = None
    """The address of the service that took the work."""
    last_instance: str | None = None
    """Of a run that has ended: the address of the service that had the work last."""
    given_at: datetime | None = None
    """When that service was called."""
    crashes: int = 0
    """How often a service was started anew while it worked on this round."""
    error: str | None = None
    fault: RunFault | None = None
    """The same for programs; a run that an older engine stored has only the words."""
    note: str | None = None
    """What an open run waits for, in words; or how far it is, as the service says."""
    told_at: datetime | None = None
    """When the service last said how far it is."""
    refused: str | None = None
    """Why the last result of the current attempt was not taken."""
    refusals: int = 0
    """How many results of the current attempt were refused. One that is refused for the
    same reason as the one before does not count."""
    changes_others: bool = False
    """Its code changed other nodes."""
    changed_by_others: bool = False
    """Code of other nodes changed it."""
    reused: bool = False
    """It was kept from the task that this one continues."""
    loop: Loop | None = None
    asked: Asked | None = None
    """What an http node asks for, while it does, if that depends on values."""
    printed: str = ""
    """What its code has printed in this round."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    inline_bytes: tuple[int, ...] = ()
    """Bytes of its values in the document: of `params`, `input`, `out`, a loop's items.

    0 for what is kept outside of it; nothing at all for a run of a small frame.
    """
    history: tuple[tuple[Status, datetime], ...] = ()
    """The last changes of status, oldest first."""
    past: tuple[Attempt, ...] = ()
    """The last attempts that are over, oldest first, without the one that counts."""

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def succeeded(self) -> bool:
        return self.status is Status.SUCCEEDED

    @property
    def caught(self) -> bool:
        """Whether it failed for good and its `catch` goes on from there."""
        return self.status is Status.FAILED and bool(self.led_to)

    @property
    def failure(self) -> dict[str, Any] | None:
        """Why it failed for good, as authors see it; until its next round begins."""
        if self.fault is None or self.status not in _SHOW_THE_FAILURE:
            return None
        return {"code": self.fault.code, "message": self.error}

    @property
    def calls(self) -> int:
        """How many calls of this round were made and not just postponed."""
        return max(0, self.attempt - self.earlier_attempts - self.waits)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The last calls that were made, oldest first; the current one is the last."""
        called = [at for status, at in self.history if status is Status.CALLING]
        # A call that waits to be made again is not known to be under way.
        if not called or self.status in (Status.PENDING, Status.RETRYING):
            return self.past

        earlier = self.past
        if earlier and earlier[-1].number == self.attempt:
            if not self.succeeded:
                return earlier
            # It had failed by what the engine knew, and its result came after all.
            earlier = earlier[:-1]

        return (*earlier, self._current(called[-1]))

    def _current(self, called_at: datetime) -> Attempt:
        return Attempt(
            number=self.attempt,
            at=called_at,
            ended_at=self.ended_at,
            instance=self.instance or self.last_instance,
            error=self.error if self.status is Status.FAILED else None,
        )

    def attempt_failed(self, error: str, now: datetime) -> "Run":
        """The run that remembers that its current attempt has failed."""
        if self.status is Status.RETRYING:
            return self

        *earlier, current = self.attempts
        cut_error = _cut(error, MAX_PAST_ERROR_CHARACTERS)
        failed = replace(current, ended_at=now, error=cut_error)
        return replace(self, past=(*earlier, failed)[-MAX_PAST_ATTEMPTS:])

    def awaits(self, attempt: int) -> bool:
        """Whether a result of this attempt would be taken."""
        current = attempt == self.attempt and attempt not in self.accepted
        return current and self.status in AWAITING

    def loops(self, attempt: int) -> bool:
        """Whether frames of this activation of a loop are wanted."""
        return attempt == self.attempt and self.status is Status.LOOPING

    def accept(self) -> "Run":
        """The run after a report of its attempt was taken."""
        return replace(self, accepted=_remember(self.accepted, self.attempt))

    def to(self, status: Status, now: datetime, **changes: Any) -> "Run":
        """The run in its next status; raises `IllegalChange` if `NEXT` lacks it."""
        if status not in NEXT[self.status]:
            raise IllegalChange(self.status, status)

        if status is not self.status:
            changes["history"] = _remember(self.history, (status, now))
            # The progress that was told belongs to the attempt that is over.
            changes["told_at"] = None

        if status in ACTIVE:
            if self.started_at is None and status is not Status.WAITING:
                changes["started_at"] = now
        else:
            changes |= _AT_ITS_END
            changes["ended_at"] = now
            changes["last_instance"] = self.instance

        return replace(self, status=status, **changes)

    def again(self, now: datetime) -> "Run":
        """The pending run of the next round; this one may have any status.

        `NEXT` does not have this change, because a new run takes the place of the
        old one. The last `out` stays readable until the node runs again, and so does
        the failure that led back. Attempts
        count on, so that no late result of the last round is taken for one of the
        next.
        """
        failed = self.status is Status.FAILED
        return Run(
            attempt=self.attempt,
            round=self.round + 1,
            earlier_attempts=self.attempt,
            params=self.params,
            out=self.out,
            error=self.error if failed else None,
            fault=self.fault if failed else None,
            accepted=self.accepted,
            past=self.attempts[-MAX_PAST_ATTEMPTS:],
            history=_remember(self.history, (Status.PENDING, now)),
        )


def shortened(reason: str) -> str:
    """What is kept of an error or a note; it may quote anything, of any length."""
    return _cut(reason, MAX_REASON_CHARACTERS)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _remember(known: tuple[T, ...], latest: T) -> tuple[T, ...]:
    """The known ones and the latest; the oldest make room."""
    return (*known[1 - MAX_REMEMBERED_CHANGES :], latest)
