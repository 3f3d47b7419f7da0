"""Where spans go."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from trace_spans import Span


class Traces(Protocol):
    """Takes the spans of tasks. What it cannot send is lost, and never an error."""

    def add(self, spans: Iterable[Span]) -> None:
        """Have these sent soon; nothing is waited for."""

    def counts(self) -> Mapping[str, int]:
        """How many spans there were since the start, by what became of them: `sent`,
        `lost`."""
