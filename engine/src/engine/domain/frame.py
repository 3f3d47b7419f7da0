"""A frame, the state of one activation of a graph, and the runs in it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from msgspec import Struct
from msgspec.structs import replace

from engine.domain.errors import IllegalChange

FramePath = NewType("FramePath", str)
"""`<task>` for the root; `<task>/faces[2]` for item 2 of the loop `faces`."""


class Status(StrEnum):
    """Where a run is."""

    PENDING = "pending"
    CALLING = "calling"  # the order to call: what it says is done, perhaps again
    WORKING = "working"  # a service took it and owes the result
    RETRYING = "retrying"  # waits until it is called again
    LOOPING = "looping"  # frames of its items are open
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = Status
ENDS = {S.SUCCEEDED, S.FAILED, S.CANCELLED}
NEXT: Mapping[Status, frozenset[Status]] = {
    S.PENDING: frozenset({S.CALLING, S.LOOPING, S.SKIPPED} | ENDS),
    S.CALLING: frozenset({S.CALLING, S.WORKING, S.RETRYING} | ENDS),
    S.WORKING: frozenset({S.WORKING, S.RETRYING} | ENDS),
    S.RETRYING: frozenset({S.CALLING, S.RETRYING} | ENDS),
    S.LOOPING: frozenset({S.LOOPING} | ENDS),
    S.SUCCEEDED: frozenset(),
    S.SKIPPED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}
ACTIVE = frozenset({S.CALLING, S.WORKING, S.RETRYING, S.LOOPING})
AWAITING = frozenset({S.CALLING, S.WORKING, S.RETRYING})
HISTORY = 50  # status changes and reports remembered of a run


class Loop(Struct, frozen=True, omit_defaults=True):
    """How far a loop is: bit `i` of `ended`, a big-endian number, is of item `i`."""

    items: Any  # Json | Large
    total: int
    opened: int = 0
    ended: bytes = b""

    @property
    def count(self) -> int:
        """How many items have ended."""
        return int.from_bytes(self.ended).bit_count()

    def has_ended(self, index: int) -> bool:
        return bool(int.from_bytes(self.ended) >> index & 1)

    def under_way(self) -> set[int]:
        """The items whose frames were opened and have not ended."""
        bits = int.from_bytes(self.ended)
        return {index for index in range(self.opened) if not bits >> index & 1}

    def with_ended(self, index: int) -> "Loop":
        bits = int.from_bytes(self.ended) | 1 << index
        return replace(self, ended=bits.to_bytes(self.total // 8 + 1))


class Run(Struct, frozen=True, omit_defaults=True):
    """A node's execution in a frame.

    `attempt` counts every call ever made and names the current one; `tries` counts
    those of this round that failed; `round` grows when a branch turns back.
    """

    status: Status = Status.PENDING
    attempt: int = 0
    tries: int = 0
    waits: int = 0
    round: int = 0
    params: Any = None  # Json | Large, as input and out
    """What code made of the node's constants; None: they are as in the pipeline."""
    input: Any = None
    out: Any = None
    led_to: tuple[str, ...] = ()
    accepted: tuple[int, ...] = ()
    """The last attempts whose report was taken: a repeat of it is no news."""
    wake_at: datetime | None = None
    """When this run must be looked at again, at the latest."""
    deadline: datetime | None = None
    """When the attempt has failed if nothing was heard of it."""
    instance: str | None = None
    error: str | None = None
    note: str | None = None
    """What an open run waits for, in words; or how far it is, as the service says."""
    told_at: datetime | None = None
    """When the service said so."""
    loop: Loop | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    history: tuple[tuple[Status, datetime], ...] = ()

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
        return replace(self, accepted=(*self.accepted[1 - HISTORY :], self.attempt))

    def to(self, status: Status, now: datetime, **changes: Any) -> "Run":
        """The run in its next status; raises `IllegalChange` if there is no way."""
        if status not in NEXT[self.status]:
            raise IllegalChange(self.status, status)
        if status is not self.status:
            changes["history"] = (*self.history[1 - HISTORY :], (status, now))
            changes["told_at"] = None
        if status not in ACTIVE:
            changes |= {"ended_at": now, "wake_at": None, "deadline": None}
            changes |= {"note": None, "instance": None}
        elif self.started_at is None:
            changes["started_at"] = now
        return replace(self, status=status, **changes)

    def again(self, now: datetime) -> "Run":
        """The run of the next round. Beside the table: any status turns back so.

        What it gave stays readable until it runs again; attempts count on, so
        that no result of the last round is taken for one of the next.
        """
        return Run(
            attempt=self.attempt,
            round=self.round + 1,
            params=self.params,
            out=self.out,
            accepted=self.accepted,
            history=(*self.history[1 - HISTORY :], (Status.PENDING, now)),
        )


class FrameStatus(StrEnum):
    """Where a frame is; a task is where its root frame is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "error"
    CANCELLED = "cancelled"


class Parent(Struct, frozen=True, omit_defaults=True):
    """Which item of which loop a frame runs."""

    path: FramePath
    node: str
    attempt: int
    index: int
    item: Any  # Json | Large


class Push(Struct, frozen=True, omit_defaults=True):
    """Where the caller of a task wants its end result, and how far that is."""

    url: str
    task_id: str
    tries: int = 0
    due_at: datetime | None = None
    done: bool = False


class Frame(Struct, frozen=True, omit_defaults=True, tag_field="schema", tag=1):
    """One document. The root frame is the task, with all that is known of it."""

    path: FramePath
    route: str
    version: str
    created_at: datetime
    loops: tuple[str, ...] = ()
    """The ids of the loops around this frame, outermost first; root: none."""
    parent: Parent | None = None
    push: Push | None = None
    depth: int = 0
    """How many tasks called each other to come here."""
    status: FrameStatus = FrameStatus.RUNNING
    runs: Mapping[str, Run] = {}
    error: str | None = None
    failed_node: str | None = None
    evaluations: int = 0
    revision: int = 0
    ended_at: datetime | None = None
    erase_at: datetime | None = None
    saved_at: datetime | None = None

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]

    @property
    def open(self) -> bool:
        return self.status is FrameStatus.RUNNING

    @property
    def wake_at(self) -> datetime | None:
        """When the frame must be looked at again, at the latest; None: never."""
        due = [r.wake_at for r in self.runs.values() if r.wake_at is not None]
        if self.push and self.push.due_at and not self.open:
            due.append(self.push.due_at)
        return min(due, default=None)

    def with_run(self, node: str, run: Run) -> "Frame":
        return replace(self, runs={**self.runs, node: run})

    def child_path(self, node: str, index: int) -> FramePath:
        """Where the frame of an item lives; another activation, another address.

        >>> now = datetime(2026, 1, 1)
        >>> runs = {"faces": Run(attempt=1)}
        >>> Frame(FramePath("t"), "r", "v", now, runs=runs).child_path("faces", 2)
        't/faces[2]'
        """
        attempt = self.runs[node].attempt
        again = f".{attempt}" if attempt > 1 else ""
        return FramePath(f"{self.path}/{node}{again}[{index}]")
