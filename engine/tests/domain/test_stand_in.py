"""What stands for a frame whose document cannot be read."""

from dataclasses import replace as changed
from datetime import timedelta

import pytest
from engine.domain import messages as m
from engine.domain.effects import effects, is_accepted
from engine.domain.errors import NewerFrame, UnreadableDocument
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent, StandIn
from engine.domain.frame_json import decode, encode
from engine.domain.rules import Rules
from engine.domain.stand_in import Known, stand_in, take_place
from frames import NOON, T

RULES = Rules()
KNOWN = Known(
    path=T,
    route="blur",
    parent=None,
    status="running",
    revision=7,
    created_at=NOON,
    saved_at=NOON,
    erase_at=None,
)
PARENT = Parent(path=T, node="faces", attempt=1, index=2, item=None)
BROKEN = UnreadableDocument("it is torn")
LATER = NOON + timedelta(seconds=5)


def taken(frame: Frame, *events: m.Event) -> Frame:
    return take_place(frame, RULES, events or (m.TimeElapsed(),), LATER)


def test_it_has_failed_until_a_turn_lets_it_take_the_place_of_the_document() -> None:
    frame = stand_in(KNOWN, BROKEN)

    after = taken(frame)

    assert (frame.status, frame.revision) == (FrameStatus.FAILED, 7)
    assert after.stand_in is None
    assert after.ended_at == LATER
    assert after.erase_at == LATER + RULES.retention
    assert decode(encode(after)) == after


def test_a_request_to_erase_it_makes_it_due_at_once() -> None:
    after = taken(stand_in(KNOWN, BROKEN), m.EraseRequested())

    assert after.erase_at == LATER


def test_what_had_ended_keeps_the_time_of_its_erasing() -> None:
    ended = changed(KNOWN, status="finished", erase_at=NOON)

    assert taken(stand_in(ended, BROKEN)).erase_at == NOON


def test_the_loop_around_it_is_told_once() -> None:
    item = changed(KNOWN, path=FramePath("t/faces[2]"), parent=PARENT)
    frame = stand_in(item, BROKEN)

    after = taken(frame)

    assert list(effects(frame, after)) == [m.TellParent()]
    assert list(effects(after, after)) == []
    assert after.erase_at is None


def test_no_result_of_it_counts() -> None:
    after = taken(stand_in(KNOWN, BROKEN))

    assert not is_accepted(after, m.NodeFinished("first", 1, {}))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("finished", "finished"), ("running", "running"), ("unheard of", "error")],
)
def test_what_a_newer_engine_wrote_shows_the_status_that_is_stored(
    stored: str, shown: str
) -> None:
    newer = UnreadableDocument("tag", newer=True)

    frame = stand_in(changed(KNOWN, status=stored), newer)

    assert (frame.stand_in, frame.status) == (StandIn.NEWER, shown)
    assert "newer version" in str(NewerFrame("t"))


@pytest.mark.parametrize(
    ("document", "newer"),
    [('{"schema": 2}', True), ("[]", False), ("", False), ('{"schema": 0}', False)],
)
def test_only_a_higher_schema_is_of_a_newer_engine(document: str, newer: bool) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        decode(document)

    assert caught.value.newer is newer
