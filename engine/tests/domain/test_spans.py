"""Which spans have ended when a frame has changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.run import Run, Status
from engine.domain.run_faults import Cause, RunFault
from engine.domain.spans import context_of_attempt, ended
from msgspec.structs import replace
from trace_spans import Span

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def frame(run: Run, **fields: Any) -> Frame:
    return Frame(
        path=FramePath("t"),
        route="r",
        version="v",
        created_at=NOON,
        trace="a" * 32,
        runs={"blur": run},
        **fields,
    )


def called(number: int, at: datetime) -> Run:
    """A run whose service has worked on its attempt."""
    run = Run(attempt=number, earlier_attempts=number - 1, round=number - 1)
    calling = run.to(Status.CALLING, at)
    instance = "http://user:word@blur:9000/path?token=x"
    return calling.to(Status.WORKING, at, instance=instance)


def by_name(found: list[Span]) -> dict[str, Span]:
    return {span.name: span for span in found}


def test_a_run_that_goes_on_has_no_span() -> None:
    before = frame(Run())

    assert list(ended(before, frame(called(1, NOON)))) == []
    assert list(ended(None, frame(called(1, NOON)))) == []


def test_a_span_says_which_host_had_the_work_and_nothing_else_of_it() -> None:
    before = called(1, NOON)
    after = before.to(Status.SUCCEEDED, NOON + SECOND, out={"secret": 1})

    found = by_name(list(ended(frame(before), frame(after))))

    attributes = found["attempt"].attributes
    assert attributes == {"marketplace.attempt": 1, "server.address": "blur"}
    assert "secret" not in repr(found) and "word" not in repr(found)


def test_a_run_that_ended_before_is_not_told_again() -> None:
    over = called(1, NOON).to(Status.SUCCEEDED, NOON + SECOND)
    later = replace(over, changed_by_others=True)

    assert list(ended(frame(over), frame(later))) == []


def test_a_run_that_was_kept_from_another_task_is_not_told() -> None:
    kept = replace(called(1, NOON).to(Status.SUCCEEDED, NOON + SECOND), reused=True)

    assert list(ended(None, frame(kept))) == []


def test_a_round_that_ended_in_the_turn_of_the_next_one_is_told() -> None:
    working = called(1, NOON)
    next_round = working.to(Status.SUCCEEDED, NOON + SECOND).again(NOON + SECOND)

    found = by_name(list(ended(frame(working), frame(next_round))))

    assert found["blur"].ended_at == NOON + SECOND
    assert not found["blur"].failed
    of_call = context_of_attempt(frame(working), "blur", 1)
    assert found["attempt"].span_id == of_call.span_id
    assert found["attempt"].parent_id == found["blur"].span_id
    assert found["attempt"].attributes["server.address"] == "blur"


def test_a_round_that_failed_and_led_back_is_told_as_failed() -> None:
    working = called(1, NOON)
    fault = RunFault(code=Cause.TIMEOUT, message="quotes data")
    failed = working.attempt_failed("quotes data", NOON + SECOND).to(
        Status.FAILED, NOON + SECOND, error="quotes data", fault=fault
    )

    found = by_name(list(ended(frame(working), frame(failed.again(NOON + SECOND)))))

    assert found["blur"].failed and found["attempt"].failed
    assert "quotes" not in repr(found)


def test_rounds_have_spans_of_their_own() -> None:
    first = called(1, NOON)
    one = by_name(list(ended(frame(first), frame(first.to(Status.SUCCEEDED, NOON)))))
    second = called(2, NOON)
    two = by_name(list(ended(frame(second), frame(second.to(Status.SUCCEEDED, NOON)))))

    assert one["blur"].span_id != two["blur"].span_id
    assert one["attempt"].span_id != two["attempt"].span_id


def test_a_task_that_failed_says_what_kind_of_failure_it_was() -> None:
    before = frame(Run())
    after = replace(
        before,
        status=FrameStatus.FAILED,
        error="quotes data",
        fault=RunFault(code=Cause.TIMEOUT, message="quotes data"),
        ended_at=NOON + SECOND,
    )

    (root,) = ended(before, after)

    assert root.failed
    assert root.attributes["marketplace.code"] == Cause.TIMEOUT
    assert "quotes" not in repr(root)


def test_waits_are_those_of_this_round() -> None:
    before = Run(attempt=1, earlier_attempts=1, round=1)
    waited = replace(before, history=((Status.PENDING, NOON),)).to(
        Status.WAITING, NOON + SECOND, wake_at=NOON + 3 * SECOND
    )
    earlier = replace(
        waited, history=((Status.WAITING, NOON - SECOND), *waited.history), attempt=2
    )
    working = earlier.to(Status.CALLING, NOON + 3 * SECOND)
    after = working.to(Status.SUCCEEDED, NOON + 4 * SECOND)

    found = list(ended(frame(working), frame(after)))

    (wait,) = [span for span in found if span.name == "wait"]
    assert (wait.started_at, wait.ended_at) == (NOON + SECOND, NOON + 3 * SECOND)
    assert by_name(found)["blur"].started_at == wait.started_at


def test_a_run_that_failed_for_good_says_what_kind_of_failure_it_was() -> None:
    working = called(1, NOON)
    fault = RunFault(code=Cause.TIMEOUT, message="quotes data")
    failed = working.to(Status.FAILED, NOON + SECOND, error="quotes data", fault=fault)

    found = by_name(list(ended(frame(working), frame(failed))))

    assert found["blur"].attributes["marketplace.code"] == Cause.TIMEOUT
    assert found["attempt"].failed
