"""A span: what took how long, and because of what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

MAX_TEXT_CHARACTERS = 200
"""Of a name and of an attribute: authors choose some of them."""


class Side(Enum):
    """Which end of a call a span is; most are none."""

    INTERNAL = "internal"
    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that has ended. It has names, numbers and states, and never data."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str | None
    started_at: datetime
    ended_at: datetime
    side: Side = Side.INTERNAL
    failed: bool = False
    attributes: Mapping[str, str | int] = field(default_factory=dict)
