"""Every promise that the checker watches over can be seen to be broken."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from chaos.checker import Allowed, Evidence, broken
from chaos.logs import (
    Answer,
    Content,
    Execution,
    Json,
    Logs,
    Pushed,
    Seen,
    Told,
    blobs_in,
)
from chaos.routes import row


def at(second: int) -> str:
    return f"2026-01-01T12:00:{second:02}+00:00"


def run(began: int, ended: int, by: str | None = None, **more: Any) -> Json:
    """A run as /raw shows it; `by`: a service gave its output."""
    calls = [("calling", began), ("working", began)] if by else []
    history = [*calls, ("succeeded", ended)]
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


def seen() -> Logs:
    """What a task leaves behind with which all is well."""
    working = {"status": "working", "deadline": at(50), "output": None}
    first, second = run(0, 1, by="x"), run(1, 2, by="y")
    open_ = {**second, **working, "ended_at": None, "history": second["history"][:2]}
    ends = {"start": run(0, 0), "done": run(2, 2)}
    outputs = {"number": 7}
    return Logs(
        told=[Told("t", "row", "row 7", 7, push="row 7")],
        seen=[Seen("t", "finished", None, outputs)] * 2,
        snapshots=[frame(2, "running", start=ends["start"], first=first, second=open_)],
        recorded={"t": frame(3, **ends, first=first, second=second)},
        listed=["t"],
        executions=[
            Execution("x", "id", "t", "first", 1, 0.5, "polite", {}),
            Execution("y", "id", "t", "second", 1, 1.5, "polite", {}),
        ],
        answers=[Answer("x", 200, 1.0), Answer("y", 200, 2.0)],
        pushed=[Pushed("row 7", outputs)],
        contents=[Content("t/blob", "abc", "abc")],
    )


DOCUMENTS = {"row": row("http://service/polite")}


def found(logs: Logs, **allowed: Any) -> set[str]:
    """The promises that these logs break."""
    evidence = Evidence(logs, DOCUMENTS, Allowed(**allowed))
    return {said.partition(":")[0] for said in broken(evidence)}


def second(logs: Logs) -> Json:
    return logs.recorded["t"]["runs"]["second"]


def lost(logs: Logs) -> None:
    logs.recorded["t"] = None


def started_twice(logs: Logs) -> None:
    logs.told.append(replace(logs.told[0], task="u"))
    logs.recorded["u"] = deepcopy(logs.recorded["t"])


def started_unasked(logs: Logs) -> None:
    logs.listed.append("u")


def listed_twice(logs: Logs) -> None:
    logs.listed.append("t")


def still_there(logs: Logs) -> None:
    logs.erased["u"] = logs.recorded["t"]


def changed_its_mind(logs: Logs) -> None:
    logs.seen.append(Seen("t", "error", "out of the blue"))


def other_outputs(logs: Logs) -> None:
    logs.seen[1] = replace(logs.seen[1], outputs={"number": 7, "more": 1})


def recorded_otherwise(logs: Logs) -> None:
    logs.recorded["t"] |= {"status": "error", "message": "no"}


def wrong_number(logs: Logs) -> None:
    logs.seen = [replace(one, outputs={"number": 8}) for one in logs.seen]


def result_of_nobody(logs: Logs) -> None:
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


def mangled(logs: Logs) -> None:
    logs.executions[1] = replace(logs.executions[1], broken="half of it is missing")


def went_back(logs: Logs) -> None:
    logs.snapshots[0]["revision"] = 4


def two_states_of_one_revision(logs: Logs) -> None:
    logs.snapshots[0]["revision"] = 3


def other_content(logs: Logs) -> None:
    logs.contents[0] = replace(logs.contents[0], found="abd")


def lost_content(logs: Logs) -> None:
    logs.contents[0] = replace(logs.contents[0], found=None)


def never_pushed(logs: Logs) -> None:
    logs.pushed.clear()


def pushed_otherwise(logs: Logs) -> None:
    logs.pushed[0] = replace(logs.pushed[0], data={"type": "error", "message": "no"})


def pushed_two_ends(logs: Logs) -> None:
    logs.pushed.append(Pushed("row 7", {"number": 8}))


def stuck(logs: Logs) -> None:
    logs.stuck.append("t")


def still_running(logs: Logs) -> None:
    logs.recorded["t"]["status"] = "running"


def left_an_item(logs: Logs) -> None:
    logs.recorded["t"]["frames"] = [frame(1, "running") | {"path": "t/each[0]"}]


DOCTORED: list[tuple[Callable[[Logs], None], str]] = [
    (lost, "acknowledged_means_present"),
    (started_twice, "acknowledged_means_present"),
    (started_unasked, "nothing_that_nobody_asked_for"),
    (listed_twice, "nothing_that_nobody_asked_for"),
    (still_there, "erased_means_gone"),
    (changed_its_mind, "one_end_that_stays"),
    (other_outputs, "one_end_that_stays"),
    (recorded_otherwise, "one_end_that_stays"),
    (recorded_otherwise, "as_it_was_asked_for"),
    (wrong_number, "as_it_was_asked_for"),
    (result_of_nobody, "one_accepted_result"),
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
    (mangled, "executions_within_bounds"),
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


def test_a_task_with_which_all_is_well_breaks_nothing() -> None:
    assert found(seen()) == set()


@pytest.mark.parametrize(
    ("doctor", "promise"), [pytest.param(*row, id=row[0].__name__) for row in DOCTORED]
)
def test_a_broken_promise_is_told(doctor: Callable[[Logs], None], promise: str) -> None:
    logs = seen()

    doctor(logs)

    assert promise in found(logs)


def test_faults_excuse_executions_but_only_as_many_as_are_allowed() -> None:
    logs = seen()
    again = [replace(logs.executions[1], by=f"z{n}", at=1.7) for n in range(3)]
    logs.executions += again

    assert found(logs, attempts=2, faults=2) == set()
    assert found(logs, attempts=2, faults=1) == {"executions_within_bounds"}


def test_more_attempts_than_allowed_are_told() -> None:
    logs = seen()
    more = [replace(logs.executions[1], by=f"z{n}", attempt=n) for n in (2, 3)]
    logs.executions += more

    assert found(logs, attempts=2, faults=9) == {"executions_within_bounds"}


def test_a_broker_may_lose_what_it_took() -> None:
    logs = seen()

    two_results_acknowledged(logs)

    assert found(logs, faults=1, acknowledged_in_vain=True) == set()


def test_a_task_may_fail_where_it_should() -> None:
    logs = seen()
    logs.seen = [Seen("t", "error", "no")]
    logs.pushed = [Pushed("row 7", {"type": "error", "message": "no"})]
    recorded_otherwise(logs)

    assert found(logs, errors=frozenset({"row"})) == set()


def test_references_of_blobs_are_found_at_any_depth() -> None:
    first, second = {"$blob": "t/a", "name": "x"}, {"$blob": "t/b", "name": "y"}

    value = {"one": first, "more": [{"two": second}], "none": None}

    assert list(blobs_in(value)) == [first, second]
