"""What saving without publishing needs from outside, described by what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SavedLine:
    """What a list shows of a document that was saved and not published."""

    id: str
    saved_at: datetime
    faults: int
    """How many errors it had then."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A document that was saved for a route and not published; it may have faults."""

    route: str
    line: SavedLine
    document: bytes
    """JSON, as it was sent."""
    saved_by: str = ""
    """The id of the person who did it last; empty: nobody with an account."""


class SavedStore(Protocol):
    """Keeps documents that were saved: contracts/test_saved_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def save(self, saved: Saved, keep: int) -> None:
        """Keep it, and of its route the `keep` that were saved last.

        The same id again is the same document, saved later.
        """

    async def find(self, route: str, id: str) -> Saved | None:
        """One of them, or None."""

    async def of_route(self, route: str) -> Sequence[SavedLine]:
        """All of a route, the last saved first; no document is read for it."""

    async def of_person(self, person: str) -> Sequence[tuple[str, SavedLine]]:
        """Those that a person saved, with their routes, by route and id."""

    async def count(self) -> int:
        """How many there are, of all routes."""

    async def remove(self, route: str, id: str) -> bool:
        """Erase one; False if it is not there."""
