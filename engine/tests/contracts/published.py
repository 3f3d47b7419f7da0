"""Pipelines as they are published, for the tests of their stores."""

from datetime import UTC, datetime, timedelta

from engine.domain.pipeline import Pipeline
from engine.ports import FROM_FOLDER, Published

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(microseconds=1)


def pipeline(route: str, summary: str = "") -> Pipeline:
    api = {"route": route, "summary": summary, "body": ["image", "areas"]}
    nodes = [
        {"id": "in", "type": "entry", "api": api, "next": ["size"]},
        {"id": "size", "type": "branch", "if": "input.ok", "else": {"next": ["out"]}},
        {"id": "out", "type": "end", "input": {"ü.jpg": "in.out.image"}},
    ]
    return Pipeline.from_json({"type": "pipeline", "nodes": nodes})


def published(
    route: str, summary: str = "", owner: str = "pipeline", at: datetime = NOON
) -> Published:
    return Published(pipeline(route, summary), owner, at)


def from_folder(summary: str = "", at: datetime = NOON) -> Published:
    return Published(pipeline("blur", summary), "pipeline", at, FROM_FOLDER)
