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

    def alive(self, now: datetime) -> bool:
        """Whether it announced itself recently enough to be given work."""
        return now - self.heard_at < GONE_AFTER


class Heard(NamedTuple):
    """What was heard of the instances of a route."""

    instances: int
    last_at: datetime


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
