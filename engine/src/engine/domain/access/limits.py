"""How much one person, and one space, may take of an engine. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, NamedTuple

from engine.domain.values import Json

MINUTE_SECONDS = 60.0
SHARES = 50
"""A replica takes a fiftieth of the starts of a minute at once from what all have."""


class Whose(StrEnum):
    """Whom a limit concerns."""

    PERSON = "person"
    SPACE = "space"


class What(StrEnum):
    """What is limited."""

    RUNNING = "running tasks"
    STARTS = "starts in a minute"
    BYTES = "bytes kept"


def setting_of(whose: Whose, what: What) -> str:
    """The name of the setting that is a limit.

    >>> setting_of(Whose.PERSON, What.BYTES)
    'MAX_PERSON_BYTES'
    """
    return f"MAX_{whose.name}_{what.name}"


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


def refilled(left: float, seconds: float, limit: int) -> float:
    """How many starts are left after a time: they come back one after the other.

    >>> refilled(10, 30.0, 60)
    40.0
    >>> refilled(10, 3_600.0, 60)
    60
    """
    # A clock may have been set back.
    return min(limit, left + limit * max(0.0, seconds) / MINUTE_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """The starts that all replicas together have left of somebody's minute.

    Each of them takes a share from here, which it then gives out by itself.
    """

    KIND: ClassVar[str] = "starts"

    id: str
    """Of a person or a space, with which of both it is."""
    left: float
    at: float
    """In seconds: when so many were left."""
    revision: int = 1

    @classmethod
    def full(cls, subject: Subject, limit: int, now: float) -> "Starts":
        """Those of somebody who has started nothing in the last minute."""
        return cls(id=starts_id(subject), left=float(limit), at=now)

    def less(self, share: int, limit: int, now: float) -> "Starts | float":
        """What is left without a share, or in how many seconds there will be one."""
        # The clocks of replicas differ: the one that is ahead counts, so that no time
        # counts twice. One that is far ahead was wrong.
        is_wrong = self.at - now > MINUTE_SECONDS
        at = now if is_wrong else max(self.at, now)
        left = refilled(self.left, at - self.at, limit)
        if left < share:
            return (share - left) * MINUTE_SECONDS / limit
        return replace(self, left=left - share, at=at)

    def is_full(self, now: float) -> bool:
        """Whether it says nothing: so many are left as if it were not there."""
        return now - self.at >= MINUTE_SECONDS

    def to_json(self) -> dict[str, Json]:
        """What a store keeps, without the revision."""
        return {"id": self.id, "left": self.left, "at": self.at}

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Starts":
        """What `to_json` gave."""
        return cls(
            id=document["id"],
            left=document["left"],
            at=document["at"],
            revision=revision,
        )


def starts_id(subject: Subject) -> str:
    """Under what the starts of a person, or a space, are kept.

    >>> starts_id(Subject(Whose.SPACE, "main"))
    'space main'
    """
    return f"{subject.whose} {subject.id}"


def share_of(limit: int) -> int:
    """How many starts a replica takes at once.

    >>> [share_of(limit) for limit in (3, 6_000)]
    [1, 120]
    """
    return max(1, limit // SHARES)
