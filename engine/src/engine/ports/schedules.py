"""Where schedules are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.domain.schedule import Schedule


class ScheduleStore(Protocol):
    """Keeps schedules: contracts/test_schedule_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, schedule: Schedule) -> None:
        """Keep a new schedule."""

    async def save(self, schedule: Schedule) -> Schedule | None:
        """Store the next revision; None if another one came first, or it is gone.

        `schedule.revision` is the one that was read.
        """

    async def get(self, id: str) -> Schedule:
        """Raises `Unknown`."""

    async def all(self) -> Sequence[Schedule]:
        """Every schedule, by id."""

    async def due(self, now: datetime, limit: int) -> Sequence[Schedule]:
        """At most `limit` of those whose `next_at` has come, the earliest first."""

    async def remove(self, id: str) -> bool:
        """Forget a schedule; False if there is none of this id."""
