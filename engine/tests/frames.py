"""New frames, and events for them, as stores and inboxes are given them."""

from datetime import UTC, datetime

from engine.domain.frame import Frame, FramePath
from engine.domain.messages import NodeAcknowledged, NodeFailed
from engine.domain.run import Run, Status

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
T = FramePath("t")


def new_frame(path: str, **fields: object) -> Frame:
    """A frame that was not inserted yet; of a task, unless its fields say otherwise."""
    defaults = {"route": "blur", "version": "v1", "created_at": NOON}
    return Frame(path=FramePath(path), **{**defaults, **fields})


def waking(path: str, wake_at: datetime | None = NOON) -> Frame:
    """A frame that waits for a result, and must be woken if none comes."""
    run = Run(status=Status.CALLING, attempt=1, wake_at=wake_at)
    return new_frame(path, runs={"a": run})


def event(number: int) -> NodeFailed:
    """A report: the inbox promises that it gets its turn, as a result does.

    It can be a key, which a result cannot.
    """
    return NodeFailed("node", number, "it is broken")


def ack(number: int) -> NodeAcknowledged:
    """An acknowledgement: it may be lost."""
    return NodeAcknowledged("node", number, "http://localhost/")


def assert_saved(frame: Frame | None) -> Frame:
    assert frame is not None
    return frame
