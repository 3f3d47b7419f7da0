"""The defaults and bounds that the operator sets for all pipelines."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from engine.domain.pipeline import Caller


@dataclass(frozen=True, slots=True)
class Rules:
    """The operator's defaults and bounds."""

    timeout: timedelta = timedelta(seconds=300)
    retry: int = 4
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(seconds=60)
    longest_wait: timedelta = timedelta(seconds=15)
    call_again: timedelta = timedelta(seconds=30)
    """A call of which nothing is known after this time is made again."""
    look_after: timedelta = timedelta(seconds=20)
    """How often working services and open loops are looked at."""
    concurrency: int = 16
    max_items: int = 100_000
    max_rounds: int = 1000
    max_evaluations: int = 2_000
    """How often code may run in one frame."""
    max_pushes: int = 50
    retention: timedelta = timedelta(days=7)

    def timeout_of(self, node: Caller) -> timedelta:
        given = node.timeout
        return self.timeout if given is None else timedelta(seconds=given)

    def retry_of(self, node: Caller) -> int:
        return self.retry if node.retry is None else node.retry

    def delay(self, tries: int, seed: str) -> timedelta:
        """How long to wait after the failed try number `tries`, counted from 1.

        Exponential, and spread over the upper half by a fingerprint of `seed`,
        since deciding knows no randomness ("equal jitter": M. Brooker, Exponential
        Backoff and Jitter, AWS Architecture Blog, 2015).

        >>> Rules().delay(1, "a") <= timedelta(seconds=1)
        True
        >>> Rules().delay(100, "a") >= timedelta(seconds=30)
        True
        """
        whole = min(self.first_delay * (1 << min(tries - 1, 30)), self.longest_delay)
        digest = hashlib.blake2b(seed.encode(), digest_size=2).digest()
        return whole * (0.5 + int.from_bytes(digest) / 2**17)
