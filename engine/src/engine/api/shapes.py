"""Shapes that several kinds of answers have in them, for the documentation."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["running", "finished", "error"]
RunStatus = Literal[
    "pending",
    "waiting",
    "calling",
    "working",
    "retrying",
    "looping",
    "succeeded",
    "skipped",
    "failed",
    "cancelled",
]


class Shape(BaseModel):
    """An object that may have more than is promised."""

    model_config = ConfigDict(extra="allow")


class RunFault(Shape):
    """Why a run has failed, and what to do about it."""

    code: str
    message: str
    field: str | None = Field(description="Of the node, such as `after`")
    hint: str
    line: int | None


class ItemsDone(Shape):
    """How far a loop is."""

    done: int
    total: int
