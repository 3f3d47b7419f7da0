"""A tally: the counters of one subject on one day, to which every replica adds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each of some things happened to a subject on a day."""

    kind: str
    """What is counted: a word of lower-case letters."""
    subject: str
    """What it is about, without blanks."""
    day: int
    """Days since 1970."""
    counts: Mapping[str, int]
    """By names without `.` and `$`."""


def together(tallies: Iterable[Tally]) -> dict[str, Counter[str]]:
    """By subject, the counters of all days added up.

    >>> days = [Tally("route", "blur", day, {"calls": day}) for day in (1, 2)]
    >>> dict(together(days)["blur"])
    {'calls': 3}
    """
    by_subject: dict[str, Counter[str]] = {}
    for tally in tallies:
        by_subject.setdefault(tally.subject, Counter()).update(tally.counts)
    return by_subject
