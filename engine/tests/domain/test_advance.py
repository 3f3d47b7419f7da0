"""What one event does to a task."""

from datetime import timedelta

import pytest
from documents import end, service, starting_with
from engine.domain import messages as m
from engine.domain.call_events import (
    MAX_REFUSALS,
    PROGRESS_INTERVAL,
)
from engine.domain.errors import IllegalChange
from engine.domain.frame import FrameStatus
from engine.domain.nodes.end import fail_undecided
from engine.domain.rules import Rules
from engine.domain.run import MAX_REASON_CHARACTERS, Run, Status
from msgspec.structs import replace
from simulation import NOON, Simulation

SERIES = starting_with(
    service("first", "second"), service("second", "done"), end("done")
)


def test_a_task_starts_by_calling_what_follows_its_entry() -> None:
    simulation = Simulation(SERIES, {"a": 1})

    assert simulation.statuses() == {
        "start": "succeeded",
        "first": "calling",
        "second": "pending",
        "done": "pending",
    }
    assert [order for _, order in simulation.calls] == [m.CallNode("first", 1)]
    assert simulation.task.runs["first"].input == {"a": 1}


def test_the_end_receives_what_the_last_node_gave() -> None:
    simulation = Simulation(SERIES)

    simulation.finish("first", {"x": 1})
    simulation.finish("second", {"y": 2})

    assert simulation.task.status is FrameStatus.FINISHED
    assert simulation.out("done") == {"y": 2}
    assert simulation.task.erase_at == NOON + Rules().retention


def test_a_repeated_result_changes_nothing() -> None:
    simulation = Simulation(SERIES)
    simulation.finish("first", {"x": 1})
    before = simulation.task

    simulation.post(m.NodeFinished("first", 1, {"x": 2}))

    assert simulation.task is before
    assert before.runs["first"].accepted == (1,)


def test_a_result_of_an_unknown_node_or_attempt_changes_nothing() -> None:
    simulation = Simulation(SERIES)
    before = simulation.task

    simulation.post(m.NodeFinished("unknown", 1, {}))
    simulation.post(m.NodeFinished("first", 2, {}))
    simulation.post(m.NodePostponed("first", 2, "busy"))
    simulation.post(m.ResultPushed())

    assert simulation.task is before


def test_an_acknowledged_call_is_work_under_a_deadline() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))

    run = simulation.task.runs["first"]
    assert (run.status, run.instance) == (Status.WORKING, "http://one")
    assert run.deadline == NOON + Rules().timeout
    assert run.wake_at == NOON + Rules().look_after


def test_a_late_acknowledgement_changes_nothing() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "no")
    before = simulation.task

    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))

    assert simulation.task is before


def test_a_result_may_overtake_the_acknowledgement() -> None:
    simulation = Simulation(SERIES)
    simulation.finish("first")
    before = simulation.task

    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))

    assert simulation.task is before


@pytest.mark.parametrize("acknowledged", [True, False])
def test_what_a_service_says_of_its_work_is_noted_and_moves_nothing(
    acknowledged: bool,
) -> None:
    simulation = Simulation(SERIES)
    if acknowledged:
        simulation.post(m.NodeAcknowledged("first", 1, "http://one"))
    before = simulation.task
    simulation.calls.clear()

    simulation.post(m.NodeProgressed("first", 1, "half of it"))

    run = simulation.task.runs["first"]
    assert (run.note, run.told_at) == ("half of it", NOON)
    assert replace(run, note=None, told_at=None) == before.runs["first"]
    assert not simulation.calls


def test_a_service_is_heard_twice_a_second_at_most() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeProgressed("first", 1, "1 of 3"))
    before = simulation.task

    simulation.post(m.NodeProgressed("first", 1, "2 of 3"))
    too_soon = simulation.task
    simulation.now += PROGRESS_INTERVAL
    simulation.post(m.NodeProgressed("first", 1, "1 of 3"))
    nothing_new = simulation.task
    simulation.post(m.NodeProgressed("first", 1, "3 of 3"))

    assert too_soon is nothing_new is before
    assert simulation.task.runs["first"].note == "3 of 3"


def test_what_was_said_is_forgotten_with_the_attempt() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeProgressed("first", 1, "half of it"))
    simulation.fail("first", "no")
    before = simulation.task

    simulation.post(m.NodeProgressed("first", 1, "nearly all"))

    run = simulation.task.runs["first"]
    assert simulation.task is before
    assert (run.note, run.told_at) == ("tries again after: no", None)


def test_a_failed_attempt_is_made_again_after_its_backoff() -> None:
    simulation = Simulation(SERIES)

    simulation.fail("first", "refused")

    run = simulation.task.runs["first"]
    assert run.status is Status.RETRYING
    assert run.note == "tries again after: refused"
    simulation.wait_until_due()
    assert simulation.task.runs["first"].status is Status.CALLING
    assert simulation.task.runs["first"].attempt == 2


def test_the_result_of_a_failed_attempt_still_counts_until_a_new_attempt_is_made() -> (
    None
):
    simulation = Simulation(SERIES)
    simulation.fail("first", "timed out")

    simulation.post(m.NodeFinished("first", 1, {"late": True}))

    assert simulation.out("first") == {"late": True}


def test_a_second_failure_of_one_attempt_changes_nothing() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "refused")
    before = simulation.task

    simulation.post(m.NodeFailed("first", 1, "timed out"))

    assert simulation.task is before


def test_when_all_tries_failed_the_task_says_which_node_and_why() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=1))

    simulation.fail("first", "refused")
    simulation.wait_until_due()
    simulation.fail("first", "refused again")

    assert simulation.task.status is FrameStatus.FAILED
    assert simulation.task.error == "node first: refused again (tried 2 times)"
    assert simulation.task.failed_node == "first"


