"""Where a failed node leads: `catch`, and what is known of the failure."""

from datetime import timedelta
from typing import Any

import pytest
from documents import (
    Document,
    branch,
    end,
    found,
    loop,
    node,
    pipeline,
    service,
    starting_with,
)
from engine.domain import messages as m
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.run_faults import Cause
from simulation import Simulation

RULES = Rules(retry=0, timeout=timedelta(seconds=5))


def run(*nodes: Document, data: Any = None, rules: Rules = RULES) -> Simulation:
    document = starting_with(*nodes)
    assert not found(document)
    return Simulation(document, data, rules)


def caught(failing: Document, *more: Document, data: Any = None) -> Simulation:
    """A task whose first node fails, and leads to `mend` then."""
    failing = failing | {"next": ["end"], "catch": ["mend"]}
    return run(failing, *more, node("mend", "end"), end(), data=data)


BODY = [node("x", "loopEnd", after="node.out['v'] = 1 / node._loop")]


@pytest.mark.parametrize(
    "failing, code",
    [
        (node("a", before="node.input['x'] = 1 / 0"), "code-failed"),
        (node("a", after="node.out['x'] = 1 / 0"), "code-failed"),
        (service("a", before="node.input['x'] = 1 / 0"), "code-failed"),
        (branch("a", if_="1 / 0"), "code-failed"),
        (branch("a", {"exec": "node.out['x'] = 1 / 0"}), "code-failed"),
        (branch("a", {"out": {"k": "start.out.missing"}}), "bad-reference"),
        (node("a", input={"k": "start.out.missing"}), "bad-reference"),
        (service("a", input={"k": "start.out.missing"}), "bad-reference"),
        (loop("a", BODY, items="start.out.missing"), "bad-reference"),
        (loop("a", BODY, items="start.out.zeros"), "code-failed"),
    ],
)
def test_the_failure_of_any_node_leads_where_its_catch_says(
    failing: Document, code: str
) -> None:
    simulation = caught(failing, data={"zeros": [1, 0]})

    assert simulation.task.status is FrameStatus.FINISHED, simulation.task.error
    assert simulation.statuses()["a"] == "failed"
    assert simulation.out("end")["error"]["code"] == code
    assert simulation.out("end")["error"]["node"] == "a"
    assert simulation.task.error is None and simulation.task.fault is None


def test_the_code_of_ready_may_fail_too() -> None:
    simulation = run(
        node("b", "a"),
        node("a", "end", catch=["mend"], ready="1 / 0"),
        node("mend", "end"),
        end(),
    )

    assert simulation.statuses()["mend"] == "succeeded"


def test_after_the_last_attempt_a_call_is_caught() -> None:
    simulation = run(
        service("a", "end", catch=["mend"], retry=1), node("mend", "end"), end()
    )

    simulation.fail("a", "no")
    first = simulation.statuses()
    simulation.wait_until_due()
    simulation.fail("a", "no")

    assert first["a"] == "retrying"
    assert simulation.task.status is FrameStatus.FINISHED
    assert simulation.out("end")["error"]["message"] == "no (tried 2 times)"


@pytest.mark.parametrize("postponed", [True, False])
def test_a_call_that_takes_too_long_is_caught(postponed: bool) -> None:
    simulation = caught(service("a"))

    if postponed:
        simulation.post(m.NodePostponed("a", 1, "no service announces “work” now"))
    simulation.wait(timedelta(seconds=5))

    code = "not-taken" if postponed else "timeout"
    assert simulation.out("end")["error"]["code"] == code


def test_a_late_result_of_a_caught_call_changes_nothing() -> None:
    failing = service("a", "end", catch=["mend"])
    simulation = run(failing, service("mend", "end"), end())
    simulation.fail("a", "no")
    before = simulation.task

    simulation.post(m.NodeFinished("a", 1, {"late": True}))
    simulation.post(m.NodeFailed("a", 1, "no"))

    assert simulation.task == before
    assert simulation.statuses()["mend"] == "calling"


def test_a_success_does_not_lead_to_the_catch() -> None:
    simulation = caught(service("a"))

    simulation.finish("a", {"k": 1})

    assert simulation.statuses()["mend"] == "skipped"
    assert simulation.out("end") == {"k": 1}


def test_a_failure_does_not_lead_to_the_next() -> None:
    simulation = run(
        service("a", "good", catch=["mend"]),
        service("good", "join"),
        service("mend", "join"),
        node("join", "end"),
        end(),
    )

    simulation.fail("a", "no")
    simulation.finish("mend", {"k": 1})

    assert simulation.statuses()["good"] == "skipped"
    assert simulation.out("end") == {"k": 1}


def test_a_node_may_go_on_at_the_same_place_either_way() -> None:
    simulation = run(service("a", "end", catch=["end"]), end())

    simulation.fail("a", "no")

    assert simulation.out("end")["error"]["message"] == "no"


def test_code_and_references_name_the_failure() -> None:
    simulation = run(
        node("a", "end", after="node.out['x'] = 1 / 0", catch=["mend"]),
        node(
            "mend",
            "end",
            input={"by_id": "a.error.code", "own": "node.error.node"},
            after="node.out['code'] = node.error.code\n"
            "node.out['message'] = a.error.message",
        ),
        end(),
    )

    out = simulation.out("end")
    assert (out["by_id"], out["own"], out["code"]) == (
        "code-failed",
        "a",
        "code-failed",
    )
    assert out["message"].startswith("after: line 1: ZeroDivisionError")


