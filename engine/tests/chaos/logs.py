"""What the three witnesses saw: clients, services, and the engine itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Any


@dataclass(frozen=True)
class Told:
    """The engine acknowledged a task to a client."""

    task: str
    route: str
    key: str
    number: int
    push: str | None = None
    """Under which id the client wants the end result."""


@dataclass(frozen=True)
class Seen:
    """How a client was told that a task is: why it failed, or what it gave."""

    task: str
    status: str
    reason: str | None
    outputs: Json = None


@dataclass(frozen=True)
class Execution:
    """A service did the work of an attempt; `by` is this execution's own name."""

    by: str
    id: str
    path: str
    node: str
    attempt: int
    at: float
    way: str
    data: Json
    broken: str | None = None
    """What was wrong with what it was given."""


@dataclass(frozen=True)
class Answer:
    """What the engine said to a result that an execution brought."""

    by: str
    status: int
    at: float


@dataclass(frozen=True)
class Pushed:
    """The end result of a task that came to its caller."""

    id: str
    data: Json


@dataclass(frozen=True)
class Burst:
    """Results that were sent together; `spread`: seconds from first to last."""

    task: str
    count: int
    spread: float


@dataclass(frozen=True)
class Misdeed:
    """A service did something else than its work with the attempt of this id."""

    way: str
    id: str


@dataclass(frozen=True)
class Content:
    """A blob that the engine refers to: the checksum it should have, and has."""

    key: str
    expected: str
    found: str | None


@dataclass
class Logs:
    """Everything that was seen in one run of a scenario, each list in its order."""

    told: list[Told] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    snapshots: list[Json] = field(default_factory=list)
    """What /tasks/{id}/raw said while the task was under way."""
    recorded: dict[str, Json] = field(default_factory=dict)
    """What it said in the end, by task; None: there is no such task."""
    listed: list[str] = field(default_factory=list)
    """All tasks that the engine knew in the end."""
    erased: dict[str, Json] = field(default_factory=dict)
    """Likewise, of tasks that the engine said were erased."""
    executions: list[Execution] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    bursts: list[Burst] = field(default_factory=list)
    misdeeds: list[Misdeed] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    """Tasks that did not move for too long although everything was healed."""

    def read_services(self, path: Path) -> None:
        """Take what the services wrote; a line broken by a kill is the last one."""
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
                continue
            make, into = kinds[kind]
            into.append(make(**fields))


def frames_of(raw: Json) -> Iterator[Json]:
    """The frames in an answer of /tasks/{id}/raw, the task's own first."""
    yield raw
    yield from raw["frames"]


def blobs_in(value: Json) -> Iterator[Json]:
    """Every reference of a blob, at any depth."""
    if isinstance(value, dict) and "$blob" in value:
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from blobs_in(item)
