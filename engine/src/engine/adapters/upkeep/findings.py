"""What somebody who looked at stores or settings has to say."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How a finding is shown: its sign and its colour."""

    GOOD = ("✓", "green")
    TOLD = ("·", "dim")
    """Worth knowing; nothing has to be done."""
    WEAK = ("!", "yellow")
    """The engine works, and could be better."""
    WRONG = ("✗", "bold red")
    """The engine does not start, or does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what was found."""

    level: Level
    text: str
    remedy: str = ""
