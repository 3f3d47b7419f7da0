"""Who gives each frame its events, one turn at a time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.domain.frame import FramePath
from engine.domain.messages import Event

Turn = Callable[[FramePath, Sequence[Event]], Awaitable[Sequence[bool]]]
"""Gives a frame its events; of each, whether the frame has taken it."""

TakeNews = Callable[[str, bytes], None]
"""Takes what a replica tells, by its name."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that no turn could take."""

    id: str
    path: str
    event: str
    """Its beginning, in JSON if it can be read."""
    reason: str
    died_at: datetime


class Inbox(Protocol):
    """Gives every frame its events one turn at a time: contracts/test_inbox.py.

    In one replica turns of one frame never overlap; turns of different frames do.
    All events that wait for a frame come in one turn, in the order they were posted.
    """

    async def run(self, turn: Turn) -> None:
        """Take turns until cancelled; open turns are finished first."""

    async def post(self, path: FramePath, event: Event) -> bool | None:
        """Returns when the event is safe; it may get several turns.

        Whether its turn has taken it; None if its turn comes later. Raises what its
        turn raised, and `Unavailable` if the event can be neither taken nor kept.
        """

    def post_later(self, path: FramePath, event: Event, delay: timedelta) -> None:
        """An event that may ride along with the next one, or come after `delay`.

        It may be lost: only for what costs nothing but time if it is.
        """

    def owns(self, path: FramePath) -> bool:
        """Whether turns of this frame are taken here, as far as is known now."""

    async def leave(self) -> None:
        """Take no more events from other replicas; those that came get their turns."""

    async def hand_over(self, path: FramePath) -> None:
        """Let the next owner of a frame see to it soon, after this replica's end.

        Raises `Unavailable` if the order cannot be kept for that owner.
        """

    async def tell(self, news: bytes) -> None:
        """Tell the other replicas that are there now; it may be lost.

        Raises `Unavailable` if none can be reached.
        """

    def listen(self, take: TakeNews) -> None:
        """From now on give what other replicas tell, and nothing that this one does."""

    async def check(self) -> None:
        """Raises `Unavailable` if events cannot reach other replicas now."""

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        """At most `limit` events that died, oldest first."""

    async def dead_count(self) -> int:
        """How many events died."""

    async def revive(self, id: str) -> None:
        """Post a dead event again; raises `Unknown`, `InvalidInput` if it cannot be."""

    async def bury(self, id: str) -> None:
        """Forget a dead event; raises `Unknown`."""
