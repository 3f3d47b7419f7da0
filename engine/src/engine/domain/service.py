"""An announced operation of a service, and when it counts as gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.pipeline import Api, Pipeline

# Services announce themselves every 30 s: one that is gone has missed three times.
GONE_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Instance:
    """One address under which a route's operation was announced."""

    route: str
    url: str
    heard_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether it announced itself recently enough to be given work."""
        return now - self.heard_at < GONE_AFTER


def automatic_pipeline(api: Api) -> Pipeline:
    """entry → service → end: what makes an announced operation callable."""
    entry = {"id": "entry", "type": "entry", "api": api.to_json(), "next": ["work"]}
    work = {"id": "work", "type": "service", "service": api.route, "next": ["end"]}
    end = {"id": "end", "type": "end"}

    return Pipeline.from_json({"type": "pipeline", "nodes": [entry, work, end]})
