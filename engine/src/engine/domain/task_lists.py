"""Lists of tasks: what can be asked for, what is shown of each, how many there are."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from engine.domain.frame import Frame, FrameStatus


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are asked for; None, or no status: any."""

    route: str | None = None
    statuses: tuple[FrameStatus, ...] = ()
    """Tasks that have one of these."""
    since: datetime | None = None
    until: datetime | None = None
    seen: "Seen | None" = None
    """Those that somebody sees; None: all."""
    owner: str = ""
    """The id of the person who started them, in whatever space; empty: anybody. It
    goes before the others, but for the span."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The tasks that somebody sees."""

    owner: str = ""
    """The id of a person."""
    own_in: tuple[str, ...] = ()
    """Spaces in which only those are seen that this person has started."""
    all_in: tuple[str, ...] = ()
    """Spaces of which all are seen."""


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks there are."""

    by_both: Mapping[tuple[str, str], int]
    """By route and status."""

    @property
    def by_status(self) -> dict[str, int]:
        """How many there are of each status."""
        counts: Counter[str] = Counter()
        for (_, status), count in self.by_both.items():
            counts[status] += count
        return dict(counts)

    @property
    def by_route(self) -> dict[str, int]:
        """How many there are of each route."""
        counts: Counter[str] = Counter()
        for (route, _), count in self.by_both.items():
            counts[route] += count
        return dict(counts)

    def of_routes(self, sees: Callable[[str], bool]) -> Self:
        """The same of some routes."""
        both = self.by_both.items()
        return type(self)({key: count for key, count in both if sees(key[0])})

    @classmethod
    def of(
        cls,
        counted: Iterable[tuple[str, str, int]],
        trials: Iterable[tuple[str, str, int]] = (),
    ) -> Self:
        """Added up from routes, statuses and how many tasks have both.

        `trials` are counted among them, and left out.

        >>> TaskCounts.of([("a", "error", 3)], [("a", "error", 1)]).by_route
        {'a': 2}
        """
        by_both: Counter[tuple[str, str]] = Counter()
        for route, status, count in counted:
            by_both[route, status] += count
        for route, status, count in trials:
            by_both[route, status] -= count
        # Only those above zero: a trial may have begun between two questions.
        return cls(dict(+by_both))


class TaskUsage(NamedTuple):
    """What tasks take together."""

    running: int
    bytes: int
    """Of values and binaries, roughly: of a running task those of its request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSummary:
    """What a list shows of a task.

    Stores keep it beside the document, which may be a thousand times as large.
    """

    id: str
    route: str
    version: str
    status: FrameStatus
    error: str | None
    failed_node: str | None
    code: str | None
    """What kind of failure it was."""
    continues: str
    """The task whose results this one took over; empty: none."""
    trial: bool
    """It runs a version that is not published."""
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, root: Frame) -> Self:
        """The same of a frame that was read."""
        return cls(
            id=root.task,
            route=root.route,
            version=root.version,
            status=root.status,
            error=root.error,
            failed_node=root.failed_node,
            code=root.failure_code,
            continues=root.continues,
            trial=root.trial,
            created_at=root.created_at,
            ended_at=root.ended_at,
        )
