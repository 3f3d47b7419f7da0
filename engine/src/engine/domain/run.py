"""A run, the execution of one node in a frame, and the table of its statuses."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.domain.errors import IllegalChange

T = TypeVar("T")


class Status(StrEnum):
    """Where a run is. `advance.py` opens with a picture of the ways between them."""

    PENDING = "pending"
    """Not begun; its predecessors may still lead here."""
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


_ENDS = {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}

NEXT: Mapping[Status, AbstractSet[Status]] = {
    Status.PENDING: {Status.CALLING, Status.LOOPING, Status.SKIPPED} | _ENDS,
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
ACTIVE = AWAITING | {Status.LOOPING}
"""Something is under way, so the frame cannot end by itself."""

# Runs in a cycle would grow without end. The events of a task are read from this
# history (docs/decisions/0004), so a run that changed more often shows its last 50.
MAX_REMEMBERED_CHANGES = 50

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
    params: Any = None  # Json | Large, as input and out
    """What code made of the node's constants; None: they are as in the pipeline."""
    input: Any = None
    out: Any = None
    led_to: tuple[str, ...] = ()
    """The ids of the nodes that it led to when it succeeded."""
    accepted: tuple[int, ...] = ()
    """The last attempts whose report was taken: a repeat of it changes nothing."""
    wake_at: datetime | None = None
    """When this run must be looked at again, at the latest."""
    deadline: datetime | None = None
    """When the attempt has failed if nothing was heard of it."""
    instance: str | None = None
    """The address of the service that took the work."""
    error: str | None = None
    note: str | None = None
    """What an open run waits for, in words; or how far it is, as the service says."""
    told_at: datetime | None = None
    """When the service last said how far it is."""
    loop: Loop | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    inline_bytes: tuple[int, ...] = ()
    """Bytes of its values in the document: of `params`, `input`, `out`, a loop's items.

    0 for what is kept outside of it; nothing at all for a run of a small frame.
    """
    history: tuple[tuple[Status, datetime], ...] = ()
    """The last changes of status, oldest first."""

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def succeeded(self) -> bool:
        return self.status is Status.SUCCEEDED

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
            if self.started_at is None:
                changes["started_at"] = now
        else:
            # An ended run waits for nothing: a time left here would wake the frame.
            changes["ended_at"] = now
            changes["wake_at"] = None
            changes["deadline"] = None
            changes["note"] = None
            changes["instance"] = None

        return replace(self, status=status, **changes)

    def again(self, now: datetime) -> "Run":
        """The pending run of the next round; this one may have any status.

        `NEXT` does not have this change, because a new run takes the place of the
        old one. The last `out` stays readable until the node runs again. Attempts
        count on, so that no late result of the last round is taken for one of the
        next.
        """
        return Run(
            attempt=self.attempt,
            round=self.round + 1,
            params=self.params,
            out=self.out,
            accepted=self.accepted,
            history=_remember(self.history, (Status.PENDING, now)),
        )


def shortened(reason: str) -> str:
    """What is kept of an error or a note; it may quote anything, of any length."""
    if len(reason) <= MAX_REASON_CHARACTERS:
        return reason
    return f"{reason[: MAX_REASON_CHARACTERS - 1]}…"


def _remember(known: tuple[T, ...], latest: T) -> tuple[T, ...]:
    """The known ones and the latest; the oldest make room."""
    return (*known[1 - MAX_REMEMBERED_CHANGES :], latest)
