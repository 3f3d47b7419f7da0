"""Erases people with all that is theirs, whatever is killed meanwhile.

An erasure is noted before anything is erased. Each replica looks for such notes in a
round, and begins at the beginning every time: what is erased already costs nothing.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from engine.domain.access.credentials import Kind
from engine.domain.access.erasure import Erasure
from engine.domain.access.limits import Starts, Subject, Whose, starts_id
from engine.domain.errors import EngineError, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.task_lists import TaskFilter, TaskSummary
from engine.ports import Clock, FrameStore, Inbox, ScheduleStore, Version
from engine.ports.access import CredentialStore, PeopleStore, RecordStore
from engine.ports.saved import SavedStore
from engine.usecases.access.audit import Audit
from engine.usecases.access.people import People, PersonChange
from engine.usecases.access.revising import revised
from engine.usecases.erasing import Erasing
from engine.usecases.timers import UPLOAD_MAX_DURATION
from engine.usecases.versions import Versions

log = logging.getLogger(__name__)

ERASURES_EVERY_SECONDS = 2
"""An erasure begins so late at most."""
LATE_AFTER = UPLOAD_MAX_DURATION + timedelta(minutes=5)
"""What the person sent before, and was still arriving, has become a task by then: it is
erased once more."""
NEGLECTED_AFTER = timedelta(seconds=30)
"""An erasure that did not come on for so long is seen to by any replica: the one that
should have is frozen, or was killed. If it was only slow, no harm is done."""
TASKS_PER_PAGE = 100
ERASED_AT_ONCE = 2
"""Tasks. The event loop gives as many turns to each of them as to an ordinary task: at
eight that one took 3.8 times as long beside MongoDB and S3, at two 1.5 times."""
MAX_DEAD_LETTERS = 1_000
PSEUDONYM_BYTES = 6


class _Unfinished(Exception):
    """Something could not be erased now: the next round tries again."""


class Erasures:
    """All that can be asked of erasing people, and the round that does it."""

    def __init__(
        self,
        *,
        store: RecordStore[Erasure],
        people: People,
        people_store: PeopleStore,
        credentials: CredentialStore,
        audit: Audit,
        schedules: ScheduleStore,
        starts: RecordStore[Starts],
        saved: SavedStore,
        frames: FrameStore,
        erasing: Erasing,
        versions: Versions,
        inbox: Inbox,
        clock: Clock,
    ) -> None:
        self._store = store
        self._people = people
        self._people_store = people_store
        self._credentials = credentials
        self._audit = audit
        self._schedules = schedules
        self._starts = starts
        self._saved = saved
        self._frames = frames
        self._erasing = erasing
        self._versions = versions
        self._inbox = inbox
        self._clock = clock
        # The note of an erasure goes last, and then nothing says any more that files
        # may still hold it. So this does; at first because an engine could have died
        # between the two.
        self._is_to_scrub = True

    async def begin(self, id: str) -> Erasure:
        """Lock a person out, and note that they are to be erased.

        The rounds do the rest. Raises `Unknown`, `LastAdministrator`.
        """
        known = await self._store.find(id)
        if known is not None:
            return known

        # Before it is noted: nobody may be left who could not be made again.
        person = await self._people.change(id, PersonChange(is_active=False))
        now = self._clock()
        erasure = Erasure(
            id=id,
            name=person.name,
            pseudonym=f"erased-{secrets.token_hex(PSEUDONYM_BYTES)}",
            began_at=now,
            moved_at=now,
        )
        if not await self._store.add(erasure):
            return await self.get(id)
        return erasure

    async def get(self, id: str) -> Erasure:
        """How far an erasure is; raises `Unknown`, also some time after its end."""
        erasure = await self._store.find(id)
        if erasure is None:
            raise Unknown("erasure", id)
        return erasure

    async def leaving(self) -> frozenset[str]:
        """The ids of those who are being erased."""
        known = await self._store.all()
        return frozenset(one.id for one in known if one.ended_at is None)

    async def go_on(self) -> None:
        """See to all erasures that are up to this replica."""
        for erasure in await self._store.all():
            if not self._sees_to(erasure):
                continue
            try:
                await self._see_to(erasure)
            except _Unfinished:
                log.warning("the erasure %s is not finished", erasure.pseudonym)
            except EngineError as error:
                log.warning("the erasure %s has to wait: %s", erasure.pseudonym, error)
        await self._scrub_notes()

    def _sees_to(self, erasure: Erasure) -> bool:
        now = self._clock()
        if erasure.ended_at is not None and now - erasure.ended_at < LATE_AFTER:
            return False
        # Not its id: whose erasure it is stands in no log.
        is_own = self._inbox.owns(FramePath(f"erasure-{erasure.pseudonym}"))
        return is_own or now - erasure.moved_at > NEGLECTED_AFTER

    async def _see_to(self, erasure: Erasure) -> None:
        id = erasure.id
        await self._erase_what_asks(id)
        await self._erase_documents(id)
        await self._erase_tasks(id)
        await self._erase_letters()

        # First the log, while the name is still taken: with the account gone, somebody
        # else could have it.
        await self._count(id, audit_entries=await self._audit.erase(erasure))
        await self._people_store.remove(id)
        if erasure.ended_at is not None:
            self._is_to_scrub = True
            await self._store.remove(id)
            return

        # The name is in this note too.
        await self._change(id, Erasure.without_name)
        await self._frames.scrub()
        await self._change(id, self._ended)
        log.info("%s is erased", erasure.pseudonym)

    async def _scrub_notes(self) -> None:
        if not self._is_to_scrub:
            return
        try:
            await self._frames.scrub()
        except Unavailable as error:
            log.warning("notes of erasures stay in files for now: %s", error)
        else:
            self._is_to_scrub = False

    def _ended(self, known: Erasure) -> Erasure:
        now = self._clock()
        return replace(known, ended_at=now, moved_at=now)

    async def _erase_what_asks(self, id: str) -> None:
        """Sessions, tokens, schedules: nothing begins in this name any more."""
        for kind in Kind:
            found = await self._credentials.of_person(id, kind)
            removed = [await self._credentials.remove(one.digest) for one in found]
            await self._count(id, **{f"{kind.name.lower()}s": sum(removed)})

        removed = [
            await self._schedules.remove(one.id)
            for one in await self._schedules.all()
            if one.owner == id
        ]
        await self._count(id, schedules=sum(removed))
        await self._starts.remove(starts_id(Subject(Whose.PERSON, id)))

    async def _erase_documents(self, id: str) -> None:
        """What was saved and not published."""
        removed = [
            await self._saved.remove(route, line.id)
            for route, line in await self._saved.of_person(id)
        ]
        await self._count(id, saved_documents=sum(removed))

    async def _erase_tasks(self, id: str) -> None:
        """Tasks with their blobs, and the versions that were only tried.

        Raises `_Unfinished` if some could not be erased.
        """
        cursor: str | None = None
        is_whole = True
        while True:
            which = TaskFilter(owner=id)
            page, cursor = await self._frames.tasks(which, cursor, TASKS_PER_PAGE)
            # Noted first: when the tasks are gone, nothing leads to these any more.
            tried = {(one.route, one.version) for one in page if one.trial}
            if tried:
                await self._change(id, partial(Erasure.with_tried, tried=tried))
            for begin in range(0, len(page), ERASED_AT_ONCE):
                some = page[begin : begin + ERASED_AT_ONCE]
                is_whole &= await self._erase_some(id, some)
            if cursor is None:
                break

        if not is_whole:
            raise _Unfinished
        for version in (await self.get(id)).tried:
            await self._versions.erased(Version(*version))

    async def _erase_some(self, id: str, tasks: Sequence[TaskSummary]) -> bool:
        """Whether none of them is left."""
        outcomes = await asyncio.gather(
            *(self._erasing.erase(task.id) for task in tasks), return_exceptions=True
        )
        is_whole = True
        for task, outcome in zip(tasks, outcomes, strict=True):
            # One that was called went with the task that called it.
            if isinstance(outcome, Exception) and not isinstance(outcome, Unknown):
                log.warning("task %s could not be erased: %s", task.id, outcome)
                is_whole = False
        await self._count(id, tasks=outcomes.count(None))
        return is_whole

    async def _erase_letters(self) -> None:
        """Events that no turn could take, of tasks that are not there any more."""
        for letter in await self._inbox.dead(MAX_DEAD_LETTERS):
            root = FramePath(letter.path.partition("/")[0])
            if await self._frames.find(root) is None:
                await self._inbox.bury(letter.id)

    async def _count(self, id: str, **counts: int) -> None:
        """Note what was erased, and that it comes on."""
        some = {what: count for what, count in counts.items() if count}
        if some:
            await self._change(id, lambda known: known.counted(some, self._clock()))

    async def _change(self, id: str, change: Callable[[Erasure], Erasure]) -> None:
        await revised(partial(self.get, id), change, self._store.save)
