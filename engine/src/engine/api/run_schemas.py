"""The shapes of answers about runs and edits; handlers do not build them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.api.shapes import ItemsDone, RunFault, RunStatus, Shape, State


class Attempt(Shape):
    """One call of a run."""

    number: int
    at: datetime
    ended_at: datetime | None
    instance: str | None = Field(
        description="The address of the service that had it; null: not known"
    )
    error: str | None


class Sizes(Shape):
    """How many bytes the values of a run have as JSON; null: there is none."""

    input: int | None
    out: int | None
    params: int | None


class Picture(Shape):
    """A picture in an output, by its address."""

    type: str
    size: int
    url: str


class Run(Shape):
    """How a run went, without its values."""

    status: RunStatus
    reused: bool = Field(description="Kept from the task that this one continues")
    called_task: str | None = Field(
        description="The task of this engine that its current attempt has started"
    )
    round: int
    started_at: datetime | None
    ended_at: datetime | None
    attempts: list[Attempt] = Field(description="The last 20, oldest first")
    fault: RunFault | None
    printed: str = Field(description="By its code, in this round")
    waits_for: str | None
    refused: str | None
    deadline: datetime | None = Field(description="When it gives up")
    again_at: datetime | None = Field(
        description="Of a run that waits: when it is called again, or begins"
    )
    picture: Picture | None = Field(description="The first one in its output")
    items: ItemsDone | None
    sizes: Sizes


class Runs(Shape):
    """The runs of a task, or of an item of a loop, by their nodes."""

    path: str
    status: State
    message: str | None
    failed_node: str | None
    created_at: datetime
    ended_at: datetime | None
    runs: dict[str, Run]


class Cut(Shape):
    """Stands for a value that is large."""

    cut: Literal[True]
    bytes: int


class RunWithValues(Run):
    """A run with its values: any JSON, or how large it is."""

    path: str
    node: str
    input: Any | Cut
    out: Any | Cut
    params: Any | Cut
    item: Any | Cut


class Item(Shape):
    """An item of a loop."""

    index: int
    path: str
    status: Literal["pending", "running", "finished", "error"]
    item: Any | Cut
    failed_node: str | None
    message: str | None
    started_at: datetime | None
    ended_at: datetime | None


class ItemPage(Shape):
    """Items of a loop; `next` is the index from which the following page goes on."""

    total: int
    items: list[Item]
    next: int | None


class Change(Shape):
    """A change of a run, or of the task."""

    id: str = Field(description="To go on after it: `after`, or `Last-Event-ID`")
    event: Literal["run", "task"]
    path: str
    at: datetime
    status: str
    node: str | None = None
    attempt: int | None = None
    error: str | None = None
    note: str | None = None
    message: str | None = None
    items: ItemsDone | None = None


class CodeFault(Shape):
    """Why code failed."""

    line: int | None
    message: str


class Evaluated(Shape):
    """The value of code, or its fault."""

    value: Any | Cut = None
    fault: CodeFault | None = None
    printed: str = ""


class ChangedField(Shape):
    """A field that an edit has changed."""

    node: str
    field: str


class Renamed(Shape):
    """A pipeline with another id for one of its nodes, and where that changed it."""

    pipeline: Any = Field(description="As it was sent, but for the id")
    changed: list[ChangedField]
