"""The checker notices when a promise is broken, each of them."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from chaos.checker import broken
from chaos.evidence import Allowed, Evidence
from chaos.logs import (
    Accepted,
    Answer,
    BlobContent,
    Execution,
    Json,
    Logs,
    Pushed,
    ReportedEnd,
    blobs_in,
)
from chaos.routes import sequence


def at(second: int) -> str:
    return f"2026-01-01T12:00:{second:02}+00:00"


def run(began: int, ended: int, by: str | None = None, **more: Any) -> Json:
    """A run as /raw shows it; `by`: a service gave its output."""
    history = [("succeeded", ended)]
    if by:
        history = [("calling", began), ("working", began), *history]

    return {
        "status": "succeeded",
        "attempts": 1 if by else 0,
        "items": None,
        "output": {"number": 7, "by": by},
        "started_at": at(began),
        "ended_at": at(ended),
        "deadline": None,
        "history": [{"status": status, "at": at(second)} for status, second in history],
        **more,
    }


def frame(revision: int, status: str = "finished", **runs: Json) -> Json:
    return {
        "path": "t",
        "status": status,
        "message": None,
        "revision": revision,
        "wakes_at": at(59) if status == "running" else None,
        "frames": [],
        "runs": runs,
    }


def execution(**fields: Any) -> Execution:
    """An execution of the only task's first attempt, unless told otherwise."""
    usual: dict[str, Any] = {
        "id": "id",
        "path": "t",
        "attempt": 1,
        "behaviour": "polite",
        "data": {},
    }
    return Execution(**(usual | fields))


def good_logs() -> Logs:
    """What a task leaves behind that breaks no promise."""
    outputs = {"number": 7}
    ends = {"start": run(0, 0), "done": run(2, 2)}
    first = run(0, 1, by="x")
    second = run(1, 2, by="y")
    open_second = {
        **second,
        "status": "working",
        "deadline": at(50),
        "output": None,
        "ended_at": None,
        "history": second["history"][:2],
    }
    snapshot = frame(2, "running", start=ends["start"], first=first, second=open_second)

    return Logs(
        accepted=[
            Accepted(
                task="t", route="sequence", key="sequence 7", number=7, push_id="push 7"
            )
        ],
        ends=[ReportedEnd("t", "finished", None, outputs)] * 2,
        snapshots=[snapshot],
        recorded={"t": frame(3, **ends, first=first, second=second)},
        listed=["t"],
        executions=[
            execution(by="x", node="first", at=0.5),
            execution(by="y", node="second", at=1.5),
        ],
        answers=[Answer("x", 200, 1.0), Answer("y", 200, 2.0)],
        pushed=[Pushed("push 7", outputs)],
        blobs=[BlobContent("t/blob", "abc", "abc")],
    )


DOCUMENTS = {"sequence": sequence("http://service/polite")}


def found(logs: Logs, **allowed: Any) -> set[str]:
    """The promises that these logs break."""
    evidence = Evidence(logs, DOCUMENTS, Allowed(**allowed))
    return {said.partition(":")[0] for said in broken(evidence)}


def second(logs: Logs) -> Json:
    return logs.recorded["t"]["runs"]["second"]


def lost(logs: Logs) -> None:
    logs.recorded["t"] = None


def started_twice(logs: Logs) -> None:
    logs.accepted.append(replace(logs.accepted[0], task="u"))
    logs.recorded["u"] = deepcopy(logs.recorded["t"])


def started_unasked(logs: Logs) -> None:
    logs.listed.append("u")


def listed_twice(logs: Logs) -> None:
    logs.listed.append("t")


def still_there(logs: Logs) -> None:
    logs.erased["u"] = logs.recorded["t"]


def reported_another_end(logs: Logs) -> None:
    logs.ends.append(ReportedEnd("t", "error", "another reason"))


def other_outputs(logs: Logs) -> None:
    logs.ends[1] = replace(logs.ends[1], outputs={"number": 7, "more": 1})


def recorded_otherwise(logs: Logs) -> None:
    logs.recorded["t"] |= {"status": "error", "message": "no"}


def wrong_number(logs: Logs) -> None:
    logs.ends = [replace(one, outputs={"number": 8}) for one in logs.ends]


def result_without_execution(logs: Logs) -> None:
    second(logs)["output"] = {"number": 7, "by": "z"}


def result_of_an_outdated_attempt(logs: Logs) -> None:
    second(logs)["attempts"] = 2


def two_results_acknowledged(logs: Logs) -> None:
    logs.executions.append(replace(logs.executions[1], by="z", attempt=2, at=1.7))
    logs.answers.append(Answer("z", 200, 1.9))


def forgot_what_it_acknowledged(logs: Logs) -> None:
    logs.executions.insert(1, replace(logs.executions[1], by="z", at=1.2))
    logs.answers.insert(1, Answer("z", 200, 1.3))


def succeeded_twice(logs: Logs) -> None:
    second(logs)["history"].append({"status": "succeeded", "at": at(3)})


def went_back_in_time(logs: Logs) -> None:
    second(logs)["history"][0]["at"] = at(40)


def forgot_its_history(logs: Logs) -> None:
    second(logs)["history"].pop()


def began_early(logs: Logs) -> None:
    second(logs)["started_at"] = at(0)


def executed_early(logs: Logs) -> None:
    logs.executions[1] = replace(logs.executions[1], at=0.1)


