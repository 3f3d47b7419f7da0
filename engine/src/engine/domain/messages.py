"""Events say what happened to a frame, effects what is to be done about it.

Events travel between replicas and wait in the stream of NATS: their fields and names
are a stored form. Effects never leave the process.
"""

from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from engine.domain.gate import Admitted, flaw
from engine.domain.run_faults import Cause, RunFault


class Started(Struct, frozen=True, tag=True):
    """The frame was made: its first node may begin."""


class NodeAcknowledged(Struct, frozen=True, tag=True):
    """A service took the work; `instance` is the address that did."""

    node: str
    attempt: int
    instance: str
    given_at: datetime | None = None
    """When it was called; an older engine does not tell."""


class NodeProgressed(Struct, frozen=True, tag=True):
    """The service says how far it is."""

    node: str
    attempt: int
    message: str


class NodeFinished(Struct, frozen=True, tag=True):
    """The result of an attempt came."""

    node: str
    attempt: int
    out: Admitted
    instance: str | None = None
    """The address that did the work, if its acknowledgement came along."""
    stored_bytes: int = 0
    """Of the binaries that came with it; an older engine does not tell."""


class NodeFailed(Struct, frozen=True, tag=True):
    """An attempt failed; `final`: trying again would not help."""

    node: str
    attempt: int
    reason: str
    final: bool = False
    reported: bool = False
    """The service itself reported the failure, by callback."""
    code: str = Cause.FAILED
    field: str | None = None
    """The field of the node that is to blame; an older engine does not tell."""


class ResultRefused(Struct, frozen=True, tag=True):
    """A result came that cannot be read or is over a limit: the attempt goes on."""

    node: str
    attempt: int
    reason: str


class NodePostponed(Struct, frozen=True, tag=True):
    """No service took the work: there is no instance, or all of them are busy."""

    node: str
    attempt: int
    reason: str
    after: timedelta | None = None
    """The wait that the service asked for."""


class FrameEnded(Struct, frozen=True, tag=True):
    """The frame of one item of a loop ended; `attempt` is the loop's."""

    node: str
    attempt: int
    index: int
    error: str | None = None
    fault: RunFault | None = None
    """What failed in it; an older engine does not tell."""
    kept_bytes: int = 0
    """What is kept for it; an older engine does not tell."""


class LoopCollected(Struct, frozen=True, tag=True):
    """What the ended frames of a loop give together."""

    node: str
    attempt: int
    out: Admitted


class LoopFailed(Struct, frozen=True, tag=True):
    """The frames of a loop cannot be opened or read."""

    node: str
    attempt: int
    reason: str
    code: str = Cause.FAILED


class TimeElapsed(Struct, frozen=True, tag=True):
    """Something may be due."""

    gone: frozenset[str] = frozenset()
    """The addresses of instances that stopped announcing themselves."""
    restarts: dict[str, datetime] = {}
    """When instances were started anew, by their addresses."""
    restarted: bool = False
    """The engine was away: calls it may have been about to make are due now."""


class TurnContinued(Struct, frozen=True, tag=True):
    """The frame has another turn, since the time of its last one was over."""


class CancelRequested(Struct, frozen=True, tag=True):
    """The frame is to stop: a person asked for it, or it is not needed any more."""

    reason: str
    unwanted: bool = False
    """Who ordered its result does not wait for it: it is not pushed."""


class EraseRequested(Struct, frozen=True, tag=True):
    """The task is to be erased, with all its data."""


class FramesMade(Struct, frozen=True, tag=True):
    """So many more frames were made for the task and for those that it called.

    Reported from time to time, so that a restart does not begin the count anew.
    """

    count: int


class ResultPushed(Struct, frozen=True, tag=True):
    """The end result reached the task's caller, or nobody there waits for it."""


Event: TypeAlias = (
    Started
    | NodeAcknowledged
    | NodeProgressed
    | NodeFinished
    | NodeFailed
    | ResultRefused
    | NodePostponed
    | FrameEnded
    | LoopCollected
    | LoopFailed
    | TimeElapsed
    | TurnContinued
    | CancelRequested
    | EraseRequested
    | FramesMade
    | ResultPushed
)


def admitted_again(event: Event, task: str) -> Event:
    """The event of a task as it came from another process, perhaps an older one.

    One with a value that no run can have says that its node has failed.
    """
    match event:
        case NodeFinished(node=node, attempt=attempt, out=out):
            wrong = flaw(out, task)
            if not wrong:
                return event
            return NodeFailed(node, attempt, wrong, True, True, Cause.UNREADABLE)
        case LoopCollected(node=node, attempt=attempt, out=out):
            wrong = flaw(out, task)
            if not wrong:
                return event
            return LoopFailed(node, attempt, wrong, Cause.UNREADABLE)
        case _:
            return event


class CallNode(Struct, frozen=True):
    """Call the service or the interface of a node; the run holds what to send."""

    node: str
    attempt: int


class CancelCall(Struct, frozen=True):
    """Stop the task that an attempt started: its result is not awaited any more."""

    node: str
    attempt: int


class OpenFrames(Struct, frozen=True):
    """Make the frames of the items from `first` up to, not including, `stop`."""

    node: str
    attempt: int
    first: int
    stop: int


class InspectLoop(Struct, frozen=True):
    """Look whether frames of a loop are missing, or have ended without a word."""

    node: str
    attempt: int


class CollectLoop(Struct, frozen=True):
    """All frames of a loop ended: read what they give together."""

    node: str
    attempt: int


class CancelFrames(Struct, frozen=True):
    """Stop the frames of a loop that is not wanted any more."""

    node: str
    attempt: int


class ContinueTurn(Struct, frozen=True):
    """Give the frame another turn, behind those of other tasks."""


class TellParent(Struct, frozen=True):
    """Tell the frame around this one that it ended."""


class PushResult(Struct, frozen=True):
    """Send the end result to the caller's callback address."""


Effect: TypeAlias = (
    CallNode
    | CancelCall
    | OpenFrames
    | InspectLoop
    | CollectLoop
    | CancelFrames
    | ContinueTurn
    | TellParent
    | PushResult
)
