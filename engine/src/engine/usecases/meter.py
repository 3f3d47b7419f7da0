"""What the parts of an engine note about their own work, for its operator."""

from collections import Counter
from collections.abc import Mapping

from engine.domain.batches import Batches
from engine.domain.durations import Durations
from engine.domain.store_calls import StoreFigures

WATCH_LOOP_EVERY_SECONDS = 0.5


class Meter:
    """The figures of this process since its start."""

    def __init__(
        self,
        *,
        batches: Batches | None = None,
        code_limits: Mapping[str, int] | None = None,
        stores: StoreFigures | None = None,
    ) -> None:
        """What the stores and the sandbox count themselves goes on being theirs."""
        self.batches = batches or Batches()
        """How many saves the store made durable together."""
        self.code_limits = code_limits or {}
        """How often code of authors met each limit of the sandbox."""
        self.stores = stores or {}
        """How long calls of the stores took, and how many found one away."""
        self.turns = Durations()
        """From taking the events of a frame until what they order has been begun."""
        self.events = 0
        """How many events these turns took: many at once is less work for each."""
        self.saves = Durations()
        """From giving a frame to the store until it is safe there."""
        self.save_errors: Counter[str] = Counter(StaleFrame=0, Unavailable=0)
        """By kind: another replica came first, the store was away."""
        self.refused: Counter[str] = Counter()
        """Starts that a limit of a person or a space refused, by its setting."""
        self.code = Durations()
        """Decisions that ran code of authors, in their threads."""
        self.loop_delays = Durations()
        """How late the event loop came to what it was asked to do at a time."""