def never_woken(logs: Logs) -> None:
    logs.snapshots[0]["wakes_at"] = None


def without_a_deadline(logs: Logs) -> None:
    logs.snapshots[0]["runs"]["second"]["deadline"] = None


def executed_twice(logs: Logs) -> None:
    logs.executions.append(replace(logs.executions[1], by="z", at=1.7))


def never_executed(logs: Logs) -> None:
    del logs.executions[1]


def given_broken_data(logs: Logs) -> None:
    logs.executions[1] = replace(logs.executions[1], broken="half of it is missing")


def went_back(logs: Logs) -> None:
    logs.snapshots[0]["revision"] = 4


def two_states_of_one_revision(logs: Logs) -> None:
    logs.snapshots[0]["revision"] = 3


def other_content(logs: Logs) -> None:
    logs.blobs[0] = replace(logs.blobs[0], found="abd")


def lost_content(logs: Logs) -> None:
    logs.blobs[0] = replace(logs.blobs[0], found=None)


def never_pushed(logs: Logs) -> None:
    logs.pushed.clear()


def pushed_otherwise(logs: Logs) -> None:
    logs.pushed[0] = replace(logs.pushed[0], data={"type": "error", "message": "no"})


def pushed_two_ends(logs: Logs) -> None:
    logs.pushed.append(Pushed("push 7", {"number": 8}))


def stuck(logs: Logs) -> None:
    logs.stuck.append("t")


def still_running(logs: Logs) -> None:
    logs.recorded["t"]["status"] = "running"


def left_an_item(logs: Logs) -> None:
    logs.recorded["t"]["frames"] = [frame(1, "running") | {"path": "t/each[0]"}]


CHANGES: list[tuple[Callable[[Logs], None], str]] = [
    (lost, "acknowledged_means_present"),
    (started_twice, "acknowledged_means_present"),
    (started_unasked, "no_task_without_a_request"),
    (listed_twice, "no_task_without_a_request"),
    (still_there, "erased_means_absent"),
    (reported_another_end, "one_end_that_stays"),
    (other_outputs, "one_end_that_stays"),
    (recorded_otherwise, "one_end_that_stays"),
    (recorded_otherwise, "ends_as_expected"),
    (wrong_number, "ends_as_expected"),
    (result_without_execution, "one_accepted_result"),
    (result_of_an_outdated_attempt, "one_accepted_result"),
    (two_results_acknowledged, "one_accepted_result"),
    (forgot_what_it_acknowledged, "one_accepted_result"),
    (succeeded_twice, "legal_histories"),
    (went_back_in_time, "legal_histories"),
    (forgot_its_history, "legal_histories"),
    (began_early, "successors_after_predecessors"),
    (executed_early, "successors_after_predecessors"),
    (never_woken, "open_tasks_have_deadlines"),
    (without_a_deadline, "open_tasks_have_deadlines"),
    (executed_twice, "executions_within_bounds"),
    (never_executed, "executions_within_bounds"),
    (given_broken_data, "executions_within_bounds"),
    (went_back, "revisions_only_grow"),
    (two_states_of_one_revision, "revisions_only_grow"),
    (other_content, "blobs_are_whole"),
    (lost_content, "blobs_are_whole"),
    (never_pushed, "ends_are_pushed"),
    (pushed_otherwise, "ends_are_pushed"),
    (pushed_two_ends, "ends_are_pushed"),
    (stuck, "nothing_is_stuck"),
    (still_running, "nothing_is_stuck"),
    (left_an_item, "nothing_is_stuck"),
]


def test_good_logs_break_no_promise() -> None:
    assert found(good_logs()) == set()


@pytest.mark.parametrize(
    ("change", "promise"), [pytest.param(*row, id=row[0].__name__) for row in CHANGES]
)
def test_a_broken_promise_is_told(change: Callable[[Logs], None], promise: str) -> None:
    logs = good_logs()

    change(logs)

    assert promise in found(logs)


def test_faults_excuse_executions_but_only_as_many_as_are_allowed() -> None:
    logs = good_logs()
    again = [replace(logs.executions[1], by=f"z{n}", at=1.7) for n in range(3)]
    logs.executions += again

    assert found(logs, attempts=2, faults=2) == set()
    assert found(logs, attempts=2, faults=1) == {"executions_within_bounds"}


def test_more_attempts_than_allowed_are_told() -> None:
    logs = good_logs()
    more = [replace(logs.executions[1], by=f"z{n}", attempt=n) for n in (2, 3)]
    logs.executions += more

    assert found(logs, attempts=2, faults=9) == {"executions_within_bounds"}


def test_a_broker_may_lose_what_it_took() -> None:
    logs = good_logs()

    two_results_acknowledged(logs)

    assert found(logs, faults=1, lost_acknowledgements=True) == set()


def test_a_task_may_fail_where_it_should() -> None:
    logs = good_logs()
    logs.ends = [ReportedEnd("t", "error", "no")]
    logs.pushed = [Pushed("push 7", {"type": "error", "message": "no"})]
    recorded_otherwise(logs)

    assert found(logs, errors=frozenset({"sequence"})) == set()


def test_references_of_blobs_are_found_at_any_depth() -> None:
    first, second = {"$blob": "t/a", "name": "x"}, {"$blob": "t/b", "name": "y"}

    value = {"one": first, "more": [{"two": second}], "none": None}

    assert list(blobs_in(value)) == [first, second]
