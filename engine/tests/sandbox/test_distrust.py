"""What comes out of a worker is checked again, as if the worker had been taken over."""

import itertools

import pytest
from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.slow_lane import MAX_REMEMBERED_SOURCES, SlowLane
from engine.adapters.sandbox.values import parse
from engine.domain.errors import CodeFailed

LIMITS = SandboxLimits(output_bytes=1000, output_values=10, output_depth=3)


def test_what_keeps_within_the_limits_is_accepted() -> None:
    text = '{"a": [1, -9223372036854775808, 1.5, true, null, "\\ud83d\\ude00"]}'

    assert parse(text, LIMITS) == {"a": [1, -(2**63), 1.5, True, None, "😀"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (5, "larger than 1,000 bytes"),
        (None, "larger than 1,000 bytes"),
        ('"' + "x" * 1000 + '"', "larger than 1,000 bytes"),
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[" * 999, "cannot be read|too deep|over 3 levels"),
        ("9" * 999, "more than 64 bits"),
        ("9223372036854775808", "more than 64 bits"),
        ("NaN", "NaN, which JSON does not know"),
        ("[-Infinity]", "-Infinity, which JSON does not know"),
        ("[1e999]", "Infinity, which JSON does not know"),
        ("[[[[1]]]]", "nested deeper than 3 levels"),
        ("[1,2,3,4,5,6,7,8,9,10]", "more than 10 values"),
        ('["\\ud800"]', "lone surrogate"),
        ('{"\\udfff": 1}', "lone surrogate"),
        ('{"a": {"$large": "other/secret"}}', r"“\$large” is reserved"),
    ],
)
def test_what_a_worker_should_not_have_sent_is_refused(text, expected) -> None:
    with pytest.raises(CodeFailed, match=expected):
        parse(text, LIMITS)


def test_data_that_are_not_json_do_not_reach_the_sandbox(value) -> None:
    with pytest.raises(CodeFailed, match="the data that the code reads"):
        value("input", this={"input": {"x": {1, 2}}})


def test_source_that_is_no_text_is_refused(value) -> None:
    with pytest.raises(CodeFailed):
        value("'\ud800'")


def test_the_slow_lane_forgets_the_oldest() -> None:
    each_look_a_second_later = itertools.count().__next__
    lane = SlowLane(
        width=1, slow_seconds=0.5, wait_seconds=0.01, now=each_look_a_second_later
    )

    for number in range(MAX_REMEMBERED_SOURCES + 1):
        with lane.timed(str(number)):
            pass

    with lane.admit("0"), lane.admit("0"):
        pass
    with lane.admit("1"), pytest.raises(CodeFailed, match="busy"):
        with lane.admit("2"):
            pass
