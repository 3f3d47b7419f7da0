"""Keeps the results of calls without callback for a while, a bounded number."""

import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service_sdk.work import Outcome


@dataclass(frozen=True)
class Kept:
    """An outcome, its folder, and the instant when it goes."""

    outcome: Outcome
    folder: Path
    expires_at: float


class Shelf:
    """Oldest first; what expired or is one too many is erased with its files."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float]) -> None:
        self._size, self._seconds, self._clock = size, seconds, clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def put(self, task_id: str, outcome: Outcome, folder: Path) -> None:
        """Keep it; an older one of the same task is erased."""
        if replaced := self._kept.pop(task_id, None):
            _erase(replaced)
        self._kept[task_id] = Kept(outcome, folder, self._clock() + self._seconds)
        self.sweep()

    def find(self, task_id: str) -> Outcome | None:
        """The outcome, if it is still here."""
        self.sweep()
        kept = self._kept.get(task_id)
        return kept.outcome if kept else None

    def sweep(self) -> None:
        """Erase what is over its time or beyond the number."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            on_time = oldest.expires_at > self._clock()
            if on_time and len(self._kept) <= self._size:
                return
            _erase(self._kept.popitem(last=False)[1])


def _erase(kept: Kept) -> None:
    shutil.rmtree(kept.folder, ignore_errors=True)
