"""Code that changes nothing, or what cannot be changed."""

from typing import Any

import pytest
from documents import around, branch, found, loop, node
from engine.domain.checks.check import check


def with_code(source: str) -> Any:
    return around(node("blur", "judge"), node("judge", after=source))


IDLE = [
    ("output = {'a': 1}", "write node.out = {'a': 1}"),
    ("out = {'a': 1}", "write node.out = {'a': 1}"),
    ("input = {'a': 1}", "write node.input = {'a': 1}"),
    ("params = {}", "write node.params = {}"),
    ("result = 5", "write node.out['result'] = …, or remove the line"),
    ("node.out['x'] = 1\nresult = 5", "write node.out['result'] = …"),
    ("import json\nresult = json.dumps(input)", "write node.out['result'] = …"),
    ("x: int = len(input)", "write node.out['x'] = …"),
    ("a = b = 3", "write node.out['a'] = …"),
    ("total = 0\nfor x in input:\n  total += 1", "write node.out['total'] = …"),
    ("node.out['x'] == 5", "= assigns: write node.out['x'] = …"),
    ("node.out['x'] == '" + "long " * 200 + "'", "= assigns"),
    ("node.out", "assign it, or remove the line"),
    ("blur.out['x'] + 1", "assign it, or remove the line"),
    ("blur", 'to lead to it write {"next": ["blur"]}'),
    ("input['text'].strip()", "assign it: input['text'] = …"),
    ("for x in [1]:\n  pass", "write for example node.out['key'] = …"),
    ("found = [1]\nfound.append(2)", "write for example node.out['key'] = …"),
    ("def f():\n  return 1", "write for example node.out['key'] = …"),
    ("if input:\n  return", "write for example node.out['key'] = …"),
]


@pytest.mark.parametrize("source, hint", IDLE)
def test_code_that_changes_nothing_is_refused(source: str, hint: str) -> None:
    [fault] = check(with_code(source))

    assert (fault.code, fault.node, fault.field) == ("no-effect", "judge", "after")
    assert hint in fault.hint


WORKING = [
    "node.out = {'a': 1}",
    "node.out.x = 1",
    "node['out']['x'] = 1",
    "node.out['a'], node.out['b'] = 1, 2",
    "for node.out['last'] in input.list:\n  pass",
    "input['x'] = 1",
    "input |= {'x': 1}",
    "input.pop('x')",
    "first = node.out.pop('x')",
    "found = node.out['list']\nfound.append(1)",
    "[node.out.update({x: 1}) for x in input.list]",
    "def put(x):\n  node.out['x'] = x\nput(1)",
    "_ = 1\nnode.out['x'] = 1",
    "[print][0](node.id)\nnode.out['x'] = 1",
    "told = [print][0](node.id)\nnode.out['x'] = 1",
    "if input.x > 3:\n  raise ValueError('too large')",
    "assert input.x",
    "int(input.x)",
    "try:\n  input['x']\nexcept KeyError:\n  node.out['x'] = 0",
    "pass",
    "'only a comment'",
    "# only a comment",
    "setattr(node, 'out', {'x': 1})",
]


@pytest.mark.parametrize("source", WORKING)
def test_code_that_changes_something_or_fails_is_accepted(source: str) -> None:
    assert found(with_code(source)) == []


FIXED = [
    "node.status = 'failed'",
    "blur.finished = True",
    "node.id = 'x'",
    "pipeline.params['x'] = 1",
    "pipeline.route = 'x'",
]


@pytest.mark.parametrize("source", FIXED)
def test_what_can_only_be_read_cannot_be_assigned(source: str) -> None:
    [fault] = check(with_code(source))

    assert (fault.code, fault.field) == ("read-only", "after")


@pytest.mark.parametrize(
    "source", ["outer.out['x'] = 1", "node._loop['x'] = 1", "inner.status = 'x'"]
)
def test_in_a_body_the_item_and_the_nodes_around_can_only_be_read(source: str) -> None:
    document = around(
        node("outer", "each"), loop("each", [node("inner", after=source)])
    )

    [fault] = check(document)

    assert (fault.code, fault.node) == ("read-only", "inner")


def test_a_side_that_names_a_node_means_its_next() -> None:
    document = around(
        branch("judge", "blur", {"next": ["end"]}, next=["blur"]), node("blur")
    )

    [fault] = check(document)

    assert (fault.code, fault.field) == ("no-effect", "then")
    assert fault.hint == 'to lead to it write {"next": ["blur"]}'


def test_of_code_that_is_wrong_already_it_is_not_told_that_it_does_nothing() -> None:
    assert found(with_code("x = blurr.out")) == [("unknown-name", "judge", "after")]
