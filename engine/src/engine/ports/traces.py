"""Where spans go."""

from collections.abc import Iterable
from typing import Protocol

from trace_spans import Span


class Traces(Protocol):
    """Takes the spans of tasks. What it cannot send is lost, and never an error."""

    def add(self, spans: Iterable[Span]) -> None:
        """Have these sent soon; nothing is waited for."""