def test_a_final_failure_is_not_tried_again() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodeFailed("first", 1, "no picture", final=True, reported=True))

    assert simulation.task.error == "node first: no picture"
    assert simulation.task.runs["first"].accepted == (1,)


def test_a_node_may_set_its_own_patience() -> None:
    document = starting_with(service("first", "done", retry=0, timeout=5), end("done"))
    simulation = Simulation(document)

    simulation.wait(timedelta(seconds=5))

    assert simulation.task.error == "node first: no result within 5 s"


def test_delays_grow_up_to_a_limit() -> None:
    rules = Rules()

    delays = [rules.delay(tries, "seed") for tries in (1, 2, 3, 60)]

    assert delays == sorted(delays)
    assert delays[-1] <= rules.longest_delay


def test_a_postponed_call_waits_visibly_and_is_not_counted_as_a_try() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodePostponed("first", 1, "no service announces it"))

    run = simulation.task.runs["first"]
    assert (run.status, run.note, run.tries) == (
        Status.RETRYING,
        "no service announces it",
        0,
    )
    assert run.deadline == NOON + Rules().timeout


def test_a_call_that_stays_postponed_fails_at_its_deadline() -> None:
    simulation = Simulation(SERIES)

    while simulation.task.open:
        order = simulation.task.runs["first"]
        simulation.post(m.NodePostponed("first", order.attempt, "no service is there"))
        simulation.wait_until_due()

    assert (
        simulation.task.error
        == "node first: gave up waiting after 300 s: no service is there"
    )
    assert simulation.now == NOON + Rules().timeout


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    simulation = Simulation(SERIES)

    after = timedelta(seconds=7)
    simulation.post(m.NodePostponed("first", 1, "busy", after))

    assert simulation.task.runs["first"].wake_at == NOON + after


def test_an_attempt_whose_failure_was_taken_gives_no_result_any_more() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeFailed("first", 1, "no memory", reported=True))
    before = simulation.task

    simulation.post(m.NodeFinished("first", 1, {}))

    assert simulation.task is before


def test_a_task_to_be_erased_stops_and_is_due_for_the_sweep() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.EraseRequested())
    erased = simulation.task
    simulation.post(m.EraseRequested())

    assert erased.status is FrameStatus.CANCELLED
    assert erased.erase_at == NOON
    assert simulation.task is erased


def test_a_mistake_of_the_engine_ends_the_task_and_not_one_that_has_ended() -> None:
    simulation = Simulation(SERIES)

    given_up = fail_undecided(simulation.task, Rules(), NOON)

    assert given_up.status is FrameStatus.FAILED
    assert fail_undecided(given_up, Rules(), NOON) is given_up


def test_nothing_is_due_before_its_time() -> None:
    simulation = Simulation(SERIES)
    before = simulation.task

    simulation.wait(timedelta(seconds=1))

    assert simulation.task is before


def test_a_cancelled_task_stops_what_runs_and_stays_cancelled() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.CancelRequested("enough"))
    simulation.finish("first")

    assert simulation.task.status is FrameStatus.CANCELLED
    assert simulation.task.error == "enough"
    assert simulation.statuses()["first"] == "cancelled"


def test_a_second_start_changes_nothing() -> None:
    simulation = Simulation(SERIES)
    before = simulation.task

    simulation.post(m.Started())

    assert simulation.task is before


def test_no_status_change_outside_the_table_is_possible() -> None:
    with pytest.raises(IllegalChange, match="from succeeded to calling"):
        Run(status=Status.SUCCEEDED).to(Status.CALLING, NOON)


def test_the_reason_of_a_refused_result_is_the_error_of_the_attempt() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=1))
    simulation.post(m.NodeAcknowledged("first", 1, "http://x"))
    simulation.post(m.ResultRefused("first", 1, "the body is a list"))
    simulation.post(m.ResultRefused("first", 2, "of another attempt"))

    simulation.wait(Rules().timeout)
    retrying = simulation.task.runs["first"]
    simulation.wait_until_due()
    again = simulation.task.runs["first"]
    simulation.wait(Rules().timeout)

    words = "no result within 300 s; one came and was refused: the body is a list"
    assert (retrying.status, retrying.error) == (Status.RETRYING, words)
    # The next attempt begins without it.
    assert (again.attempt, again.refused) == (2, None)
    assert simulation.task.error == "node first: no result within 300 s (tried 2 times)"


def test_a_better_result_counts_after_a_refused_one() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.ResultRefused("first", 1, "the body is a list"))

    simulation.finish("first", {"x": 1})

    run = simulation.task.runs["first"]
    assert (run.status, run.refused, run.out) == (Status.SUCCEEDED, None, {"x": 1})


def test_the_refused_results_that_are_noted_are_bounded() -> None:
    simulation = Simulation(SERIES)
    for number in range(MAX_REFUSALS):
        simulation.post(m.ResultRefused("first", 1, f"{number:02}" * 10_000))
    before = simulation.task

    simulation.post(m.ResultRefused("first", 1, "one more"))
    repeated = m.ResultRefused("first", 1, before.runs["first"].refused or "")
    simulation.post(repeated)

    assert simulation.task is before
    assert len(before.runs["first"].refused or "") == MAX_REASON_CHARACTERS


def test_calls_are_counted_anew_in_each_round() -> None:
    again = Run(attempt=4, waits=1).again(NOON)

    assert (Run(attempt=4, waits=1).calls, again.calls) == (3, 0)
    assert replace(again, attempt=5).calls == 1
