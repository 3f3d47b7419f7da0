"""A frame survives its JSON form."""

from datetime import UTC, datetime

import orjson
import pytest
from engine.domain.frame import Frame, FramePath, FrameStatus, Parent, Push
from engine.domain.frame_json import decode, encode
from engine.domain.run import Loop, Run, Status
from engine.domain.values import Large

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LARGE = Large("task/json-1", None)
ONE = {"a": Run()}
RICH = Frame(
    path=FramePath("task/a[1]"),
    route="route",
    version="version",
    created_at=NOON,
    loops=("a",),
    parent=Parent(path=FramePath("task"), node="a", attempt=1, index=1, item=LARGE),
    push=Push(url="http://caller", task_id="theirs", tries=2, due_at=NOON),
    depth=3,
    status=FrameStatus.FAILED,
    runs={
        "done": Run(out=LARGE, params={"p": 1}).to(Status.SUCCEEDED, NOON),
        "each": Run(loop=Loop([1, 2], 2, 2, b"\x03")).to(Status.LOOPING, NOON),
        "more": Run(loop=Loop(LARGE, 2)).to(Status.LOOPING, NOON, wake_at=NOON),
        "next": Run(led_to=("a", "b"), accepted=(1, 2), error="no"),
        "new": Run(),
    },
    error="node next: no",
    failed_node="next",
    evaluations=4,
    revision=5,
    ended_at=NOON,
    erase_at=NOON,
    saved_at=NOON,
)


def test_a_frame_can_be_written_and_read_again() -> None:
    for frame in (
        RICH,
        Frame(
            path=FramePath("task"), route="route", version="version", created_at=NOON
        ),
    ):
        assert decode(encode(frame)) == frame


def test_a_document_carries_its_schema_and_nothing_at_its_default() -> None:
    document = orjson.loads(
        encode(
            Frame(
                path=FramePath("t"), route="r", version="v", created_at=NOON, runs=ONE
            )
        )
    )

    assert document["schema"] == 1
    assert document["runs"] == {"a": {}}
    assert "push" not in document


def test_what_is_no_json_is_not_written() -> None:
    with pytest.raises(TypeError, match="a object cannot be written as JSON"):
        encode(
            Frame(
                path=FramePath("t"),
                route="r",
                version="v",
                created_at=NOON,
                runs={"a": Run(out=object())},
            )
        )
