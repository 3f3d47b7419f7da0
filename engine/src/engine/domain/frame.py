"""A frame, the state of one activation of a graph; the root frame is the task.

    task                     the root frame: the nodes of the pipeline
      task/faces[0]          item 0 of the loop `faces`: the nodes of its body
      task/faces[1]
        task/faces[1]/eyes[0]   loops nest
      task/faces.2[0]        `faces` was turned back to: its second activation

Each frame is one document that is saved by compare-and-set on its `revision`, and
its events are applied one at a time. So frames move side by side without locks, and
a frame says by itself all that has to be done about it, also after a crash.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from msgspec import Struct
from msgspec.structs import replace

from engine.domain.run import Run
from engine.domain.run_faults import RunFault

FramePath = NewType("FramePath", str)
"""`<task>` for the root; `<task>/faces[2]` for item 2 of the loop `faces`."""


class FrameStatus(StrEnum):
    """Where a frame is; a task is where its root frame is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "error"
    CANCELLED = "cancelled"


class StandIn(StrEnum):
    """Why a frame stands for a document that could not be read (`stand_in.py`)."""

    BROKEN = "broken"
    """It has failed, and takes the place of its document with its next turn."""
    NEWER = "newer"
    """A later version of the engine wrote the document, which is left alone."""


class Parent(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Which item of which loop a frame runs."""

    path: FramePath
    node: str
    attempt: int
    index: int
    item: Any  # Json | Large


class Push(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where the caller of a task wants its end result, and how far that is."""

    url: str
    task_id: str
    tries: int = 0
    due_at: datetime | None = None
    done: bool = False


class Unfollowed(Struct, frozen=True, omit_defaults=True):
    """A node that ended, and what may start after it was not all looked at yet."""

    node: str
    round: int
    done: int = 0
    """So many of the nodes that may start now were looked at."""
    heads: tuple[str, ...] = ()
    """It turned back to these, and they have not begun yet."""


SCHEMA = 1
"""The version of the stored form. Stores keep it with every document: a later engine
can tell old documents from new ones, and an earlier one leaves the new ones alone."""


class Frame(
    Struct,
    frozen=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="schema",
    tag=SCHEMA,
):
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
    origin: str = ""
    """The task of a person that led to this one by calls; empty: this task itself."""
    continues: str = ""
    """The task whose results this one took over; empty: none."""
    owner: str = ""
    """The id of the person who started the task; empty: nobody with an account."""
    space: str = ""
    """The space to which the task belongs; empty: there are no accounts."""
    trace: str = ""
    """The id of its trace, and the span that caused the task if there is one; empty:
    no traces are made."""
    trial: bool = False
    """It runs a version that is not published: no statistics count it."""
    notes_changes: bool = False
    """Its runs say whether code of one node changed another."""
    width: int | None = None
    """How many frames inside may be open at once; None: as the operator says."""
    made: int = 0
    """Frames made for this task and for those that it called, as last reported."""
    status: FrameStatus = FrameStatus.RUNNING
    runs: Mapping[str, Run] = {}
    error: str | None = None
    fault: RunFault | None = None
    """Why it failed, for programs: that of its failed node, if one is to blame."""
    failed_node: str | None = None
    unfollowed: tuple[Unfollowed, ...] = ()
    """Where the last turn stopped as its time was over; the next one goes on there."""
    paused_at: datetime | None = None
    """When that was: the frame is due from then on."""
    evaluations: int = 0
    """How often an author's code ran in this frame."""
    value_bytes: int = 0
    """Bytes of all its values, at most: what was made is added (`room.py`)."""
    stored_bytes: int = 0
    """Bytes of binaries that came to it, and of all that its ended items keep."""
    revision: int = 0
    ended_at: datetime | None = None
    erase_at: datetime | None = None
    saved_at: datetime | None = None
    stand_in: StandIn | None = None
    """Only of a frame that was just read; it is never stored."""

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]

    @property
    def first_task(self) -> str:
        """The task on whose account this frame was made."""
        return self.origin or self.task

    @property
    def open(self) -> bool:
        return self.status is FrameStatus.RUNNING

    @property
    def kept_bytes(self) -> int:
        """What is kept for it, roughly: values, binaries, and its ended items."""
        return self.value_bytes + self.stored_bytes

    def with_stored(self, count: int) -> "Frame":
        """The frame with so many more bytes of binaries."""
        return replace(self, stored_bytes=self.stored_bytes + count)

    @property
    def failure_code(self) -> str | None:
        """What kind of failure it was; None: none, or nobody noted it."""
        return self.fault.code if self.fault else None

    @property
    def wake_at(self) -> datetime | None:
        """When the frame must be looked at again, at the latest; None: never."""
        due = [run.wake_at for run in self.runs.values() if run.wake_at is not None]

        if self.paused_at:
            due.append(self.paused_at)
        if self.push and self.push.due_at and not self.open:
            due.append(self.push.due_at)

        return min(due, default=None)

    def awaits(self, node_id: str, attempt: int) -> bool:
        """Whether a result of this attempt would be taken."""
        run = self.runs.get(node_id)
        return self.open and run is not None and run.awaits(attempt)

    def with_run(self, node_id: str, run: Run) -> "Frame":
        return replace(self, runs={**self.runs, node_id: run})

    def child_path(self, node_id: str, index: int) -> FramePath:
        """Where the frame of an item lives; another activation, another address.

        >>> frame = Frame(
        ...     path=FramePath("t"),
        ...     route="r",
        ...     version="v",
        ...     created_at=datetime(2026, 1, 1),
        ...     runs={"faces": Run(attempt=1)},
        ... )
        >>> frame.child_path("faces", 2)
        't/faces[2]'
        """
        attempt = self.runs[node_id].attempt
        activation = f".{attempt}" if attempt > 1 else ""

        return FramePath(f"{self.path}/{node_id}{activation}[{index}]")
