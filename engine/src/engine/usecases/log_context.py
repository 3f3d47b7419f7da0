"""Whose turn it is, for the lines that are logged meanwhile."""

from contextvars import ContextVar

from engine.domain.frame import FramePath

_FRAME: ContextVar[str] = ContextVar("frame", default="")


def begin_turn(path: FramePath) -> None:
    """From here on, also in what this starts, lines are about this frame."""
    _FRAME.set(path)


def frame_in_turn() -> str:
    """The path of the frame; empty: nothing of a task is going on."""
    return _FRAME.get()
