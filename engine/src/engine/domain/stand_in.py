"""What stands for a frame whose document cannot be read.

A store finds such a frame by its key, so it can still be listed, cancelled and erased:

    BROKEN   the document is damaged, or holds what no frame can hold. The stand-in has
             failed and says so. Any event lets it take the place of the document:
             then the frame has ended for good, and its time has moved on.
    NEWER    a later version of the engine wrote it. The stand-in only fills its line
             in lists. Nothing may be saved in its place, and no turn is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from engine.domain import messages as m
from engine.domain.errors import UnreadableDocument
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent, StandIn
from engine.domain.rules import Rules
from engine.domain.run_faults import Cause, RunFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a store knows of a frame besides its document."""

    path: FramePath
    route: str
    parent: Parent | None
    status: str
    revision: int
    created_at: datetime
    saved_at: datetime
    erase_at: datetime | None


def stand_in(known: Known, error: UnreadableDocument) -> Frame:
    """The frame that is shown instead of one that cannot be read."""
    status = FrameStatus.FAILED
    if error.newer and known.status in set(FrameStatus):
        status = FrameStatus(known.status)
    ended = status is not FrameStatus.RUNNING

    reason = f"the engine cannot go on with it: {error}"
    return Frame(
        path=known.path,
        route=known.route,
        # It stands in the document alone.
        version="",
        created_at=known.created_at,
        parent=known.parent,
        status=status,
        error=reason,
        fault=RunFault.of(Cause.UNREADABLE, reason),
        revision=known.revision,
        ended_at=known.saved_at if ended else None,
        erase_at=known.erase_at,
        saved_at=known.saved_at,
        stand_in=StandIn.NEWER if error.newer else StandIn.BROKEN,
    )


def take_place(
    frame: Frame,
    rules: Rules,
    events: Sequence[m.Event],
    now: datetime,
) -> Frame:
    """The failed frame that is saved in the place of a document that is broken.

    No event needs the document: whatever came, nothing of the frame can go on.
    """
    erase_at = frame.erase_at
    if frame.parent is None and erase_at is None:
        erase_at = now + rules.retention
    if any(isinstance(event, m.EraseRequested) for event in events):
        erase_at = now

    return replace(frame, stand_in=None, ended_at=now, erase_at=erase_at)
