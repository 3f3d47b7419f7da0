"""How much one person, and one space, may take of an engine. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

MINUTE_SECONDS = 60.0


class Whose(StrEnum):
    """Whom a limit concerns."""

    PERSON = "person"
    SPACE = "space"


class What(StrEnum):
    """What is limited."""

    RUNNING = "running tasks"
    STARTS = "starts in a minute"
    BYTES = "bytes kept"


class Subject(NamedTuple):
    """Somebody whose tasks are counted: a person or a space, by id."""

    whose: Whose
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one may take; 0: as much as there is."""

    running: int = 0
    starts: int = 0
    """In a minute."""
    bytes: int = 0
