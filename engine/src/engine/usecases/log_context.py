"""Whose turn it is, for the lines that are logged meanwhile."""

from contextvars import ContextVar

from engine.domain.frame import FramePath

_FRAME: ContextVar[str] = ContextVar("frame", default="")


_TRACE: ContextVar[tuple[str, str]] = ContextVar("trace", default=("", ""))


def begin_turn(path: FramePath) -> None:
    """From here on, also in what this starts, lines are about this frame."""
    _FRAME.set(path)


def frame_in_turn() -> str:
    """The path of the frame; empty: nothing of a task is going on."""
    return _FRAME.get()


def note_trace(path: FramePath, trace_id: str) -> None:
    """Lines about this frame belong to this trace."""
    _TRACE.set((path, trace_id))


def trace_in_turn() -> str:
    """The id of the trace of the frame; empty: it has none."""
    path, trace_id = _TRACE.get()
    return trace_id if path == _FRAME.get() else ""
