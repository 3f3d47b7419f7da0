"""What replicas tell each other of those who wait for a service, and what follows.

Each replica gives out calls of a service by itself. So that they are fair together,
each tells the others who waits there, how much they have under way, and how much they
had lately. From that all of them compute the same turns, and each gives out the part of
them that is its own (docs/decisions/0043-replicas-tell-who-waits.md).
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import msgspec

MAX_SERVICES_TOLD = 64
MAX_PEOPLE_TOLD = 100
"""Of one service. Who is not told counts where they wait, and not elsewhere."""


class Demand(NamedTuple):
    """What one person wants of a service, at one replica."""

    inside: int
    """Calls that are given out."""
    waiting: int
    """Or a few of them, if there are many."""
    had: float
    """Turns they had lately, with those inside."""

    @property
    def all(self) -> int:
        return self.inside + self.waiting


Demands = Mapping[str, Demand]
"""By person."""


class Line(msgspec.Struct, frozen=True):
    """What one replica tells of a service for which somebody waits there."""

    per_second: float
    """Results that it has of it."""
    people: dict[str, Demand]


News = dict[str, Line]
"""What one replica tells, by service; of the others nobody waits there."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(News)


def encode(news: Mapping[str, Line]) -> bytes:
    """What is sent to the other replicas."""
    return _encoder.encode(news)


def decode(content: bytes) -> News | None:
    """What another replica tells; None: it is of a version that tells something else.

    >>> decode(encode({"blur": Line(2.0, {"ada": Demand(1, 2, 3.0)})}))["blur"].people
    {'ada': Demand(inside=1, waiting=2, had=3.0)}
    >>> decode(b"[]")
    """
    try:
        return _decoder.decode(content)
    except msgspec.DecodeError:
        return None


def shortened(demands: Demands) -> dict[str, Demand]:
    """Those that are told if there are too many: who had least comes next."""
    if len(demands) <= MAX_PEOPLE_TOLD:
        return dict(demands)
    first = heapq.nsmallest(MAX_PEOPLE_TOLD, demands, key=lambda one: demands[one].had)
    return {person: demands[person] for person in first}


def width_here(width: int, here: Demands, elsewhere: Sequence[Demands]) -> int:
    """How many of the calls that all replicas give out at once this one gives out.

    Turns are given one by one to who had least, as one replica would do it that had
    all of them. Who waits at several has part of them at each.

    >>> ada = {"ada": Demand(inside=0, waiting=10, had=0.0)}
    >>> bob = {"bob": Demand(inside=3, waiting=99, had=500.0)}
    >>> width_here(6, ada, [bob]), width_here(6, bob, [ada])
    (6, 1)
    """
    all_demands = (here, *elsewhere)
    wanted: Counter[str] = Counter()
    had: dict[str, float] = {}
    for person, demand in chain.from_iterable(one.items() for one in all_demands):
        wanted[person] += demand.all
        had[person] = had.get(person, 0.0) + demand.had - demand.inside

    line = [(had[person], person) for person in wanted if wanted[person]]
    heapq.heapify(line)
    given: Counter[str] = Counter()
    left = width
    while line and left:
        least, person = heapq.heappop(line)
        given[person] += 1
        left -= 1
        if given[person] < wanted[person]:
            heapq.heappush(line, (least + 1, person))

    own = sum(given[one] * here[one].all / wanted[one] for one in here if given[one])
    # One at least: what others told may be old, and nobody must stand still for it.
    return max(1, math.ceil(round(own, 6))) + left
