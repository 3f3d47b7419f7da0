"""What lines of the log are about that are written meanwhile."""

from contextvars import ContextVar

from engine.domain.frame import FramePath

_FRAME: ContextVar[str] = ContextVar("frame", default="")

# With the frame: what is started from a turn may go on to another frame.
_TRACE: ContextVar[tuple[str, str]] = ContextVar("trace", default=("", ""))
NO_ATTEMPT = ("", "", 0)
_ATTEMPT: ContextVar[tuple[str, str, int]] = ContextVar("attempt", default=NO_ATTEMPT)


def begin_turn(path: FramePath) -> None:
    """From here on, also in what this starts, lines are about this frame."""
    _FRAME.set(path)
    _ATTEMPT.set(NO_ATTEMPT)


def begin_attempt(path: FramePath, node: str, attempt: int) -> None:
    """From here on lines are about this attempt of a node."""
    _FRAME.set(path)
    _ATTEMPT.set((path, node, attempt))


def note_trace(path: FramePath, trace_id: str) -> None:
    """Lines about this frame belong to this trace."""
    _TRACE.set((path, trace_id))


def about() -> dict[str, str | int]:
    """`task`, `frame`, `node`, `attempt`, `trace`, as far as they are known here."""
    frame = _FRAME.get()
    if not frame:
        return {}

    known: dict[str, str | int] = {"task": frame.partition("/")[0], "frame": frame}
    path, node, attempt = _ATTEMPT.get()
    if path == frame:
        known |= {"node": node, "attempt": attempt}
    path, trace_id = _TRACE.get()
    if path == frame:
        known["trace"] = trace_id
    return known
