"""What programs are told of a failure: its code, and the place to look at."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from documents import (
    LOOP,
    SERIES,
    Document,
    branch,
    end,
    loop,
    node,
    starting_with,
)
from engine.domain import messages as m
from engine.domain.frame_json import decode, encode
from engine.domain.rules import Rules
from engine.domain.run_faults import HINTS, Cause, RunFault
from simulation import Simulation


def fault_of(*nodes: Document, data: Any = None, **bounds: Any) -> RunFault:
    """How a task of some nodes has failed."""
    simulation = Simulation(starting_with(*nodes), data, Rules(**bounds))
    simulation.answer_all()
    assert simulation.task.fault is not None
    return simulation.task.fault


def place(fault: RunFault) -> tuple[str, str | None, int | None]:
    return fault.code, fault.field, fault.line


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (
            [node("a", "end", after="node.out['x'] = 1 / 0"), end()],
            ("code-failed", "after", 1),
        ),
        (
            [node("a", "end", before="node.input['x'] = 1 / 0"), end()],
            ("code-failed", "before", 1),
        ),
        ([branch("a", if_="1 / 0", next=["end"]), end()], ("code-failed", "if", 1)),
        (
            [branch("a", {"exec": "1 / 0"}, next=["end"]), end()],
            ("code-failed", "then.exec", 1),
        ),
        ([node("a", "end"), end(ready="1 / 0")], ("code-failed", "ready", 1)),
        (
            [end(input={"k": "start.out.missing"})],
            ("bad-reference", "input.k", None),
        ),
        (
            [branch("a", {"out": {"k": "start.out.missing"}}, next=["end"]), end()],
            ("bad-reference", "then.out.k", None),
        ),
        (
            [loop("a", [node("b")], "end", items="start.out.missing"), end()],
            ("bad-reference", "items", None),
        ),
        (
            [loop("a", [node("b")], "end", items="start.out"), end()],
            ("not-a-list", "items", None),
        ),
        ([branch("a", {"next": []})], ("stuck", None, None)),
    ],
)
def test_what_an_author_did_wrong_has_a_code_and_a_place(
    nodes: list[Document], expected: tuple[str, str | None, int | None]
) -> None:
    assert place(fault_of(*nodes)) == expected


def test_a_bound_that_was_reached_has_a_code_of_its_own() -> None:
    back = branch("b", {"next": ["a"]}, {"next": ["end"]})
    items = loop("a", [node("b")], "end", items="start.out.list")
    three = {"list": [1, 2, 3]}

    rounds = fault_of(node("a", "b"), back, end(), max_rounds=3)
    code = fault_of(node("a", "b"), back, end(), max_evaluations=3)
    many = fault_of(items, end(), data=three, max_items=2)
    large = fault_of(items, end(), data={"list": ["x" * 9]}, max_value_bytes=20)

    codes = [fault.code for fault in (rounds, code, many, large)]
    assert codes == ["too-many-rounds", "too-much-code", "too-many-items", "too-large"]


def test_a_result_that_does_not_come_is_told_from_one_that_was_refused() -> None:
    silent = Simulation(SERIES, rules=Rules(retry=0))
    refused = Simulation(SERIES, rules=Rules(retry=0))

    refused.post(m.ResultRefused("first", 1, "the body is a list"))
    for simulation in (silent, refused):
        simulation.wait(timedelta(seconds=301))

    assert silent.task.fault and refused.task.fault
    assert silent.task.fault.code == "timeout"
    assert refused.task.fault.code == "result-refused"


def test_a_service_that_nobody_announces_is_told_from_a_slow_one() -> None:
    simulation = Simulation(SERIES, rules=Rules(timeout=timedelta(seconds=5)))

    simulation.post(m.NodePostponed("first", 1, "no service announces “work” now"))
    simulation.wait(timedelta(seconds=5))

    assert simulation.task.fault and simulation.task.fault.code == "not-taken"


def test_a_retried_run_knows_the_fault_of_its_last_attempt() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodeFailed("first", 1, "no", code=Cause.UNREACHABLE))
    fault = simulation.task.runs["first"].fault
    simulation.wait_until_due()
    simulation.finish("first")

    assert fault == RunFault.of("unreachable", "no")
    assert simulation.task.runs["first"].fault is None


def test_a_loop_fails_with_the_code_of_its_item() -> None:
    simulation = Simulation(LOOP, {"items": [1, 2]})

    failed = m.NodeFailed("work", 1, "no face", final=True, code="service-failed")
    simulation.post(failed, "task/each[1]")

    fault = simulation.task.fault
    assert fault is not None
    assert fault.code == "service-failed"
    assert fault.message == "item 1: node work: no face"


def test_an_older_replica_tells_of_a_failed_item_without_a_code() -> None:
    simulation = Simulation(LOOP, {"items": [1, 2]})

    simulation.post(m.FrameEnded("each", 1, 0, "node work: no face"))

    assert simulation.task.fault == RunFault("failed", "item 0: node work: no face")


def test_a_frame_of_an_older_engine_has_the_words_alone() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "no", final=True)
    fault = b'"fault":{"code":"failed","message":"no"}'

    document = encode(simulation.task)
    frame = decode(document.replace(b"," + fault, b""))

    assert document.count(fault) == 2
    assert frame.fault is None
    assert (frame.runs["first"].fault, frame.runs["first"].error) == (None, "no")


def test_a_code_of_a_later_engine_is_kept() -> None:
    assert RunFault.of("lost-in-space", "no") == RunFault("lost-in-space", "no")


def test_the_reference_has_every_code() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "pipelines.md"

    chapter = page.read_text().partition("### Why a run failed")[2].partition("\n#")[0]

    assert set(re.findall(r"`([a-z-]+)`", chapter)) >= set(Cause)


def test_every_cause_but_an_unknown_one_has_a_hint() -> None:
    assert set(Cause) - set(HINTS) == {Cause.FAILED, Cause.UNREADABLE}
