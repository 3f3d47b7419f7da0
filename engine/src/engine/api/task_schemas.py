"""The shapes of answers about tasks; handlers do not build them."""

from datetime import datetime
from typing import Any

from pydantic import Field, RootModel

from engine.api.shapes import ItemsDone, RunFault, RunStatus, Shape, State


class Job(Shape):
    """The id of the task that was started."""

    jobId: str = Field(json_schema_extra={"format": "uuid"})  # as the protocol has it


class TaskLine(Shape):
    """A task in a list."""

    id: str
    route: str
    version: str
    status: State
    cancelled: bool
    message: str | None
    failed_node: str | None
    code: str | None = Field(description="What kind of failure it was")
    continues: str | None = Field(description="The task whose results it took over")
    trial: bool = Field(description="It runs a version that is not published")
    created_at: datetime
    ended_at: datetime | None


class TaskPage(Shape):
    """Tasks, newest first; `next` is the cursor of the following page."""

    items: list[TaskLine]
    next: str | None


class Progress(Shape):
    """How many nodes are done, and of each loop how many items."""

    done: int
    total: int
    reused: int = Field(description="Of those that are done: kept from another task")
    loops: dict[str, ItemsDone]


class FailedRun(Shape):
    """The run that failed."""

    node: str
    message: str | None
    attempt: int
    fault: RunFault | None


class CalledTask(Shape):
    """A task of this engine that a run has called and waits for."""

    task: str
    route: str
    status: State
    message: str | None
    progress: Progress


class Caller(Shape):
    """The run that has called a task."""

    task: str
    path: str
    node: str


class WaitingRun(Shape):
    """A run that is open, what it waits for, and until when."""

    node: str
    status: RunStatus
    awaits: str = Field(alias="for")
    refused: str | None = Field(description="Why its last result was not taken")
    attempt: int
    until: datetime | None
    again_at: datetime | None = Field(description="When it is called again")
    called: CalledTask | None


class TaskStatus(TaskLine):
    """How a task is: its progress, what failed, what it waits for."""

    called_by: Caller | None
    trace_id: str | None = Field(description="Of its trace, if the engine makes traces")
    trace_url: str | None = Field(
        description="Where it is shown, if TRACES_URL says so"
    )
    progress: Progress
    failed: FailedRun | None = Field(description="The failure that is the task's")
    caught: list[FailedRun] = Field(description="Failures that the pipeline handles")
    waiting: list[WaitingRun]


class StatusChange(Shape):
    """When a run got a status."""

    status: RunStatus
    at: datetime


class RawRun(Shape):
    """Everything known of a run."""

    status: RunStatus
    attempts: int
    calls: int
    round: int
    reused: bool = Field(description="It was kept from another task")
    input: Any
    output: Any
    params: Any
    error: str | None
    fault: RunFault | None
    caught: bool = Field(description="The pipeline handles its failure")
    called_task: str | None = Field(description="The task that it called")
    waits_for: str | None
    refused: str | None
    instance: str | None
    items: ItemsDone | None
    printed: str
    started_at: datetime | None
    ended_at: datetime | None
    deadline: datetime | None
    history: list[StatusChange]


class RawFrame(Shape):
    """Everything known of the frame of an item of a loop."""

    path: str
    revision: int
    status: State
    message: str | None
    fault: RunFault | None
    item: Any
    saved_at: datetime | None
    wakes_at: datetime | None
    runs: dict[str, RawRun]


class TaskRaw(TaskStatus):
    """Everything known of a task: its runs, and the frames of its loops."""

    path: str
    revision: int
    fault: RunFault | None
    item: Any
    saved_at: datetime | None
    wakes_at: datetime | None
    runs: dict[str, RawRun]
    frames: list[RawFrame]
    complete: bool = Field(description="Whether these are all frames")


class Outputs(RootModel[dict[str, Any]]):
    """The outputs of a task; a file appears as its address."""
