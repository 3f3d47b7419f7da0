"""Who watches which task: a bounded number, with one reader for each task."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

from engine.domain.errors import Unavailable
from engine.domain.frame import Frame, FramePath
from engine.ports import FrameStore
from engine.usecases.changes import START, Change, key_of
from engine.usecases.root_feed import RootFeed
from engine.usecases.task_feed import TaskFeed, TellingTurns

# Of the logs of all tasks together.
LOGS_BYTES = 32 << 20

# Of one task: more is read again by those who come later.
LOG_BYTES = 4 << 20

# Pages of frames that are read at once for watchers: others want to read, too.
READS_AT_ONCE = 2


class ChangeFeed:
    """Tells those who watch a task what changes in it."""

    def __init__(
        self, *, store: FrameStore, max_watchers: int, max_task_watchers: int
    ) -> None:
        self._store = store
        self._max_watchers = max_watchers
        self._max_task_watchers = max_task_watchers
        self._watchers = 0
        self._feeds: dict[str, TaskFeed] = {}
        self._root_feeds: dict[str, TaskFeed] = {}
        """For those who do not want what is inside of loops."""
        self._reads = asyncio.Semaphore(READS_AT_ONCE)
        self._turns = TellingTurns()

    def saved(self, frame: Frame) -> None:
        """A frame was saved here."""
        feed = self._feeds.get(frame.task)
        if feed:
            feed.saved()

        if frame.parent is None:
            feed = self._root_feeds.get(frame.task)
            if feed:
                feed.saved()

    def expect_place(self, task: str) -> None:
        """Raises `Unavailable` if one more cannot watch the task."""
        if self._watchers >= self._max_watchers:
            reason = f"{self._max_watchers} clients watch tasks already (MAX_WATCHERS)"
            raise Unavailable("the stream of events", reason)

        feeds = (self._feeds.get(task), self._root_feeds.get(task))
        watchers = sum(feed.watchers for feed in feeds if feed)
        if watchers >= self._max_task_watchers:
            reason = (
                f"{self._max_task_watchers} clients watch this task already "
                "(MAX_TASK_WATCHERS)"
            )
            raise Unavailable("the stream of events", reason)

    async def so_far(
        self, task: str, after: str | None, *, inside: bool, limit: int
    ) -> list[Change]:
        """The changes after a known one that there are now; raises `Unknown`.

        At most `limit`, and of large frames some more.
        """
        await self._store.get(FramePath(task))
        feed = self._feed(task, inside)
        found: list[Change] = []
        async for changes in feed.so_far(key_of(after) if after else START):
            found += changes
            if len(found) >= limit:
                break
        return found

    async def watch(
        self, task: str, after: str | None, *, inside: bool = True
    ) -> AsyncGenerator[Sequence[Change], None]:
        """Every change after a known one, until the task has ended, some at a time.

        The changes are those that the runs themselves remember, so any replica
        can tell them, and they can be told again. A watcher that is too slow is ended
        before. Without `inside` only the root frame's come, and how far its loops are.
        Raises `Unknown`, `Unavailable`.
        """
        await self._store.get(FramePath(task))
        with self._watching(task, inside) as feed:
            async for changes in feed.follow(key_of(after) if after else START):
                yield changes

    @contextmanager
    def _watching(self, task: str, inside: bool) -> Iterator[TaskFeed]:
        self.expect_place(task)
        feeds = self._feeds if inside else self._root_feeds
        feed = feeds.get(task)
        if feed is None:
            feed = feeds[task] = self._feed(task, inside)

        feed.watchers += 1
        self._watchers += 1
        try:
            yield feed
        finally:
            feed.watchers -= 1
            self._watchers -= 1
            if not feed.watchers:
                del feeds[task]

    def _feed(self, task: str, inside: bool) -> TaskFeed:
        make = TaskFeed if inside else RootFeed
        return make(
            task=task,
            store=self._store,
            reads=self._reads,
            turns=self._turns,
            max_bytes=self._max_log_bytes,
        )

    def _max_log_bytes(self) -> int:
        return min(
            LOG_BYTES, LOGS_BYTES // max(1, len(self._feeds) + len(self._root_feeds))
        )
