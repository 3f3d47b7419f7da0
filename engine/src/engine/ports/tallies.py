"""Where counters are kept, by day."""

from collections.abc import Sequence
from typing import Protocol

from engine.domain.tallies import Tally


class TallyStore(Protocol):
    """Keeps counters by day: contracts/test_tally_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def add(self, tallies: Sequence[Tally]) -> None:
        """Add these counts to those of the same kind, subject and day.

        Others may add to them at the same time. If it raises, some may have been added.
        """

    async def of_kind(self, kind: str, since: int) -> Sequence[Tally]:
        """All of a kind, from a day on."""

    async def of_subject(self, kind: str, subject: str, since: int) -> Sequence[Tally]:
        """Those of one subject, from a day on."""

    async def forget(self, before: int) -> None:
        """Erase those of the days before this one."""
