"""The defaults and bounds that the operator sets for all pipelines."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from engine.domain.pipeline import Caller


@dataclass(frozen=True, slots=True)
class Rules:
    """The operator's defaults and bounds."""

    timeout: timedelta = timedelta(seconds=300)
    """How long an attempt may take, for a node that does not say it."""
    retry: int = 4
    """How often a failed attempt is repeated, for a node that does not say it."""
    first_delay: timedelta = timedelta(seconds=1)
    """The wait before the first repetition; it doubles with each further one."""
    longest_delay: timedelta = timedelta(seconds=60)
    longest_wait: timedelta = timedelta(seconds=15)
    """The longest pause between two questions whether an instance is free."""
    call_again: timedelta = timedelta(seconds=30)
    """A call of which nothing is known after this time is made again."""
    look_after: timedelta = timedelta(seconds=20)
    """How often working services and open loops are looked at.

    Sooner than the 30 s that healing after a fault may take.
    """
    concurrency: int = 16
    """How many frames of a loop may be open at once, if the loop does not say it."""
    max_items: int = 100_000
    """How many items a loop may have."""
    # Two loops of MAX_ITEMS with small bodies, and some more. In the store they take
    # about half a gigabyte.
    max_frames: int = 300_000
    """How many frames a task may make, with those of all tasks that it calls."""
    # As many as one loop may ask for. Each open frame is woken every 20 s and may have
    # a call under way.
    max_open_frames: int = 1_000
    """How many frames of a task may be open at once on each level of its loops."""
    max_rounds: int = 1000
    """How often a node can be turned back to in one frame."""
    max_evaluations: int = 2_000
    """How often code may run in one frame."""
    max_value_bytes: int = 24 << 20
    """Of one value, as `sizes.py` counts: a request of MAX_JSON bytes and MAX_VALUES
    values takes 22 MB so."""
    max_frame_bytes: int = 48 << 20
    """Of all values of one frame, which are in memory together."""
    max_task_bytes: int = 2 << 30
    """Of all values of a task, the frames of its loops included: two uploads of the
    largest kind take as much."""
    max_pushes: int = 50
    """How often it is tried to push a result to the task's caller."""
    retention: timedelta = timedelta(days=7)
    """How long an ended task is kept."""

    def timeout_of(self, node: Caller) -> timedelta:
        if node.timeout is None:
            return self.timeout
        return timedelta(seconds=node.timeout)

    def retry_of(self, node: Caller) -> int:
        return self.retry if node.retry is None else node.retry

    def delay(self, tries: int, seed: str) -> timedelta:
        """How long to wait after the failed try number `tries`, counted from 1.

        Exponential, and spread over the upper half, so that calls that failed together
        are not repeated together ("equal jitter": M. Brooker, Exponential Backoff and
        Jitter, AWS Architecture Blog, 2015). A fingerprint of `seed` spreads them,
        since deciding knows no randomness.

        >>> Rules().delay(1, "a") <= timedelta(seconds=1)
        True
        >>> Rules().delay(100, "a") >= timedelta(seconds=30)
        True
        """
        # A node may allow 100 tries: so many doublings would overflow a timedelta.
        doublings = min(tries - 1, 30)
        whole = min(self.first_delay * (1 << doublings), self.longest_delay)

        # A number of 16 bits over 2 to the power of 17 lies between 0 and one half.
        digest = hashlib.blake2b(seed.encode(), digest_size=2).digest()
        spread = int.from_bytes(digest) / 2**17
        return whole * (0.5 + spread)
