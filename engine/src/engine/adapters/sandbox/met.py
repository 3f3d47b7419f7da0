"""Which limit of the sandbox an author's code met, and how often each was met."""

from threading import Lock
from typing import Literal, get_args

from engine.domain.errors import CodeFailed

Limit = Literal[
    "source_bytes",
    "run_time",
    "memory_bytes",
    "call_depth",
    "host_requests",
    "printed_bytes",
    "output_values",
    "output_depth",
    "output_bytes",
    "integer_bits",
    "wait",
    "worker",
]
"""As `SandboxLimits` calls them. `worker`: a bound of the kernel ended the process, or
it crashed; nobody can tell these two apart."""

LIMITS: tuple[Limit, ...] = get_args(Limit)


class LimitMet(CodeFailed):
    """The code failed because it met a limit."""

    def __init__(self, limit: Limit, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.limit = limit


class LimitsMet:
    """Counts them; several threads may do so at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        # All from the start: who reads meanwhile meets no new key, and a figure that
        # begins at 0 shows its first step.
        self.counts: dict[str, int] = dict.fromkeys(LIMITS, 0)

    def count(self, limit: Limit) -> None:
        """One more."""
        with self._lock:
            self.counts[limit] += 1
