"""What changed in a task, in order, for those who watch it.

There is no log of changes: each run remembers its own (docs/decisions/0004). A watcher
reads the frames that were saved since it last looked, and tells what it has not told.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from engine.domain.frame import Frame, FramePath
from engine.domain.run import Run
from engine.domain.values import Json
from engine.ports import FrameStore

# Bounds how many frames are in memory at once while a task is read.
FRAMES_PER_PAGE = 500

# A change has the instant of its decision, but can be read only when its frame has been
# saved, a little later: until then younger changes of other frames may be told. So each
# look goes back this far.
OVERLAP = timedelta(seconds=5)

# The pause between two looks, so that changes that come close together are read once.
PAUSE_SECONDS = 0.1

# What another replica saved wakes no watcher here: it is looked for this often.
LOOK_EVERY_SECONDS = 1.0

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Key(NamedTuple):
    """The place of a change among all changes of its task."""

    micros: int
    """Its instant, in microseconds since 1970."""
    path: str
    ordinal: int
    """Which of the changes of its frame at that instant it is, from 0 on."""


START = Key(0, "", 0)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a run (`run`) or of the task (`task`); `id` resumes after it."""

    id: str
    name: str
    data: Json


class ChangeFeed:
    """Wakes those who watch a task, and tells them what the frames remember."""

    def __init__(self, store: FrameStore) -> None:
        self._store = store
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def saved(self, frame: Frame) -> None:
        """A frame was saved here."""
        # `get` keeps a task that nobody watches from getting an entry.
        for watcher in self._watchers.get(frame.task, ()):
            watcher.set()

    async def watch(self, task: str, after: str | None) -> AsyncIterator[Change]:
        """Every change after a known one, until the task has ended.

        The changes are those that the runs themselves remember, so any replica
        can tell them, and they can be told again. Raises `Unknown`.
        """
        root = FramePath(task)
        await self._store.get(root)

        floor = _read(after) if after else START
        told: set[Key] = set()
        with self._watching(task) as woken:
            while True:
                # Cleared before reading: a save during the reading wakes again.
                woken.clear()
                # Asked before reading too: after it, the last changes could come
                # between the reading and the answer, and never be told.
                ended = not (await self._store.get(root)).open

                async for key, change in self._since(task, _instant(floor) - OVERLAP):
                    if key > floor and key not in told:
                        told.add(key)
                        yield change
                if ended:
                    return

                floor = _raised(floor, told)
                told = {key for key in told if key > floor}

                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), LOOK_EVERY_SECONDS)
                await asyncio.sleep(PAUSE_SECONDS)

    @contextmanager
    def _watching(self, task: str) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        self._watchers[task].add(woken)
        try:
            yield woken
        finally:
            self._watchers[task].discard(woken)
            if not self._watchers[task]:
                del self._watchers[task]

    async def _since(
        self, task: str, since: datetime | None
    ) -> AsyncIterator[tuple[Key, Change]]:
        """The changes that frames saved since then remember, page by page."""
        while True:
            page = await self._store.of_task(task, since, FRAMES_PER_PAGE)
            for pair in sorted(_changes(page), key=lambda pair: pair[0]):
                yield pair

            # A page may be short because its documents are large. Only the last one has
            # nothing that is later than what it was asked for.
            if not page or page[-1].saved_at == since:
                return
            since = page[-1].saved_at


def _raised(floor: Key, told: set[Key]) -> Key:
    """The place from which the next look tells.

    It stays two overlaps behind the last change that was told: a change that is saved
    so much later than younger ones is still told.
    """
    last = max((key.micros for key in told), default=0)
    safe = Key(last - 2 * _micros(OVERLAP), "", 0)
    return max(floor, safe)


def _changes(frames: Iterable[Frame]) -> Iterator[tuple[Key, Change]]:
    for frame in frames:
        entries = sorted(_entries(frame), key=lambda entry: entry[0])
        at_once: defaultdict[datetime, int] = defaultdict(int)

        for at, name, data in entries:
            key = Key(_micros(at - EPOCH), str(frame.path), at_once[at])
            at_once[at] += 1
            id_ = f"{key.micros}-{key.ordinal}-{key.path}"
            yield key, Change(id_, name, {"path": frame.path, "at": at, **data})


def _entries(frame: Frame) -> Iterator[tuple[datetime, str, dict[str, Json]]]:
    """The changes of a frame and its runs; those of the root are the task's."""
    if frame.parent is None:
        yield frame.created_at, "task", {"status": "running"}

    for node, run in frame.runs.items():
        for at, data in _moves(run):
            yield at, "run", {"node": node, **data}

    if frame.parent is None and frame.ended_at:
        yield frame.ended_at, "task", {"status": frame.status, "message": frame.error}


def _moves(run: Run) -> Iterator[tuple[datetime, dict[str, Json]]]:
    """The changes of a run; only the last one knows what the run knows now."""
    moves = list(run.history)
    if run.told_at:
        moves.append((run.status, run.told_at))

    for status, at in moves[:-1]:
        yield at, {"status": status}

    for status, at in moves[-1:]:
        known = {"attempt": run.attempt, "error": run.error, "note": run.note}
        said = {key: value for key, value in known.items() if value}
        yield at, {"status": status} | said


def _read(id_: str) -> Key:
    """The place after which to resume; from the start if it cannot be read."""
    at, _, rest = id_.partition("-")
    ordinal, _, path = rest.partition("-")

    # With 16 digits it is in the year 2286; with more it may be no instant at all.
    if not (at.isdecimal() and ordinal.isdecimal() and len(at) < 17):
        return START
    return Key(int(at), path, int(ordinal))


def _micros(span: timedelta) -> int:
    return span // MICROSECOND


def _instant(key: Key) -> datetime:
    return EPOCH + key.micros * MICROSECOND