def test_without_a_failure_there_is_no_error() -> None:
    simulation = run(
        node("a", "end", catch=["end"], after="node.out['none'] = node.error is None"),
        end(
            input={
                "none": "a.out.none",
                "error": {"from": "a.error.code", "default": "none"},
            }
        ),
    )

    assert simulation.out("end") == {"none": True, "error": "none"}


def test_an_item_that_fails_contributes_nothing() -> None:
    simulation = run(
        loop(
            "each",
            [
                node("copy", "x", input={"v": "node._loop"}),
                node("x", "loopEnd", catch=["loopEnd"], after=BODY[0]["after"]),
            ],
            "end",
            items="start.out.list",
            collect={"all": ["copy.out.v"], "one": "copy.out.v"},
        ),
        end(),
        data={"list": [1, 0, 2]},
    )

    out = simulation.out("end")
    assert out == {"all": [1, None, 2], "one0": 1, "one1": {}, "one2": 2}


def test_a_failed_item_of_a_loop_is_caught_around_it() -> None:
    simulation = run(
        loop(
            "each",
            [service("x", "loopEnd")],
            "end",
            items="start.out.list",
            catch=["mend"],
        ),
        node("mend", "end"),
        end(),
        data={"list": [1, 2, 3]},
    )

    failed = m.NodeFailed("x", 1, "no", final=True, code="service-failed")
    simulation.post(failed, "task/each[1]")

    assert simulation.out("end")["error"]["code"] == "service-failed"
    children = [frame for path, frame in simulation.frames.items() if "/" in path]
    assert [str(child.status) for child in children] == [
        "cancelled",
        "error",
        "cancelled",
    ]


def test_a_catch_may_turn_back_until_it_works() -> None:
    simulation = run(
        node("ask", "call", after="node.out['why'] = node.error and node.error.code"),
        service("call", "end", catch=["ask"]),
        end(input={"out": "call.out", "why": "ask.out.why"}),
    )

    first = simulation.task.runs["ask"].out["why"]
    for _ in range(2):
        simulation.fail("call", "not yet")
    simulation.finish("call", {"k": 1})

    assert first is None
    assert simulation.out("end") == {"out": {"k": 1}, "why": "failed"}
    assert simulation.task.runs["call"].error is None


def test_a_reset_makes_a_caught_failure_forgotten() -> None:
    simulation = run(
        service("a", "again", catch=["again"]),
        branch("again", {"next": ["a"]}, {"next": ["end"]}, if_="a.error is not None"),
        end(input={"k": {"from": "a.error.code", "default": "none"}}),
    )

    simulation.fail("a", "no")
    simulation.finish("a")

    assert simulation.out("end") == {"k": "none"}


def test_a_catch_that_turns_back_for_ever_reaches_the_bound_on_rounds() -> None:
    failing = node("b", "end", catch=["a"], after="node.out['x'] = 1 / 0")
    simulation = run(node("a", "b"), failing, end(), rules=Rules(max_rounds=3))

    assert simulation.task.status is FrameStatus.FAILED
    assert simulation.task.fault and simulation.task.fault.code == "too-many-rounds"


@pytest.mark.parametrize(
    "cause", [Cause.TOO_MANY_FRAMES, Cause.TOO_MUCH_CODE, Cause.TOO_MANY_ROUNDS]
)
def test_a_bound_of_the_task_is_not_caught(cause: Cause) -> None:
    simulation = run(
        loop("a", [service("x")], "end", items="start.out.l", catch=["end"]),
        end(),
        data={"l": [1]},
    )

    simulation.post(m.LoopFailed("a", 1, "no more", cause))

    assert simulation.task.status is FrameStatus.FAILED


def test_a_caught_failure_that_leads_nowhere_is_told() -> None:
    simulation = run(service("a", "end", catch=["mend"]), node("mend"), end())

    simulation.fail("a", "no")

    assert simulation.task.error == (
        "nothing can run any more: the end was not reached (mend led to nothing)"
    )


@pytest.mark.parametrize(
    "nodes, faults",
    [
        (
            [service("a", "end", catch=["mnd"]), end()],
            [("unknown-next", "a", "catch")],
        ),
        ([service("a", "end", catch="end"), end()], [("wrong-type", "a", "catch")]),
        (
            [service("a", "end", catch=["loopEnd"]), end()],
            [("outside-loop", "a", "catch")],
        ),
        (
            [service("a", "end"), end(catch=["a"])],
            [("end-with-next", "end", "catch")],
        ),
        (
            [
                node("b", "a"),
                service("a", "end", catch=["b", "c"]),
                node("c", "end"),
                end(),
            ],
            [("back-and-on", "a", "catch")],
        ),
        ([node("b", "a"), node("a", "b", catch=["end"]), end()], []),
        (
            [node("b", "a"), node("a", "b", catch=["b"]), end()],
            [("end-unreachable", "end", "id"), ("endless-cycle", "b", "next")],
        ),
        (
            [service("a", "end"), end(input={"k": "a.error.code"})],
            [("no-such-value", "end", "input.k")],
        ),
        ([service("a", "end", catch=["end"]), end(input={"k": "a.error.code"})], []),
        (
            [node("a", "end", after="node.error = 3"), end()],
            [("read-only", "a", "after")],
        ),
        (
            [node("a", "end", after="node.round += 3"), end()],
            [("read-only", "a", "after")],
        ),
    ],
)
def test_the_check_knows_where_a_failure_leads(
    nodes: list[Document], faults: list[Any]
) -> None:
    assert found(starting_with(*nodes)) == faults


def test_an_entry_that_leads_on_only_by_its_failure_leads_nowhere() -> None:
    start = {"id": "s", "type": "entry", "api": {"route": "r"}, "catch": ["end"]}

    assert found(pipeline(start, end())) == [("entry-without-next", "s", "next")]
