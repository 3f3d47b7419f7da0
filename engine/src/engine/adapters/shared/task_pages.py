"""Where a page of tasks begins and ends, and the text that leads to the next one."""

import re
from dataclasses import dataclass
from typing import Self

from engine.adapters.shared.instants import to_micros
from engine.domain.errors import Fault, InvalidInput
from engine.ports import TaskFilter

BEYOND = 2**62  # microseconds: after every instant
CREATED_AT = re.compile(r"[0-9]{1,18}")

Position = tuple[int, str]
"""When a task was created, in microseconds, and its path."""


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks created at `since` or later that come, newest first, after `before`."""

    since: int
    before: Position

    @classmethod
    def of(cls, which: TaskFilter, cursor: str | None) -> Self:
        """What is left after the page that gave the cursor; raises `InvalidInput`."""
        before = to_micros(which.until) if which.until else BEYOND, ""
        if cursor is not None:
            before = min(before, read(cursor))
        return cls(to_micros(which.since) if which.since else 0, before)


def written(position: Position) -> str:
    """The cursor of the page after the task at this position.

    >>> read(written((5, "t.1")))
    (5, 't.1')
    """
    return f"{position[0]}.{position[1]}"


def read(cursor: str) -> Position:
    """Where the page ended of which this is the cursor."""
    created_at, _, path = cursor.partition(".")
    if not CREATED_AT.fullmatch(created_at):
        message = "this is not the `next` of another page"
        raise InvalidInput([Fault("bad-cursor", message, field="cursor")])
    return int(created_at), path
