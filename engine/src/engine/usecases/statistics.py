"""Statistics of the last days: every frame that ends adds to them.

What was counted is kept here for some seconds and then added to the store, so that a
task costs no write more. A replica that is killed loses those seconds.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice

from engine.domain.errors import Unavailable
from engine.domain.frame import Frame
from engine.domain.statistics import (
    CALLS,
    CANCELLED,
    FAILED,
    MAX_SUBJECTS_SHOWN,
    REPEATED,
    Counts,
    Figures,
    Kind,
    Subject,
    counted,
    failures,
    usual,
    usual_by_node,
)
from engine.domain.tallies import Tally, together
from engine.domain.values import Json
from engine.ports import Clock, TallyStore
from engine.usecases.access.homes import Sees, everything
from engine.usecases.pipelines import Pipelines

DAYS = 7
"""That are shown. Older ones are erased."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)

FRESH_FOR = timedelta(seconds=5)
"""How long what other replicas added may stay unseen here."""

# Bounds what a day of one subject may grow to: a pipeline has a thousand nodes at most,
# each of which usually takes one of a few spans.
MAX_NAMES_OF_SUBJECT = 5_000

# Bounds the memory for the names of a day: about 20 MB.
MAX_NAMES = 100_000

MAX_NAMES_SINCE_START = 20_000
"""Bounds the figures of this process, to some MB. Names that come later are not in
them."""


class Statistics:
    """Counts what ends here, and tells what all replicas counted."""

    def __init__(
        self,
        *,
        store: TallyStore,
        pipelines: Pipelines,
        clock: Clock,
        max_names: int = MAX_NAMES_SINCE_START,
    ) -> None:
        self._store = store
        self._pipelines = pipelines
        self._clock = clock
        self._max_names = max_names

        self._pending: defaultdict[Subject, Counter[str]] = defaultdict(Counter)
        """What was counted and is not in the store yet."""
        self._since_start: defaultdict[Subject, Counter[str]] = defaultdict(Counter)
        """What was counted here and given to the store."""
        self._names_since_start = 0
        self._day = 0
        self._names: defaultdict[Subject, set[str]] = defaultdict(set)
        """The names of the day, which are bounded."""
        self._names_count = 0

        self._read_at: dict[Kind, datetime] = {}
        self._read: dict[Kind, dict[str, Counter[str]]] = {}
        # Many who ask at the same time wait for one who reads.
        self._reading = asyncio.Lock()

    def saved(self, before: Frame | None, after: Frame) -> None:
        """A frame was saved: one that has just ended is counted."""
        if after.open or after.trial or (before is not None and not before.open):
            return

        # It was needed a moment ago. If it is not at hand any more, the figures lack
        # one frame.
        program = self._pipelines.program_at_hand(after.route, after.version)
        if program is None:
            return

        self._begin_day()
        for subject, name in counted(after, program.graph(after.loops)):
            self._count(subject, name)

    def _begin_day(self) -> None:
        today = self._today()
        if today != self._day:
            self._day = today
            self._names.clear()
            self._names_count = 0

    def _today(self) -> int:
        return (self._clock() - EPOCH) // ONE_DAY

    def _count(self, subject: Subject, name: str) -> None:
        # As most are: it was counted a moment ago, and is among the names.
        pending = self._pending.get(subject)
        if pending is not None and name in pending:
            pending[name] += 1
            return

        names = self._names[subject]
        if name not in names:
            if len(names) >= MAX_NAMES_OF_SUBJECT or self._names_count >= MAX_NAMES:
                return
            names.add(name)
            self._names_count += 1
        self._pending[subject][name] += 1

    async def flush(self) -> None:
        """Add what was counted to the store; raises `Unavailable`."""
        pending = self._pending
        if not pending:
            return

        # What is counted from now on comes with the next flush.
        self._pending = defaultdict(Counter)
        today = self._today()
        tallies = [
            Tally(kind.value, name, today, counts)
            for (kind, name), counts in pending.items()
        ]
        try:
            await self._store.add(tallies)
        except Unavailable:
            for subject, counts in pending.items():
                self._pending[subject].update(counts)
            raise
        for subject, counts in pending.items():
            self._note(subject, counts)
        self._read_at.clear()

    def _note(self, subject: Subject, counts: Counter[str]) -> None:
        for name, count in counts.items():
            known: Counts = self._since_start.get(subject, {})
            if name not in known:
                if not self._may_add(name, known):
                    continue
                self._names_since_start += 1
            self._since_start[subject][name] += count

    def _may_add(self, name: str, known: Counts) -> bool:
        if self._names_since_start < self._max_names:
            return True
        # Of tasks that are counted all ends are: otherwise those that failed late would
        # be told as finished.
        return name in (FAILED, CANCELLED, REPEATED) and CALLS in known

    def since_start(self) -> Mapping[Subject, Counts]:
        """What was counted by this process, some seconds late: it only grows."""
        return self._since_start

    async def forget(self) -> None:
        """Erase what is older than what is shown."""
        await self._store.forget(self._since())

    def _since(self) -> int:
        return self._today() - DAYS + 1

    async def usual_by_route(self) -> dict[str, float | None]:
        """How long a task of each route usually takes, in seconds."""
        by_route = await self._of_kind(Kind.ROUTE)
        return {route: usual(counts) for route, counts in by_route.items()}

    async def usual_by_node(self, route: str) -> dict[str, float]:
        """How long each node of a route usually takes, in seconds."""
        found = await self._store.of_subject(Kind.NODES, route, self._since())
        counts = together(found).get(route, Counter())
        counts.update(self._pending.get((Kind.NODES, route), {}))
        return usual_by_node(counts)

    async def shown(self, sees: Sees = everything) -> dict[str, Json]:
        """What is told of routes, services and failures."""
        by_route = _of(await self._of_kind(Kind.FAILURES), sees)
        return {
            "days": DAYS,
            "by_route": _figures(_of(await self._of_kind(Kind.ROUTE), sees)),
            "by_service": _figures(_of(await self._of_kind(Kind.SERVICE), sees)),
            "failures": [asdict(one) for one in failures(by_route)],
        }

    async def _of_kind(self, kind: Kind) -> Mapping[str, Counts]:
        """By subject, what was counted here and elsewhere."""
        async with self._reading:
            read_at = self._read_at.get(kind)
            now = self._clock()
            if read_at is None or now - read_at >= FRESH_FOR:
                tallies = await self._store.of_kind(kind, self._since())
                self._read[kind] = together(tallies)
                self._read_at[kind] = now

        counts: dict[str, Counts] = dict(self._read[kind])
        for (about, name), pending in self._pending.items():
            if about is kind:
                counts[name] = Counter(counts.get(name, {})) + pending
        return counts


def _of(by_route: Mapping[str, Counts], sees: Sees) -> Mapping[str, Counts]:
    """What was counted of routes that somebody sees."""
    return {route: counts for route, counts in by_route.items() if sees(route)}


def _figures(by_subject: Mapping[str, Counts]) -> dict[str, Json]:
    figures = {name: Figures.of(counts) for name, counts in by_subject.items()}
    # The busiest first, should there be more than are shown.
    busiest = sorted(figures.items(), key=lambda one: (-one[1].calls, one[0]))
    return {name: one._asdict() for name, one in islice(busiest, MAX_SUBJECTS_SHOWN)}
