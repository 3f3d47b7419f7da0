"""What changed in a task, in order, for those who watch it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from engine.domain.frame import Frame, FramePath
from engine.domain.run import Run
from engine.domain.values import Json
from engine.ports import FrameStore

PAGE = 500
OVERLAP = timedelta(seconds=5)  # a frame may be saved a little after its instant
PACE = 0.1  # seconds
LOOK = 1.0  # seconds between looks for what other replicas saved
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[int, str, int]
"""When (microseconds since 1970), in which frame, the how-manieth at that instant."""


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
        for watcher in self._watchers.get(frame.task, ()):
            watcher.set()

    async def watch(self, task: str, after: str | None) -> AsyncIterator[Change]:
        """Every change after a known one, until the task has ended.

        The changes are those that the runs themselves remember, so any replica
        can tell them, and they can be told again. Raises `Unknown`.
        """
        root = FramePath(task)
        await self._store.get(root)
        floor = _read(after) if after else (0, "", 0)
        sent: set[Key] = set()
        with self._watching(task) as woken:
            while True:
                woken.clear()
                ended = not (await self._store.get(root)).open
                async for key, change in self._since(task, _instant(floor) - OVERLAP):
                    if key > floor and key not in sent:
                        sent.add(key)
                        yield change
                if ended:
                    return
                settled = max((k[0] for k in sent), default=0) - 2 * _micro(OVERLAP)
                floor = max(floor, (settled, "", 0))
                sent = {key for key in sent if key > floor}
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), LOOK)
                await asyncio.sleep(PACE)  # what comes close together is read once

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
            page = await self._store.of_task(task, since, PAGE)
            for pair in sorted(_changes(page), key=lambda pair: pair[0]):
                yield pair
            if len(page) < PAGE or page[-1].saved_at == since:
                return
            since = page[-1].saved_at


def _changes(frames: Iterable[Frame]) -> Iterator[tuple[Key, Change]]:
    for frame in frames:
        entries = sorted(_entries(frame), key=lambda entry: entry[0])
        at_once: defaultdict[datetime, int] = defaultdict(int)
        for at, name, data in entries:
            key = (_micro(at - EPOCH), str(frame.path), at_once[at])
            at_once[at] += 1
            id_ = f"{key[0]}-{key[2]}-{key[1]}"
            yield key, Change(id_, name, {"path": frame.path, "at": at, **data})


def _entries(frame: Frame) -> Iterator[tuple[datetime, str, dict[str, Json]]]:
    if frame.parent is None:
        yield frame.created_at, "task", {"status": "running"}
    for node, run in frame.runs.items():
        for at, data in _moves(run):
            yield at, "run", {"node": node, **data}
    if frame.parent is None and frame.ended_at:
        yield frame.ended_at, "task", {"status": frame.status, "message": frame.error}


def _moves(run: Run) -> Iterator[tuple[datetime, dict[str, Json]]]:
    told = ((run.status, run.told_at),) if run.told_at else ()
    moves = (*run.history, *told)
    for status, at in moves[:-1]:
        yield at, {"status": status}
    for status, at in moves[-1:]:
        known = {"attempt": run.attempt, "error": run.error, "note": run.note}
        yield at, {"status": status} | {k: v for k, v in known.items() if v}


def _read(id_: str) -> Key:
    """The place after which to resume; from the start if it cannot be read."""
    at, _, rest = id_.partition("-")
    ordinal, _, path = rest.partition("-")
    if not (at.isdecimal() and ordinal.isdecimal() and len(at) < 17):
        return (0, "", 0)
    return (int(at), path, int(ordinal))


def _micro(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _instant(key: Key) -> datetime:
    return EPOCH + timedelta(microseconds=key[0])
