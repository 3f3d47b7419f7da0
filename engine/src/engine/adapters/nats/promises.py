"""Which events are promised: their sender is told that they are safe."""

from engine.domain.messages import (
    CancelRequested,
    EraseRequested,
    Event,
    NodeFailed,
    NodeFinished,
)


def is_promised(event: Event) -> bool:
    """Whether it must never be lost: the timers repeat all others."""
    return isinstance(
        event, NodeFinished | NodeFailed | CancelRequested | EraseRequested
    )


def comes_once(event: Event) -> bool:
    """Whether an equal event is the same one, repeated: results name their attempt."""
    return isinstance(event, NodeFinished | NodeFailed)
