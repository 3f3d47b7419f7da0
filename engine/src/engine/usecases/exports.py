"""Gives a person all that is known of them, part by part; nothing is kept for it.

A download may break off, and go on at another replica. So what comes first never
changes: tasks that had ended at the instant of the export, and documents that were
saved before it. A tag says which these are: as long as it is the same, the first parts
are, byte for byte. What changes, such as when a token was used last, comes at the end.
"""

import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import orjson

from engine.domain.access.credentials import Kind
from engine.domain.access.people import Person
from engine.domain.errors import Unavailable, Unknown
from engine.domain.frame import Frame, FramePath
from engine.domain.gate import owns
from engine.domain.json_pieces import json_pieces
from engine.domain.room import values_of
from engine.domain.task_lists import TaskFilter, TaskSummary
from engine.domain.values import Blob, Json, blobs_in, unwrap
from engine.ports import BlobStore, Clock, FrameStore, ScheduleStore
from engine.ports.access import AuditStore, CredentialStore
from engine.ports.saved import SavedLine, SavedStore
from engine.usecases import reports
from engine.usecases.access.people import People
from engine.usecases.call_time import pause
from engine.usecases.frames import Frames

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Exports that are being made: each has the values of a frame in memory."""
TASKS_PER_PAGE = 200
FRAMES_PER_PAGE = 100
ENTRIES_PER_PAGE = 200
LINES_BYTES = 1 << 20
"""Of a file with a line for each item, about: it is made in memory."""
PIECE_BYTES = 64 << 10
"""What is larger is written in such pieces, with pauses: to write megabytes takes many
milliseconds, in a thread too, which would keep Python's lock all that while."""
ASIDE = frozenset({"revision", "saved_at", "wakes_at"})
"""Of what is known of a frame: it is the engine's own, and changes after its end."""
README = """\
What the marketplace knows of you.

person.json      your account
sessions.json    where you are signed in
tokens.json      your tokens, without their secrets
schedules.json   what starts tasks in your name
audit-N.jsonl    what you did, an entry on each line
tasks.jsonl      your tasks that have ended, one on each line
tasks/ID/        each of them: what went into every step and came out, and its files
saved/ROUTE/     documents that you saved and did not publish
running/ID/      tasks that had not ended yet, as they were

All times are in UTC.
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A part that is made here."""

    name: str
    at: datetime
    pieces: Sequence[bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))


@dataclass(frozen=True, slots=True)
class File:
    """A part that is read from the blob store."""

    name: str
    at: datetime
    blob: Blob


