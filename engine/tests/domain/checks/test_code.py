"""Code that Python cannot read, and conditions that never hold."""

from typing import Any

import pytest
from documents import around, branch, end, entry, found, loop, node, pipeline
from engine.domain.checks.check import check

LINES = [
    "checkFormat.finished or convert.finished",
    "input.imgMime != 'image/jpeg'",
    "'gender' in input.analysis and input.analysis['gender'] == 'Woman'",
    " input.flag ",
    "'\\d' is 1",
]


@pytest.mark.parametrize("source", LINES)
def test_expressions_of_real_pipelines_can_be_read(source: str) -> None:
    assert found(around(branch("check", if_=source, next=["end"]))) == []


def test_statements_of_real_pipelines_can_be_read() -> None:
    source = (
        "zones = []\nfor analysis in loopFaces.out:\n"
        "  if len(loopFaces.out[analysis]) > 0: zones.append(loopFaces.out[analysis])\n"
        "node.out['zones'] = zones"
    )

    assert found(around(node("a", before=source, after=source))) == []


def test_an_expression_is_no_statement() -> None:
    [fault] = check(around(node("a", ready="x = 1")))

    assert (fault.code, fault.node, fault.field) == ("bad-code", "a", "ready")
    assert fault.message == (
        "“ready” of “a” is not a Python expression: line 1: invalid syntax"
    )
    assert fault.hint == "write one Python expression"


@pytest.mark.parametrize("field", ["before", "after"])
def test_a_mistake_in_statements_is_told_with_its_line(field: str) -> None:
    [fault] = check(around(node("a", **{field: "x = 1\ny = = 2"})))

    assert (fault.code, fault.field) == ("bad-code", field)
    assert "line 2" in fault.message
    assert fault.hint == "correct the line"


@pytest.mark.parametrize(
    "then, field", [("x =", "then"), ({"exec": "x ="}, "then.exec")]
)
def test_code_of_a_side_is_read_in_both_spellings(then: Any, field: str) -> None:
    document = around(branch("check", then, next=["end"]))

    assert found(document) == [("bad-code", "check", field)]


@pytest.mark.parametrize(
    "source", ["(" * 4000, "-" * 8000 + "1", "x" + ".x" * 4000, "\0", "[" * 99 + "é"]
)
def test_code_that_python_chokes_on_is_refused_and_nothing_breaks(source: str) -> None:
    for field in ("ready", "before"):
        faults = check(around(node("a", **{field: source})))

        assert {fault.code for fault in faults} <= {"bad-code"}


def test_code_with_half_a_character_is_told_once() -> None:
    document = around(node("a", after="x = '\ud800'"))

    assert found(document) == [("bad-value", "a", "after")]


@pytest.mark.parametrize("id_", ["face-detect", "face-2d", "is-not", "x-def"])
def test_ids_with_hyphens_are_names(id_: str) -> None:
    source = f"{id_}.finished and not {id_}.out"
    later = node("later", "end", ready=source)

    assert found(pipeline(entry(id_), node(id_, "later"), later, end())) == []


def test_a_difference_is_no_id() -> None:
    document = around(node("a-b", after="x = node.out['n'] - a-b-c - d-e"))

    assert found(document) == []


@pytest.mark.parametrize(
    "ready",
    ["b.finished", "a.finished", "photo.finished and b-2.finished", "end.finished"],
)
def test_a_node_cannot_wait_for_what_comes_after_it(ready: str) -> None:
    document = pipeline(
        entry("a"), node("a", "b", ready=ready), node("b", "b-2"), node("b-2", "end")
    )
    document["nodes"].append(end())

    assert found(document) == [("never-ready", "a", "ready")]


@pytest.mark.parametrize(
    "ready",
    [
        "b.finished or photo.finished",
        "not b.finished",
        "aside.finished and photo.finished",
        "unknown.finished",
        "b.out",
        "lost.finished",
        "pipeline.params.go",
    ],
)
def test_what_may_hold_is_left_to_the_run(ready: str) -> None:
    document = pipeline(
        entry("a", "aside"), node("a", "b", ready=ready), node("aside"), node("b")
    )
    document["nodes"] += [end(), node("lost")]
    document["nodes"][3]["next"] = ["end"]

    assert found(document) == [("unreachable", "lost", "id")]


def test_in_a_body_a_node_cannot_wait_for_what_comes_after_it_either() -> None:
    body = [node("a", "b"), node("b", "c", ready="c.finished"), node("c")]

    assert found(around(loop("faces", body))) == [("never-ready", "b", "ready")]


def test_where_the_graph_is_unsure_no_condition_is_judged() -> None:
    document = around(node("a", "b", ready="b.finished"), node("b"))
    del document["nodes"][0]

    assert found(document) == [("no-entry", None, "nodes")]
