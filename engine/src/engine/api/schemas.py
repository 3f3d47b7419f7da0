"""The shapes of answers, for the documentation; handlers do not build them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["running", "finished", "error"]


class Shape(BaseModel):
    """An object that may have more than is promised."""

    model_config = ConfigDict(extra="allow")


class Fault(Shape):
    """One thing that is wrong, and what to do about it."""

    node: str | None
    field: str | None
    code: str
    message: str
    hint: str


class Problem(Shape):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]


class Job(Shape):
    """The id of the task that was started."""

    jobId: str = Field(json_schema_extra={"format": "uuid"})  # as the protocol has it


class Route(Shape):
    """What can be called under a route."""

    route: str
    type: Literal["pipeline", "service"]
    summary: str
    alive: bool
    version: str | None = None
    published_at: datetime | None = None


class RouteDetails(Route):
    """A route with its pipeline and, of a service, its instances."""

    pipeline: dict[str, Any]
    instances: list[dict[str, Any]]


class Stored(Shape):
    """What was stored under which route."""

    route: str
    type: Literal["pipeline", "service"]
    version: str | None = None


class TaskLine(Shape):
    """A task in a list."""

    id: str
    route: str
    version: str
    status: State
    message: str | None
    created_at: datetime
    ended_at: datetime | None


class TaskPage(Shape):
    """Tasks, newest first; `next` is the cursor of the following page."""

    items: list[TaskLine]
    next: str | None


class TaskStatus(TaskLine):
    """How a task is: its progress, what failed, what it waits for."""

    progress: dict[str, Any]
    failed: dict[str, Any] | None
    waiting: list[dict[str, Any]]


class TaskRaw(TaskStatus):
    """Everything known of a task: its runs, and the frames of its loops."""

    runs: dict[str, dict[str, Any]]
    frames: list[dict[str, Any]]


class Jobs(Shape):
    """How many tasks there are."""

    total: int
    running: int
    finished: int
    failed: int


class Stats(Shape):
    """Numbers of tasks, by status and by route."""

    jobs: Jobs
    services: dict[str, int]


class Health(Shape):
    """Whether the engine can work; `missing` says what it lacks, by store."""

    status: str
    missing: dict[str, str] = {}


class DeadLetter(Shape):
    """An event that could not be processed."""

    id: str
    path: str
    event: str
    reason: str
    died_at: datetime
