"""Where frames are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.domain.batches import Batches
from engine.domain.frame import Frame, FramePath
from engine.domain.task_lists import (
    TaskCounts,
    TaskFilter,
    TaskSummary,
    TaskUsage,
)
from engine.ports.pipelines import Version


class FrameStore(Protocol):
    """Keeps frames: contracts/test_frame_store.py, contracts/test_task_lists.py.

    What a returned call has stored is durable. Every method raises `Unavailable` when
    the store cannot be reached. Frames are values: what a caller holds never changes.
    For a document that cannot be read a method gives its stand-in
    (domain/stand_in.py), which has the revision that is stored.
    """

    batches: Batches
    """How many writes were made durable together: all that share one wait for it."""

    async def insert(self, frame: Frame) -> Frame | None:
        """Store a new frame as revision 1; None if its path is taken already."""

    async def save(self, frame: Frame) -> Frame:
        """Store the next revision.

        Raises `StaleFrame` if another one came first, or if the frame is not there.
        `frame.revision` is the one that was read; the returned frame has the next,
        and `saved_at` set by the store, which never goes backwards in one frame.
        """

    async def get(self, path: FramePath) -> Frame:
        """The last saved revision; raises `Unknown("task", …)`."""

    async def find(self, path: FramePath) -> Frame | None:
        """The last saved revision, or None."""

    async def due(self, now: datetime, limit: int) -> Sequence[FramePath]:
        """At most `limit` frames whose `wake_at` has come, the most overdue first."""

    async def postpone(self, path: FramePath, now: datetime, until: datetime) -> None:
        """Let a frame that is due at `now` be due at `until` instead.

        Only `due` and `active` see this, until the frame is saved again. Nothing to do
        if the frame is not due at `now`, or not there.
        """

    async def active(self, after: FramePath | None, limit: int) -> Sequence[FramePath]:
        """Frames with a `wake_at`, due or not, by path: for a restart.

        A page of at most `limit` that follows `after`; None: the first page.
        """

    async def children(
        self, path: FramePath, node: str, attempt: int, first: int, limit: int
    ) -> Sequence[Frame]:
        """The frames of a loop's items, by index.

        `node` and `attempt` name the activation of the loop in the frame at `path`. A
        page of at most `limit` from the index `first` on, and of fewer if their
        documents are large: only an empty page is the last one.
        """

    async def of_task(
        self, task: str, saved_since: datetime | None, limit: int
    ) -> Sequence[Frame]:
        """The frames of a task, its root included, by `saved_at`.

        A page of at most `limit`, from those saved at `saved_since` on; None: from the
        first. There are fewer in it if their documents are large: the last page has no
        frame that was saved later than `saved_since`.
        """

    async def tasks(
        self, which: TaskFilter, cursor: str | None, limit: int
    ) -> tuple[Sequence[TaskSummary], str | None]:
        """Tasks in short, newest first, and the cursor of the next page.

        The cursor comes from the page before, None asks for the first page; a None in
        return says that there are no more. Raises `InvalidInput` for a bad cursor.
        """

    async def counts(self) -> TaskCounts:
        """How many tasks (root frames) there are."""

    async def usage_of(self, owner: str) -> TaskUsage:
        """What the tasks of a person take, those that they called included."""

    async def usage_in(self, space: str) -> TaskUsage:
        """What the tasks take that belong to a space."""

    async def adopt(self, space: str) -> None:
        """Let lists show tasks that belong to no space as those of this one."""

    async def has_tasks(self, version: Version) -> bool:
        """Whether there is a task of this version of a pipeline, running or ended."""

    async def expired(self, now: datetime, limit: int) -> Sequence[str]:
        """At most `limit` ended tasks whose `erase_at` has come."""

    async def erase(self, task: str) -> None:
        """Erase every frame of a task; nothing to do if there is none."""

    async def scrub(self) -> None:
        """Leave nothing in files of what was erased, in all stores of the database,
        where that is the engine's own matter.

        Raises `Unavailable` if that cannot be done now.
        """

    async def check(self) -> None:
        """Raises `Unavailable` if the store cannot be used now."""
