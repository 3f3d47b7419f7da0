"""Schedules: start tasks at certain times, each once, whatever replica is alive.

A time is a key of idempotency: the task's id is computed from the schedule and the
time. So whoever starts it a second time, after a kill or beside another replica, finds
the task that is there.

    due ──► draft(key of the time) ──► start ──► save the next time
              finds it: go on            │           another replica was first:
                                   killed here:      nothing to do
                              due again, draft finds it
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from engine.domain.access.roles import MAIN, Role
from engine.domain.entry_api import Api
from engine.domain.errors import (
    EngineError,
    Fault,
    InvalidInput,
    NoRoom,
    Unavailable,
    Unknown,
)
from engine.domain.frame import FramePath
from engine.domain.gate import Admitted
from engine.domain.schedule import BadCron, Missed, Schedule, Wish, next_time
from engine.domain.values import Json
from engine.ports import Clock, Inbox, ScheduleStore
from engine.usecases.access.allowances import Allowances
from engine.usecases.access.groups import Groups
from engine.usecases.access.homes import Homes
from engine.usecases.pipelines import Pipelines
from engine.usecases.tasks import Tasks

log = logging.getLogger(__name__)

Fits = Callable[[Api, Mapping[str, Json]], Awaitable[Admitted]]
"""What a route gets of typed data alone; raises `InvalidInput` if it does not fit."""

NEGLECTED_AFTER = timedelta(seconds=5)
"""A time that is due for so long is seen to by any replica: the one that should have is
frozen, or was killed."""

MAX_INPUT_BYTES = 16 << 10
"""Lists show the inputs of all schedules."""

MAX_ERROR_CHARACTERS = 1_000


class Schedules:
    """All that can be asked of schedules, and the round that starts what is due."""

    def __init__(
        self,
        *,
        store: ScheduleStore,
        tasks: Tasks,
        pipelines: Pipelines,
        fits: Fits,
        homes: Homes | None,
        groups: Groups | None,
        allowances: Allowances,
        inbox: Inbox,
        max_schedules: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._tasks = tasks
        self._pipelines = pipelines
        self._fits = fits
        self._homes = homes
        self._groups = groups
        self._allowances = allowances
        self._inbox = inbox
        self._max_schedules = max_schedules
        self._clock = clock

    async def add(self, wish: Wish, owner: str = "", space: str = MAIN) -> Schedule:
        """Keep a new schedule; raises `InvalidInput`, `NoRoom`."""
        now = self._clock()
        next_at = await self._checked(wish, now, space)
        if len(await self._store.all()) >= self._max_schedules:
            remedy = "delete those that are not needed"
            raise NoRoom("schedules", self._max_schedules, "MAX_SCHEDULES", remedy)

        schedule = Schedule(
            id=str(uuid4()),
            wish=wish,
            created_at=now,
            next_at=next_at,
            owner=owner,
            space=space,
            revision=1,
        )
        await self._store.add(schedule)
        return schedule

    async def list(self, space: str = MAIN) -> Sequence[Schedule]:
        """All of a space, the oldest first."""
        found = [one for one in await self._store.all() if one.space == space]
        return sorted(found, key=lambda one: one.created_at)

    async def starting(self, route: str) -> Sequence[Schedule]:
        """All that start tasks of a route, of whatever space, the oldest first."""
        found = [one for one in await self._store.all() if one.wish.route == route]
        return sorted(found, key=lambda one: one.created_at)

    async def get(self, id: str) -> Schedule:
        """Raises `Unknown`."""
        return await self._store.get(id)

    async def change(self, id: str, wish: Wish, owner: str = "") -> Schedule:
        """Give a schedule another wish; raises `Unknown`, `InvalidInput`.

        From now on its tasks are those of who changed it.
        """
        space = (await self._store.get(id)).space
        next_at = await self._checked(wish, self._clock(), space)
        while True:
            known = await self._store.get(id)
            changed = await self._store.save(known.changed(wish, next_at, owner))
            # Else a task has been started meanwhile: what was noted of it is kept.
            if changed is not None:
                return changed

    async def remove(self, id: str) -> None:
        """Forget a schedule; its tasks stay. Raises `Unknown`."""
        if not await self._store.remove(id):
            raise Unknown("schedule", id)

    async def start_due(self) -> None:
        """Start the tasks whose time has come."""
        now = self._clock()
        due = await self._store.due(now, self._max_schedules)
        mine = [schedule for schedule in due if self._sees_to(schedule, now)]
        await asyncio.gather(*(self._see_to(schedule, now) for schedule in mine))

    def _sees_to(self, schedule: Schedule, now: datetime) -> bool:
        """Whether it is up to this replica. If several think so, no harm is done."""
        if self._inbox.owns(FramePath(f"schedule-{schedule.id}")):
            return True
        is_neglected = schedule.next_at and now - schedule.next_at > NEGLECTED_AFTER
        return bool(is_neglected)

    async def _see_to(self, schedule: Schedule, now: datetime) -> None:
        """Start the task of one schedule; what goes wrong does not stop the others."""
        try:
            seen_to = await self._seen_to(schedule, now)
            # None: another replica was faster, or somebody changed or removed it.
            await self._store.save(seen_to)
        except Unavailable as error:
            # It stays due: the next round, or another replica, tries again.
            log.warning("the schedule %s has to wait: %s", schedule.id, error)

    async def _seen_to(self, schedule: Schedule, now: datetime) -> Schedule:
        try:
            next_at = _next(schedule.wish, now)
        except InvalidInput as error:
            # The time zone is not there any more, or no time is left.
            return schedule.failed(str(error), now, None)

        if schedule.wish.missed is Missed.SKIP and schedule.was_missed(now):
            return schedule.skipped(next_at)
        return await self._started(schedule, now, next_at)

    async def _started(
        self, schedule: Schedule, now: datetime, next_at: datetime | None
    ) -> Schedule:
        """The schedule after an attempt to start its task.

        What cannot be started now cannot be in a second: it waits for its next time.
        """
        try:
            task = await self._start(schedule)
        except Unavailable:
            raise
        except EngineError as error:
            log.warning("the schedule %s starts no task: %s", schedule.id, error)
            reason = str(error)[:MAX_ERROR_CHARACTERS]
            return schedule.failed(reason, now, next_at)
        except Exception:
            log.exception("the schedule %s starts no task", schedule.id)
            reason = "this is an error in the engine: its log has the details"
            return schedule.failed(reason, now, next_at)
        return schedule.started(task, now, next_at)

    async def _start(self, schedule: Schedule) -> str:
        """Start the task of the time that is due, or find it; its id."""
        wish = schedule.wish
        owner = schedule.owner
        await self._expect_owner(owner, schedule.space)
        await self._expect_seen(wish.route, schedule.space)
        draft = await self._tasks.draft(wish.route, _key(schedule), owner=owner)
        if not draft.repeated:
            data = await self._fits(draft.pipeline.entry.api, wish.input)
            space = schedule.space if self._homes else ""
            await self._allowances.take(owner, space)
            await self._tasks.start(draft, data, owner=owner, space=space)
        return draft.task

    async def _expect_owner(self, owner: str, space: str) -> None:
        """Raises `InvalidInput` for a person who may not run anything there any more.

        Who was locked out, or removed from the space, does not go on by a schedule.
        """
        if not owner or self._groups is None:
            return
        if not await self._groups.holds(owner, Role.READER, space):
            message = (
                f"may not run anything in the space “{space}” any more; whoever "
                "changes the schedule takes it over"
            )
            raise _wrong("owner", message, "change the schedule")

    async def _expect_seen(self, route: str, space: str) -> None:
        """Raises `Unknown` for a route that cannot be run in a space."""
        if self._homes is None:
            return
        home = await self._homes.of(route)
        if home is None or not home.runs_in(space):
            raise await self._pipelines.unknown(route)

    async def _checked(self, wish: Wish, now: datetime, space: str) -> datetime | None:
        """The next time of a wish; raises `InvalidInput` for what cannot work."""
        next_at = _next(wish, now)
        if len(orjson.dumps(wish.input)) > MAX_INPUT_BYTES:
            message = f"has more than {MAX_INPUT_BYTES} bytes"
            raise _wrong("input", message, "let the pipeline fetch what is large")

        try:
            await self._expect_seen(wish.route, space)
            published = await self._pipelines.current(wish.route)
        except Unknown as error:
            hint = "publish the pipeline first, or start the service"
            raise _wrong("route", str(error), hint) from None
        try:
            await self._fits(published.pipeline.entry.api, wish.input)
        except InvalidInput as error:
            raise InvalidInput([_in_input(fault) for fault in error.faults]) from None
        return next_at


def _key(schedule: Schedule) -> str:
    """The idempotency key of the time that is due.

    A line break is in it: no request can send this key in a header.
    """
    assert schedule.next_at  # nosec B101 # the store gives only those that are due
    return f"schedule {schedule.id}\n{schedule.next_at.isoformat()}"


def _next(wish: Wish, now: datetime) -> datetime | None:
    """Its first time after an instant; raises `InvalidInput`."""
    try:
        zone = ZoneInfo(wish.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "write a name of the IANA database, such as Europe/Berlin or UTC"
        raise _wrong("timezone", "is no time zone", hint) from None
    try:
        next_at = next_time(wish.cron, zone, now)
    except BadCron as error:
        hint = "write minute, hour, day, month and day of the week: 30 7 * * MON-FRI"
        raise _wrong("cron", f"cannot be used: {error}", hint) from None
    return None if wish.paused else next_at


def _wrong(field: str, message: str, hint: str) -> InvalidInput:
    return InvalidInput([Fault(f"bad-{field}", message, hint, field=field)])


def _in_input(fault: Fault) -> Fault:
    return replace(fault, field=".".join(filter(None, ("input", fault.field))))
