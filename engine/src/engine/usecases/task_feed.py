"""The changes of one task, read once for all who watch it here.

One reader looks at the frames that were saved, and puts what it has not told yet into a
log. Each watcher has its place in the log. So a task costs the stores the same, however
many watch it.

    frames ──look──► log ──► watcher at its place
                         ──► watcher at its place

The log holds the last changes only. Whoever begins to watch a task with more of them
reads the older ones from the frames, and then goes on in the log. A watcher so slow
that its place is not in the log any more is ended: it connects again with
`Last-Event-ID`.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from engine.domain.frame import Frame, FramePath
from engine.ports import FrameStore
from engine.usecases.changes import (
    START,
    Change,
    Key,
    changes_of,
    instant_of,
    micros_of,
)

# Bounds how many frames are in memory at once while a task is read.
FRAMES_PER_PAGE = 500

# A change has the instant of its decision, but can be read only when its frame has been
# saved, a little later: until then younger changes of other frames may be told. So each
# look goes back this far.
OVERLAP = timedelta(seconds=5)

# The time between two looks, so that changes that come close together are read once.
# The first change after a pause is told at once.
GATHER_SECONDS = 0.1

# All are woken after a look: of hundreds that alone takes many milliseconds.
GATHER_SECONDS_PER_WATCHER = 0.001

# What another replica saved wakes no watcher here: it is looked for this often.
LOOK_EVERY_SECONDS = 1.0

# Told together: few pieces cost less than many, and none of them is large.
CHANGES_AT_ONCE = 100

# Of all watchers of this process, so many tell in one pass of the event loop.
TELLING_AT_ONCE = 8

# Of a page, frames that are looked at between two passes of the event loop.
FRAMES_AT_ONCE = 50

# Memory of a change without its texts, roughly.
CHANGE_BYTES = 800


class TellingTurns:
    """Turns of watchers: a few tell in each pass of the event loop.

    Otherwise hundreds of them would each tell a bit, before anybody else was served.
    """

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(TELLING_AT_ONCE)

    async def next(self) -> None:
        """Wait for the next turn."""
        async with self._places:
            await asyncio.sleep(0)


class TaskFeed:
    """The log of one task, and the reader that fills it.

    `max_bytes` says how much memory the log may take now. `reads` bounds how many pages
    of frames are read at the same time for all watchers of this process: others want to
    read, too.
    """

    def __init__(
        self,
        *,
        task: str,
        store: FrameStore,
        reads: asyncio.Semaphore,
        turns: TellingTurns,
        max_bytes: Callable[[], int],
    ) -> None:
        self.watchers = 0
        self._task = task
        self._store = store
        self._reads = reads
        self._turns = turns
        self._max_bytes = max_bytes

        # Saves are counted: a look that began after a save has seen it.
        self._saves = 1
        self._saves_seen = 0
        self._saved = asyncio.Event()
        self._looking = asyncio.Lock()
        self._looked_at: float | None = None

        # The log: its entries, and the number of the first one.
        self._log: deque[tuple[Key, Change]] = deque()
        self._first = 0
        self._log_bytes = 0
        self._ended = False

        # What is not later than the floor is not told any more; `_told` is all above.
        self._last: tuple[Key, Change] | None = None
        """The last change that was put into the log."""
        self._floor = START
        self._told: set[Key] = set()

        # Each look goes back some seconds: what is as it was says nothing new.
        self._seen: dict[FramePath, int] = {}
        """Revisions of the frames that the last look saw."""

    def saved(self) -> None:
        """A frame of the task was saved: wakes the watchers."""
        self._saves += 1
        self._saved.set()
        # A new one for those who will wait from now on.
        self._saved = asyncio.Event()

    async def so_far(self, after: Key) -> AsyncIterator[Sequence[Change]]:
        """Every change after this one that there is now. Raises `Unknown`."""
        async for past in self._past(after, set()):
            yield past

    async def follow(self, after: Key) -> AsyncIterator[Sequence[Change]]:
        """Every change after this one, until the task has ended. Raises `Unknown`."""
        await self._look()
        place = self._first
        told: set[Key] = set()

        if place > 0:
            # The log has lost its beginning. What it gets from now on is not missed:
            # its end is taken before the frames are read.
            place = self._end
            async for past in self._past(after, told):
                yield past

        while True:
            # Asked before the log is read, or the last changes would not be told.
            ended = self._ended
            while place < self._end:
                if place < self._first:
                    return
                skipped = place - self._first
                entries = list(islice(self._log, skipped, skipped + CHANGES_AT_ONCE))
                place += len(entries)
                news = [
                    change for key, change in entries if key > after and key not in told
                ]
                if news:
                    yield news
                await self._turns.next()

            if ended:
                return
            await self._wait()
            await self._look()

    @property
    def _end(self) -> int:
        return self._first + len(self._log)

    async def _wait(self) -> None:
        """Until a frame was saved here, or it is time to look for other replicas."""
        if self._saves > self._saves_seen:
            return

        saves = self._saves
        saved = self._saved
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_SECONDS):
                await saved.wait()
        # The first watcher whose time is over wakes the others: all look together.
        if self._saves == saves:
            self.saved()

    async def _look(self) -> None:
        """See all that was saved until now, together with others who want to."""
        wanted = self._saves
        while self._saves_seen < wanted:
            async with self._looking:
                # Another watcher may have looked meanwhile.
                if self._saves_seen < wanted:
                    await self._gather()
                    saves = self._saves
                    await self._read()
                    self._saves_seen = saves

    async def _gather(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._looked_at is not None:
            gather = max(GATHER_SECONDS, self.watchers * GATHER_SECONDS_PER_WATCHER)
            pause = self._looked_at + gather - now
            if pause > 0:
                await asyncio.sleep(pause)
                now += pause
        self._looked_at = now

    async def _read(self) -> None:
        """Put what the frames remember, and was not told, into the log."""
        # Asked before reading: after it, the last changes could come between the
        # reading and the answer, and never be told.
        ended = not (await self._store.get(FramePath(self._task))).open

        seen = self._seen
        self._seen = {}
        async for page in self._pages(instant_of(self._floor) - OVERLAP):
            self._seen |= {frame.path: frame.revision for frame in page}
            page = [frame for frame in page if seen.get(frame.path) != frame.revision]
            for key, change in await _sorted_changes(page):
                if key > self._floor and key not in self._told:
                    self._told.add(key)
                    self._last = (key, change)
                    self._append(key, change)

        self._ended = ended
        self._raise_floor()

    def _append(self, key: Key, change: Change) -> None:
        self._log.append((key, change))
        self._log_bytes += _memory_of(change)
        # The last one stays, however large: otherwise nobody could be told of it.
        while self._log_bytes > self._max_bytes() and len(self._log) > 1:
            _, oldest = self._log.popleft()
            self._log_bytes -= _memory_of(oldest)
            self._first += 1

    def _raise_floor(self) -> None:
        """Forget what is too old to come again.

        The floor stays two overlaps behind the last change: one that is saved so much
        later than younger ones is still told.
        """
        last = max((key.micros for key in self._told), default=0)
        safe = Key(last - 2 * micros_of(OVERLAP), "", 0)
        self._floor = max(self._floor, safe)
        self._told = {key for key in self._told if key > self._floor}

    async def _past(
        self, after: Key, told: set[Key]
    ) -> AsyncIterator[Sequence[Change]]:
        """What the frames remember, page by page; `told` is what may come again."""
        floor = self._floor
        async for page in self._pages(instant_of(after) - OVERLAP):
            # Only these may come again: from a frame that is saved again, or, if they
            # are young, in the log. So `told` stays small, however many items.
            open_paths = {str(frame.path) for frame in page if frame.open}
            news = [
                (key, change)
                for key, change in await _sorted_changes(page)
                if key > after and key not in told
            ]
            told.update(key for key, _ in news if key > floor or key.path in open_paths)

            for begin in range(0, len(news), CHANGES_AT_ONCE):
                some = news[begin : begin + CHANGES_AT_ONCE]
                yield [change for _, change in some]
                await self._turns.next()

    async def _pages(self, since: datetime | None) -> AsyncIterator[Sequence[Frame]]:
        """The frames saved since then, each once unless it is saved again meanwhile."""
        read: set[FramePath] = set()
        while True:
            async with self._reads:
                page = await self._store.of_task(self._task, since, FRAMES_PER_PAGE)
            yield [frame for frame in page if frame.path not in read]

            # A page may be short because its documents are large. Only the last one has
            # nothing that is later than what it was asked for.
            if not page or page[-1].saved_at == since:
                return
            # The next page begins with those of the same instant once more.
            since = page[-1].saved_at
            read = {frame.path for frame in page if frame.saved_at == since}


async def _sorted_changes(page: Sequence[Frame]) -> list[tuple[Key, Change]]:
    """The changes that these frames remember, by their places."""
    found: list[tuple[Key, Change]] = []
    for begin in range(0, len(page), FRAMES_AT_ONCE):
        found += changes_of(page[begin : begin + FRAMES_AT_ONCE])
        await asyncio.sleep(0)
    return sorted(found, key=lambda pair: pair[0])


def _memory_of(change: Change) -> int:
    # Its texts are in memory twice: as they are, and as JSON for those who watch.
    texts = change.data.values() if isinstance(change.data, dict) else ()
    return CHANGE_BYTES + sum(2 * len(text) for text in texts if isinstance(text, str))
