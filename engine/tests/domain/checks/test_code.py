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
    check_format = branch("checkFormat", if_=source, next=["convert"])

    assert found(around(check_format, node("convert"))) == []


def test_statements_of_real_pipelines_can_be_read() -> None:
    source = (
        "zones = []\nfor analysis in loopFaces.out:\n"
        "  if len(loopFaces.out[analysis]) > 0: zones.append(loopFaces.out[analysis])\n"
        "node.out['zones'] = zones"
    )

    document = around(node("a", "loopFaces", before=source), node("loopFaces"))

    assert found(document) == []


def test_an_expression_is_no_statement() -> None:
    [fault] = check(around(node("a", ready="x = 1")))

    assert (fault.code, fault.node, fault.field) == ("bad-code", "a", "ready")
    assert fault.message == (
        "“ready” of “a” is not a Python expression: it assigns a value"
    )
    assert fault.hint == "write == to compare"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("async def f(x):\n  async for y in x:\n    print(y)", "does not know “async”"),
        ("async def f(x):\n  return [y async for y in x]", "does not know “async”"),
        ("nonlocal x\nx = 1", "“nonlocal” stands outside of a function"),
    ],
)
def test_what_the_sandbox_cannot_run_is_told_before(source: str, words: str) -> None:
    faults = check(around(node("a", after=f"{source}\nnode.out['x'] = 1")))

    assert any(fault.code == "bad-code" and words in fault.message for fault in faults)


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
    source = "c = d = e = 1\nnode.out['x'] = node.out['n'] - a-b-c - d-e"

    assert found(around(node("a-b", after=source))) == []


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
        "b.out",
        "lost.finished",
        "pipeline.input.go",
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


SAID = [
    ("return x", "“return” is for functions", "write the value alone: x"),
    ("if a: b", "it is a statement", "write the condition alone: a"),
    ("import os", "it contains statements", "write one expression; statements"),
    ("# nothing", "it contains no expression", "write True, or leave the field out"),
    ("a.out.x and b = 5", "line 1: ", "write == to compare"),
    ("a.out.x === 5", "line 1: ", "Python compares with == and !="),
    ("a.finished && b", "line 1: ", "Python writes “and”"),
    ("a.finished || b", "line 1: ", "Python writes “or”"),
    ("!a.finished", "line 1: ", "Python writes “not”"),
    ("a.out.x == “b”", "line 1: ", "write straight quotes"),
]


@pytest.mark.parametrize("source, reason, hint", SAID)
def test_what_authors_write_who_mean_an_expression_gets_a_remedy(
    source: str, reason: str, hint: str
) -> None:
    [fault] = check(around(branch("a", if_=source, next=["end"])))

    assert fault.code == "bad-code"
    assert reason in fault.message
    assert hint in fault.hint


REFUSED = {
    "del node.out['x']": "write node.out.pop('x')",
    "x = 1\ndel x": "remove keys with .pop(key)",
    "return {'a': 1}": "write node.out = {'a': 1}",
    "if node.out:\n  return 5": "write node.out['result'] = 5",
    "def f():\n  yield 1\nnode.out['x'] = f()": "collect the values in a list",
    "await node.out": "remove it",
    "break": "use “if” and “else”",
    "for i in [1]:\n  pass\nelse:\n  continue": "use “if” and “else”",
    "class A(dict):\n  pass\nnode.out['a'] = A()": "write functions instead",
    "from math import *\nnode.out['a'] = pi": "name what is imported",
    "try:\n  node.out['a'] = 1\nexcept* ValueError:\n  raise": "write it without",
    "node.out['x'] = node.finished()": "leave out the parentheses",
    "if node.out {\n  node.out['x'] = 1\n}": "Python has no braces",
    "// a comment": "a comment begins with #",
    "let x = 1": "a variable needs no word before its name",
    "x++": "write += 1 or -= 1",
}


@pytest.mark.parametrize("source, hint", REFUSED.items(), ids=REFUSED)
def test_statements_that_the_sandbox_does_not_know_are_refused(
    source: str, hint: str
) -> None:
    fault, *_ = check(around(node("a", after=source)))

    assert (fault.code, fault.field) == ("bad-code", "after")
    assert hint in fault.hint


def test_a_return_without_a_value_ends_the_code() -> None:
    source = "if not input.x:\n  return\nnode.out['x'] = 1"

    assert found(around(node("a", after=source))) == []
