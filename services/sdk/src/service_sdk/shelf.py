"""Keeps the results of calls without callback for a while, a bounded number."""

import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service_sdk.results import Outcome


@dataclass(frozen=True)
class KeptOutcome:
    """An outcome, its folder, and the instant when it is erased."""

    outcome: Outcome
    folder: Path
    expires_at: float


class Shelf:
    """The kept outcomes, oldest first.

    An outcome that has expired, or that is one too many, is erased with its files.
    """

    def __init__(
        self, *, size: int, keep_seconds: float, clock: Callable[[], float]
    ) -> None:
        self._size = size
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._kept: OrderedDict[str, KeptOutcome] = OrderedDict()

    def put(self, task_id: str, outcome: Outcome, folder: Path) -> None:
        """Keep it; an older one of the same task is erased."""
        # Removed first, so that the new one goes to the end: the order is by age.
        replaced = self._kept.pop(task_id, None)
        if replaced:
            _erase(replaced)

        expires_at = self._clock() + self._keep_seconds
        self._kept[task_id] = KeptOutcome(outcome, folder, expires_at)
        self.sweep()

    def find(self, task_id: str) -> Outcome | None:
        """The outcome, if it is still kept."""
        # Expiry does not depend on when the last sweep was.
        self.sweep()
        kept = self._kept.get(task_id)
        return kept.outcome if kept else None

    def sweep(self) -> None:
        """Erase what has expired or is beyond the number."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            has_expired = oldest.expires_at <= self._clock()
            if not has_expired and len(self._kept) <= self._size:
                return

            self._kept.popitem(last=False)
            _erase(oldest)


def _erase(kept: KeptOutcome) -> None:
    shutil.rmtree(kept.folder, ignore_errors=True)
