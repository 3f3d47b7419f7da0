"""What three sources recorded: the clients, the services, and the engine itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Any


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The engine acknowledged a task to a client."""

    task: str
    route: str
    key: str
    number: int

    push_id: str | None = None
    """The id under which the client wants the end result to be pushed."""


@dataclass(frozen=True)
class ReportedEnd:
    """What a client was told of a task's end: why it failed, or what it gave."""

    task: str
    status: str
    reason: str | None
    outputs: Json = None


@dataclass(frozen=True, kw_only=True)
class Execution:
    """A service did the work of an attempt."""

    by: str
    """The name of this execution; its result carries it."""

    id: str
    """The callback id that the engine signed for the attempt."""

    path: str
    node: str
    attempt: int
    at: float
    behaviour: str
    data: Json

    broken: str | None = None
    """What was wrong with the data that the service was given."""


@dataclass(frozen=True)
class Answer:
    """The engine's answer to the result of an execution."""

    by: str
    status: int
    at: float


@dataclass(frozen=True)
class Pushed:
    """The end result of a task, as it was pushed to its caller."""

    id: str
    data: Json


@dataclass(frozen=True)
class Burst:
    """Results that were sent together."""

    task: str
    count: int

    spread: float
    """Seconds from the first to the last."""


@dataclass(frozen=True)
class Misdeed:
    """A service misbehaved with the attempt of this callback id."""

    behaviour: str
    id: str


@dataclass(frozen=True)
class BlobContent:
    """A blob that the engine refers to: the checksum it should have, and has."""

    key: str
    expected: str
    found: str | None


@dataclass
class Logs:
    """Everything that was recorded in one run of a scenario, each list in its order."""

    # By clients.
    accepted: list[Accepted] = field(default_factory=list)
    ends: list[ReportedEnd] = field(default_factory=list)

    snapshots: list[Json] = field(default_factory=list)
    """Answers of /tasks/{id}/raw while the task ran."""

    # By the engine, after everything was healed.
    recorded: dict[str, Json] = field(default_factory=dict)
    """Its last answer of /tasks/{id}/raw, by task; None: there is no such task."""

    erased: dict[str, Json] = field(default_factory=dict)
    """The same, of tasks that the engine said were erased."""

    listed: list[str] = field(default_factory=list)
    """All tasks that the engine knows."""

    stuck: list[str] = field(default_factory=list)
    """Tasks that did not move for too long."""

    blobs: list[BlobContent] = field(default_factory=list)

    # By services.
    executions: list[Execution] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    bursts: list[Burst] = field(default_factory=list)
    misdeeds: list[Misdeed] = field(default_factory=list)

    def read_services(self, path: Path) -> None:
        """Add what the services wrote."""
        kinds: dict[str, tuple[Any, list[Any]]] = {
            "Execution": (Execution, self.executions),
            "Answer": (Answer, self.answers),
            "Pushed": (Pushed, self.pushed),
            "Burst": (Burst, self.bursts),
            "Misdeed": (Misdeed, self.misdeeds),
        }

        for line in path.read_bytes().splitlines():
            try:
                kind, fields = json.loads(line)
            except ValueError:
                # A kill in the middle of a write leaves half a line.
                continue

            make, entries = kinds[kind]
            entries.append(make(**fields))


def frames_of(raw: Json) -> Iterator[Json]:
    """The frames in an answer of /tasks/{id}/raw, the task's own first."""
    yield raw
    yield from raw["frames"]


def blobs_in(value: Json) -> Iterator[Json]:
    """Every reference to a blob, at any depth."""
    match value:
        case {"$blob": _}:
            yield value
        case dict():
            for item in value.values():
                yield from blobs_in(item)
        case list():
            for item in value:
                yield from blobs_in(item)