Part = Text | File


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What an export of a person begins with."""

    person: Person
    as_of: datetime
    ended: Sequence[TaskSummary]
    """The oldest first."""
    saved: Sequence[tuple[str, SavedLine]]

    @property
    def tag(self) -> str:
        """The same for two exports that begin with the same bytes."""
        told = [self.person.id, self.as_of.isoformat()]
        told += [task.id for task in self.ended]
        told += [f"{route} {line.id} {line.saved_at}" for route, line in self.saved]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()[:32]


class Exports:
    """All that can be asked of exports."""

    def __init__(
        self,
        *,
        people: People,
        credentials: CredentialStore,
        audit: AuditStore,
        schedules: ScheduleStore,
        saved: SavedStore,
        store: FrameStore,
        frames: Frames,
        blobs: BlobStore,
        clock: Clock,
    ) -> None:
        self._people = people
        self._credentials = credentials
        self._audit = audit
        self._schedules = schedules
        self._saved = saved
        self._store = store
        self._frames = frames
        self._blobs = blobs
        self._clock = clock
        self._under_way = 0

    def expect_place(self) -> None:
        """Raises `Unavailable` if too many are being made already."""
        if self._under_way >= AT_ONCE:
            raise Unavailable("a place", f"{AT_ONCE} exports are being made already")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Count one that is being made; raises `Unavailable`.

        Between the question whether there is a place and this, others may come.
        """
        self.expect_place()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def begin(self, id: str, as_of: datetime | None = None) -> Export:
        """What an export begins with, as of an instant; None: now. Raises `Unknown`."""
        person = await self._people.get(id)
        as_of = as_of or self._clock()
        tasks = [task async for task in self._tasks(id)]
        ended = [one for one in tasks if one.ended_at and one.ended_at < as_of]
        ended.sort(key=lambda one: (one.created_at, one.id))
        saved = await self._saved.of_person(id)
        return Export(
            person=person,
            as_of=as_of,
            ended=ended,
            saved=[one for one in saved if one[1].saved_at < as_of],
        )

    async def _tasks(self, id: str) -> AsyncIterator[TaskSummary]:
        cursor: str | None = None
        while True:
            which = TaskFilter(owner=id)
            page, cursor = await self._store.tasks(which, cursor, TASKS_PER_PAGE)
            for task in page:
                yield task
            if cursor is None:
                return

    async def first_parts(self, export: Export) -> AsyncIterator[Part]:
        """What is the same for each export of this tag."""
        at = export.as_of
        yield Text("README.txt", at, [README.encode()])
        lines = [_json(reports.line(task)) for task in export.ended]
        yield Text("tasks.jsonl", at, [b"".join(line + b"\n" for line in lines)])
        for task in export.ended:
            async for part in self._parts_of(task, "tasks"):
                yield part
        for route, line in export.saved:
            saved = await self._saved.find(route, line.id)
            if saved is not None:
                name = f"saved/{route}/{line.id}.json"
                yield Text(name, line.saved_at, [saved.document])

    async def last_parts(self, export: Export) -> AsyncIterator[Part]:
        """What may be another one the next time."""
        id = export.person.id
        at = export.as_of
        told = {task.id for task in export.ended}
        async for task in self._tasks(id):
            if task.id not in told:
                async for part in self._parts_of(task, "running"):
                    yield part

        for kind in (Kind.SESSION, Kind.TOKEN):
            found = await self._credentials.of_person(id, kind)
            name = f"{kind.name.lower()}s.json"
            yield Text(name, at, [_json([one.shown() for one in found])])
        schedules = [
            one.to_json() for one in await self._schedules.all() if one.owner == id
        ]
        yield Text("schedules.json", at, [_json(schedules)])
        number = 0
        async for content in _files_of(self._deeds(id)):
            number += 1
            yield Text(f"audit-{number}.jsonl", at, [content])
        provided = export.person.provided
        about = {
            **export.person.shown(),
            "subject": provided.subject if provided else "",
        }
        yield Text("person.json", at, [_json(about)])

    async def _deeds(self, id: str) -> AsyncIterator[bytes]:
        after = 0
        while page := await self._audit.page(after, ENTRIES_PER_PAGE):
            for entry in page:
                if entry.deed.who == id:
                    yield _json(entry.to_json())
            after = page[-1].number

    async def _parts_of(self, task: TaskSummary, folder: str) -> AsyncIterator[Part]:
        """A task with the values of its runs, those of its loops' items, its files."""
        folder = f"{folder}/{task.id}"
        at = task.created_at
        blobs: dict[str, Blob] = {}
        try:
            root = await self._unpacked(await self._store.get(FramePath(task.id)))
        except Unknown:
            # It was erased a moment ago.
            return
        _gather(root, blobs)
        about = reports.line(task) | _told(root)
        yield Text(f"{folder}/task.json", at, await _written(about, root))
        del root, about

        number = 0
        async for content in _files_of(self._items(task.id, blobs)):
            number += 1
            yield Text(f"{folder}/items-{number}.jsonl", at, [content])
        for number, blob in enumerate(blobs.values(), 1):
            name = (blob.name or "").replace("\\", "/").rpartition("/")[2]
            end = f"-{name}" if name.isprintable() and name else ""
            yield File(f"{folder}/files/{number}{end}", at, blob)

    async def _items(self, task: str, blobs: dict[str, Blob]) -> AsyncIterator[bytes]:
        """A line for each frame of an item; what they refer to is gathered."""
        since: datetime | None = None
        told: set[FramePath] = set()
        while True:
            page = await self._store.of_task(task, since, FRAMES_PER_PAGE)
            for stored in page:
                if stored.parent and stored.path not in told:
                    told.add(stored.path)
                    frame = await self._unpacked(stored)
                    _gather(frame, blobs)
                    yield b"".join(await _written(_told(frame), frame))
            if not page or page[-1].saved_at == since:
                return
            since = page[-1].saved_at

    async def _unpacked(self, frame: Frame) -> Frame:
        return await self._frames.unpacked(frame)

    async def content(self, blob: Blob) -> AsyncIterator[bytes]:
        """The content of a file; nothing if it is lost."""
        try:
            async for piece in self._blobs.read(blob.key):
                yield piece
        except Unknown:
            log.error("the blob %s is lost: it is exported as empty", blob.key)


def _told(frame: Frame) -> dict[str, Json]:
    """What is known of a frame, without what is the engine's own."""
    known = reports.known(frame).items()
    return {name: value for name, value in known if name not in ASIDE}


def _gather(frame: Frame, blobs: dict[str, Blob]) -> None:
    """Add the blobs of the task that a frame refers to, in a fixed order."""
    for value in values_of(frame):
        for blob in blobs_in(unwrap(value)):
            if owns(frame.task, blob.key):
                blobs.setdefault(blob.key, blob)


async def _files_of(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines, as the contents of files of about a megabyte."""
    gathered: list[bytes] = []
    size = 0
    async for line in lines:
        gathered += (line, b"\n")
        size += len(line)
        if size >= LINES_BYTES:
            yield b"".join(gathered)
            gathered = []
            size = 0
            await pause()
    if gathered:
        yield b"".join(gathered)


async def _written(value: Json, frame: Frame) -> list[bytes]:
    """What is told of a frame, in pieces."""
    if frame.value_bytes < PIECE_BYTES:
        return [_json(value)]

    written: list[bytes] = []
    gathered: list[bytes] = []
    size = 0
    for piece in json_pieces(value):
        gathered.append(piece)
        size += len(piece)
        if size >= PIECE_BYTES:
            written.append(b"".join(gathered))
            gathered = []
            size = 0
            await pause()
    return [*written, b"".join(gathered)]


def _json(value: Json) -> bytes:
    return orjson.dumps(value)
