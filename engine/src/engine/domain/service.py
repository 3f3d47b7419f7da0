"""An announced operation of a service, and when it counts as gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.domain.entry_api import Api
from engine.domain.pipeline import Pipeline

# Services announce themselves every 30 s: one that is gone has missed three times.
GONE_AFTER = timedelta(seconds=90)

MAX_WORKERS = 10_000
"""That an instance may tell of itself."""

MAX_STARTS = 8
"""How many processes of one address are remembered."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One address under which a route's operation was announced."""

    route: str
    url: str
    heard_at: datetime
    restarted_at: datetime | None = None
    """When another process was first heard of at this address."""
    workers: int = 0
    """How much it works on at the same time; 0: it does not tell."""
    leaves: bool = False
    """It has said that it finishes what it has and takes no more."""

    def alive(self, now: datetime) -> bool:
        """Whether it was heard recently enough to be at work."""
        return now - self.heard_at < GONE_AFTER

    def takes_work(self, now: datetime) -> bool:
        """Whether it is given any: one that leaves is alive until it is silent."""
        return self.alive(now) and not self.leaves


class Heard(NamedTuple):
    """What was heard of the instances of a route."""

    instances: int
    """Those that take work."""
    last_at: datetime


class Processes(NamedTuple):
    """Those that were heard of at one address."""

    starts: Sequence[str] = ()
    """The one that began last comes last."""
    left_by: str = ""
    """The one that said it leaves, if nobody else was heard since."""

    def with_heard(self, start: str) -> "Processes":
        """After an announcement, which may have been held up on its way.

        Who has left does not come back. If another one speaks that was known before,
        several share the address, and it stays there.

        >>> Processes(["a"], "a").with_heard("b")
        Processes(starts=['a', 'b'], left_by='')
        >>> Processes(["a", "b"], "b").with_heard("b")
        Processes(starts=['a', 'b'], left_by='b')
        >>> Processes(["a", "b"], "b").with_heard("a")
        Processes(starts=['b', 'a'], left_by='')
        """
        starts = starts_with(self.starts, start)
        if not self.left_by or start == self.left_by:
            return Processes(starts, self.left_by)
        if start in self.starts:
            starts = [*(one for one in starts if one != start), start]
        return Processes(starts)

    def may_leave(self, start: str) -> bool:
        """Whether this one speaks for the address: another one may have followed it.

        >>> Processes(["a", "b"]).may_leave("a"), Processes(["a", "b"]).may_leave("b")
        (False, True)
        """
        return bool(start) and [*self.starts[-1:]] == [start]


def starts_with(known: Sequence[str], start: str) -> Sequence[str]:
    """The processes that were heard of at an address, the last of them, and this one.

    Several are remembered, since an announcement may be held up on its way, and several
    processes may share an address: one that is known already has not just begun.

    >>> starts_with(["a", "b"], "a"), starts_with(["a"], "b"), starts_with(["a"], "")
    (['a', 'b'], ['a', 'b'], ['a'])
    """
    if not start or start in known:
        return known
    return [*known, start][-MAX_STARTS:]


def automatic_pipeline(api: Api) -> Pipeline:
    """entry → service → end: what makes an announced operation callable."""
    entry = {"id": "entry", "type": "entry", "api": api.to_json(), "next": ["work"]}
    work = {"id": "work", "type": "service", "service": api.route, "next": ["end"]}
    end = {"id": "end", "type": "end"}

    return Pipeline.from_json({"type": "pipeline", "nodes": [entry, work, end]})
