"""Events say what happened to a frame, effects what is to be done about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from engine.domain.values import Json


@dataclass(frozen=True, slots=True)
class Started:
    """The frame was made: its first node may begin."""


@dataclass(frozen=True, slots=True)
class NodeAcknowledged:
    """A service took the work; `instance` is the address that did."""

    node: str
    attempt: int
    instance: str


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """The result of an attempt came."""

    node: str
    attempt: int
    out: Json


@dataclass(frozen=True, slots=True)
class NodeFailed:
    """An attempt came to nothing; `final`: trying again would not help."""

    node: str
    attempt: int
    reason: str
    final: bool = False
    reported: bool = False
    """The service itself said so, by callback."""


@dataclass(frozen=True, slots=True)
class NodePostponed:
    """Nobody could take the work now: no instance, or all of them busy."""

    node: str
    attempt: int
    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class FrameEnded:
    """The frame of one item of a loop ended; `attempt` is the loop's."""

    node: str
    attempt: int
    index: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class LoopCollected:
    """What the ended frames of a loop give together."""

    node: str
    attempt: int
    out: Json


@dataclass(frozen=True, slots=True)
class TimeElapsed:
    """Something may be due. `gone`: instances that stopped announcing."""

    gone: frozenset[str] = frozenset()
    restarted: bool = False
    """The engine was away: calls it may have been about to make are due now."""


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """Somebody wants the frame to stop."""

    reason: str


@dataclass(frozen=True, slots=True)
class ResultPushed:
    """The end result reached the task's caller, or nobody wants it any more."""


Event: TypeAlias = (
    Started
    | NodeAcknowledged
    | NodeFinished
    | NodeFailed
    | NodePostponed
    | FrameEnded
    | LoopCollected
    | TimeElapsed
    | CancelRequested
    | ResultPushed
)


@dataclass(frozen=True, slots=True)
class CallNode:
    """Call the service or the interface of a node; the run holds what to send."""

    node: str
    attempt: int


@dataclass(frozen=True, slots=True)
class OpenFrames:
    """Make the frames of the items from `first` up to, not including, `stop`."""

    node: str
    attempt: int
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class InspectLoop:
    """Look whether frames of a loop are missing, or ended unheard."""

    node: str
    attempt: int


@dataclass(frozen=True, slots=True)
class CollectLoop:
    """All frames of a loop ended: read what they give together."""

    node: str
    attempt: int


@dataclass(frozen=True, slots=True)
class CancelFrames:
    """Stop the frames of a loop that is not wanted any more."""

    node: str
    attempt: int


@dataclass(frozen=True, slots=True)
class TellParent:
    """Tell the frame around this one that it ended."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """Send the end result to the caller's callback address."""


Effect: TypeAlias = (
    CallNode
    | OpenFrames
    | InspectLoop
    | CollectLoop
    | CancelFrames
    | TellParent
    | PushResult
)
