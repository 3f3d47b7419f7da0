"""A schedule: which route gets a task at which times, and what became of it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from cronsim import CronSim, CronSimError

from engine.domain.access.roles import MAIN
from engine.domain.values import Json

CRON_FIELDS = 5
"""Minute, hour, day, month, day of the week. A sixth one would be seconds: no two times
of a schedule are less than a minute apart."""

MAX_CRON_CHARACTERS = 200

LATE_AFTER = timedelta(minutes=1)
"""A time that is further back was missed: nobody was there to start its task."""


class Missed(StrEnum):
    """What becomes of times at which no engine was running."""

    ONCE = "once"
    """One task is started for all of them, as soon as an engine is there again."""
    SKIP = "skip"


class BadCron(ValueError):
    """A text that is no cron expression with a time to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person says of a schedule."""

    route: str
    cron: str
    timezone: str
    input: dict[str, Json]
    paused: bool
    missed: Missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as it is kept."""

    id: str
    wish: Wish
    created_at: datetime
    next_at: datetime | None
    """The time of the next task. None: it is paused, or there is none."""
    last_at: datetime | None = None
    """When a task was started last, or could not be."""
    last_task: str | None = None
    last_error: str | None = None
    """Why no task was started at the last time; None: one was."""
    owner: str = ""
    """The id of the person whose tasks it starts; empty: nobody with an account."""
    space: str = MAIN
    """The space to which it belongs."""
    revision: int = 0

    def changed(
        self, wish: Wish, next_at: datetime | None, owner: str = ""
    ) -> "Schedule":
        """The schedule with another wish, of who has it now; empty: as before.

        A time that is due already stays, if it would still be one. Nobody lets somebody
        else run what they chose themselves.
        """
        before = self.wish
        same_times = (before.cron, before.timezone) == (wish.cron, wish.timezone)
        if same_times and self.next_at and next_at:
            next_at = min(self.next_at, next_at)
        return replace(self, wish=wish, next_at=next_at, owner=owner or self.owner)

    def started(self, task: str, now: datetime, next_at: datetime | None) -> "Schedule":
        """The schedule behind a time whose task has started."""
        return replace(
            self, last_at=now, last_task=task, last_error=None, next_at=next_at
        )

    def failed(self, error: str, now: datetime, next_at: datetime | None) -> "Schedule":
        """The schedule behind a time at which no task could be started."""
        return replace(self, last_at=now, last_error=error, next_at=next_at)

    def skipped(self, next_at: datetime | None) -> "Schedule":
        """The schedule behind times that were missed."""
        return replace(self, next_at=next_at)

    def was_missed(self, now: datetime) -> bool:
        """Whether its time is too long ago to be started in time."""
        return self.next_at is not None and now - self.next_at > LATE_AFTER

    def to_json(self) -> dict[str, Any]:
        """Everything but its revision."""
        wish = self.wish
        # Where there are no accounts nobody has to read of owners.
        owner = {"owner": self.owner, "space": self.space} if self.owner else {}
        return {
            "id": self.id,
            "route": wish.route,
            "cron": wish.cron,
            "timezone": wish.timezone,
            "input": wish.input,
            "paused": wish.paused,
            "missed": str(wish.missed),
            "created_at": self.created_at.isoformat(),
            "next_at": _text(self.next_at),
            "last_at": _text(self.last_at),
            "last_task": self.last_task,
            "last_error": self.last_error,
            **owner,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any], revision: int) -> "Schedule":
        """What `to_json` wrote."""
        return cls(
            id=value["id"],
            wish=Wish(
                route=value["route"],
                cron=value["cron"],
                timezone=value["timezone"],
                input=value["input"],
                paused=value["paused"],
                missed=Missed(value["missed"]),
            ),
            created_at=datetime.fromisoformat(value["created_at"]),
            next_at=_instant(value["next_at"]),
            last_at=_instant(value["last_at"]),
            last_task=value["last_task"],
            last_error=value["last_error"],
            owner=value.get("owner", ""),
            space=value.get("space", MAIN),
            revision=revision,
        )


def next_time(cron: str, zone: tzinfo, after: datetime) -> datetime:
    """The first time after an instant, in UTC; raises `BadCron`.

    Times that daylight saving leaves out come right after the gap, and those that it
    repeats come once, but for those of every hour.

    >>> next_time("30 2 * * *", UTC, datetime(2026, 1, 1, 3, tzinfo=UTC)).isoformat()
    '2026-01-02T02:30:00+00:00'
    """
    if len(cron) > MAX_CRON_CHARACTERS:
        raise BadCron(f"it has more than {MAX_CRON_CHARACTERS} characters")
    fields = len(cron.split())
    if fields != CRON_FIELDS:
        raise BadCron(f"it has {fields} fields in place of {CRON_FIELDS}")

    try:
        # What the zone leaves out or repeats is moved, perhaps to this instant itself.
        times = CronSim(cron, after.astimezone(zone))
        found = next(time for time in times if time > after)
    except CronSimError as error:
        raise BadCron(str(error).lower()) from None
    except (StopIteration, OverflowError):
        raise BadCron("no time to come fits it") from None
    return found.astimezone(UTC)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
