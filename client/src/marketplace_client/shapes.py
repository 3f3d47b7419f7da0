"""What the engine tells of tasks, with types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from marketplace_client.errors import TaskFailed

Json: TypeAlias = Any
"""What JSON can hold: None, bool, int, float, str, lists and dicts of these."""

RUNNING = "running"
FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many nodes of a pipeline have ended."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Failure:
    """The run that ended a task."""

    node: str
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How a task is."""

    id: str
    route: str
    status: Literal["running", "finished", "error"]
    message: str
    cancelled: bool
    progress: Progress
    failure: Failure | None
    created_at: datetime
    ended_at: datetime | None
    raw: Mapping[str, Json]
    """All that the engine said, also what this package does not know yet."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will change."""
        return self.status != RUNNING

    @classmethod
    def of(cls, told: Mapping[str, Json]) -> "Status":
        """What `GET /tasks/{id}/status` says."""
        progress = told.get("progress") or {}
        ended_at = told.get("ended_at")
        return cls(
            id=told["id"],
            route=told["route"],
            status=told["status"],
            message=told.get("message") or "",
            cancelled=bool(told.get("cancelled")),
            progress=Progress(progress.get("done", 0), progress.get("total", 0)),
            failure=_failure(told.get("failed")),
            created_at=datetime.fromisoformat(told["created_at"]),
            ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
            raw=told,
        )

    def raise_if_failed(self) -> None:
        """Raises `TaskFailed` unless the task runs or has finished."""
        if self.status in (RUNNING, FINISHED):
            return
        raise TaskFailed(
            task_id=self.id,
            route=self.route,
            message=self.message,
            node=self.failure.node if self.failure else None,
            code=self.failure.code if self.failure else None,
            cancelled=self.cancelled,
        )


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a task or of one of its runs."""

    id: str
    kind: str
    """`run` or `task`."""
    data: Mapping[str, Json]

    @property
    def node(self) -> str | None:
        """Whose run has changed; None: the task itself."""
        return self.data.get("node")

    @property
    def status(self) -> str:
        """The new status of the run or the task."""
        return str(self.data.get("status", ""))

    @property
    def note(self) -> str | None:
        """How far a service says it is."""
        return self.data.get("note")


def _failure(told: Mapping[str, Json] | None) -> Failure | None:
    if not told:
        return None
    fault = told.get("fault") or {}
    return Failure(
        node=str(told.get("node", "")),
        message=str(told.get("message") or told.get("error") or ""),
        code=fault.get("code"),
    )
