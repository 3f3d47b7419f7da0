"""What this replica has given to services, to be looked at when one of them is lost.

It is only a memory, to be fast: what is not in it is found when the run is looked at
the next time (`Rules.look_after`), by this replica or by another.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from engine.domain.frame import FramePath

MAX_REMEMBERED_CALLS = 20_000
"""Some hundred bytes each, and each is looked at when an instance was restarted."""


class Given:
    """The last calls that services took, with the instant at which each was made."""

    def __init__(self) -> None:
        self._calls: OrderedDict[tuple[FramePath, str], datetime] = OrderedDict()

    def __bool__(self) -> bool:
        return bool(self._calls)

    def note(self, path: FramePath, url: str, at: datetime) -> None:
        """A frame's work was given to an instance."""
        self._calls[path, url] = at
        if len(self._calls) > MAX_REMEMBERED_CALLS:
            self._calls.popitem(last=False)

    def lost(self, restarts: Mapping[str, datetime]) -> set[FramePath]:
        """The frames whose work an instance had before it was restarted, told once."""
        if not restarts:
            return set()

        lost = [
            (path, url)
            for (path, url), at in self._calls.items()
            if url in restarts and at < restarts[url]
        ]
        for call in lost:
            del self._calls[call]
        return {path for path, _ in lost}
