"""Code that names what is not there: variables, nodes, modules, attributes."""

from typing import Any

import pytest
from documents import around, branch, end, entry, found, loop, node, pipeline
from engine.domain.checks.check import check


def with_code(source: str, field: str = "after") -> Any:
    """Two nodes before the one with the code, and a loop after it."""
    judged = node("judge", "each", **{field: source})
    each = loop("each", [node("inner")], "end")
    steps = [node("blur", "face-blur"), node("face-blur", "judge"), judged, each]
    document = pipeline(entry("blur"), *steps, end())
    document["params"] = {"threshold": 1}
    return document


KNOWN = [
    "node.out['x'] = [y for y in input.list if y for z in y]",
    "node.out['x'] = {k: v for k, v in input.items()}",
    "node.out['x'] = (lambda a, *b, c=1, **d: [a, b, c, d])(1)",
    "def f(a, *b, c=1, **d):\n  return [a, b, c, d]\nnode.out['x'] = f(1)",
    "def f():\n  return later\nlater = 1\nnode.out['x'] = f()",
    "def f():\n  global made\n  made = 1\nf()\nnode.out['x'] = made",
    "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  g()\n  return x\n"
    "node.out['x'] = f()",
    "for i, (j, *k) in input.list:\n  node.out['x'] = [i, j, k]",
    "while True:\n  node.out['x'] = 1\n  break",
    "a, *b = input.list\n[c, d], e = b\nnode.out['x'] = [a, c, d, e]",
    "if (n := len(input.list)) > 1:\n  node.out['x'] = n",
    "node.out['x'] = [(m := y) for y in input.list]\nnode.out['y'] = m",
    "try:\n  node.out['x'] = 1 / input.y\nexcept ZeroDivisionError as error:\n"
    "  node.out['x'] = str(error)",
    "try:\n  node.out['x'] = perhaps\nexcept NameError:\n  node.out['x'] = 0",
    "try:\n  import ujson as json\nexcept ImportError:\n  import json\n"
    "node.out['x'] = json.dumps(1)",
    "import os.path, re as r\nfrom math import pi as p\nnode.out['x'] = [os, r, p]",
    "match input.x:\n  case {'a': [b, *c], **d} as e:\n"
    "    node.out['x'] = [b, c, d, e]",
    "class Box:\n  side = 1\n  def area(self):\n    return self.side\n"
    "node.out['x'] = Box().area()",
    "from __future__ import annotations\nnode.out['x'] = 1",
    "total = 0\nfor x in input.list:\n  total += x\nnode.out['x'] = total",
    "node.out['x'] = f'{blur.out.x!r:>{input.width}}'",
    "node.out['x'] = face-blur.out.x - blur.out.y",
    "node.out['x'] = [n-face-blur.out.x-1 for n in [8]]",
    "node.out['x'] = loop.blur.out['x'] + pipeline.params.threshold",
    "node.out['x'] = [pipeline.route, pipeline.task, pipeline.version]",
    "node.out['x'] = sorted(map(str, [1]), key=len)",
    "x: int = 1\nnode.out['x'] = x",
    "blur = 3\nnode.out['x'] = blur.real",
    "def f(node):\n  return node.anything\nnode.out['x'] = f({})",
    "node.memo = 3\nnode.out['x'] = node.memo",
    "node.update({'out': {'x': 1}})",
    "exec('x = 1')\nnode.out['x'] = x",
    "node.out['x'] = pipeline.params.get('anything')",
    "node.out['x'] = hasattr(node, 'anything')",
]


@pytest.mark.parametrize("source", KNOWN)
def test_what_the_code_itself_or_the_pipeline_defines_is_known(source: str) -> None:
    assert found(with_code(source)) == []


UNKNOWN = [
    ("node.out['x'] = face_blur.out", "did you mean “face-blur”?"),
    ("node.out['x'] = blr.out", "did you mean “blur”?"),
    ("number = 1\nnode.out['x'] = numbr + number", "did you mean “number”?"),
    ("node.out['x'] = true", "Python writes True"),
    ("node.out['x'] = null", "Python writes None"),
    ("out['x'] = 1", "write “node.out”"),
    ("params['x'] = 1", "write “node.params”"),
    ("node.out['x'] = json.dumps(1)", "write “import json” before"),
    ("node.out['x'] = inner.out", "give its values out with “collect” of “each”"),
    ("node.out['x'] = item", "the item of a loop is called “node._loop”"),
    ("node.out['x'] = lenn([1])", "did you mean “len”?"),
    ("node.out['x'] = globals()", "write it without"),
    ("[y for y in input.list]\nnode.out['x'] = y", "only a function, class"),
    ("def f():\n  y = 1\nf()\nnode.out['x'] = y", "only a function, class"),
    ("count += 1", "code sees the nodes by their ids"),
    (
        "class A:\n  y = 1\n  def f(self):\n    return y\nnode.out['x'] = A().f()",
        "only a",
    ),
]


@pytest.mark.parametrize("source, hint", UNKNOWN)
def test_a_name_that_nothing_defines_is_told(source: str, hint: str) -> None:
    [fault] = check(with_code(source))

    assert (fault.code, fault.node, fault.field) == ("unknown-name", "judge", "after")
    assert hint in fault.hint


def test_the_line_of_an_unknown_name_is_told() -> None:
    source = "found = []\nfor x in input.list:\n  found.append(faces.out[x])\n"

    [fault] = check(with_code(source))

    assert fault.message == "line 3 of “after”: nothing defines “faces”"


def test_each_unknown_name_is_told_once() -> None:
    faults = check(with_code("node.out['x'] = one + one + two"))

    assert [fault.code for fault in faults] == ["unknown-name", "unknown-name"]


@pytest.mark.parametrize(
    "source", ["import numpy", "import json.decoder", "from . import x", "import jsn"]
)
def test_a_module_that_is_not_there_is_told(source: str) -> None:
    [fault] = check(with_code(f"{source}\nnode.out['x'] = 1"))

    assert (fault.code, fault.field) == ("unknown-module", "after")


ATTRIBUTES = [
    ("node.out['x'] = blur.finnished", "did you mean “finished”?"),
    ("node.outptu['x'] = 1", "did you mean “out”?"),
    ("node.output = {'a': 1}", "did you mean “out”?"),
    ("node['output'] = {'a': 1}", "did you mean “out”?"),
    ("face-blur.reslt = 1", "it has id, type, status"),
    ("node.out['x'] = loop.blurr.out", "did you mean “blur”?"),
    ("loop.blur.outt['x'] = 1", "did you mean “out”?"),
    ("node.out['x'] = pipeline.rout", "did you mean “route”?"),
    ("node.out['x'] = node._loop", "move the node into a loop's body"),
]


@pytest.mark.parametrize("source, hint", ATTRIBUTES)
def test_what_a_node_or_the_pipeline_does_not_have_is_told(
    source: str, hint: str
) -> None:
    [fault] = check(with_code(source))

    assert (fault.code, fault.field) == ("unknown-attribute", "after")
    assert hint in fault.hint


@pytest.mark.parametrize("way", [".treshold", "['treshold']"])
def test_a_parameter_of_the_pipeline_can_be_misspelt(way: str) -> None:
    [fault] = check(with_code(f"node.out['x'] = pipeline.params{way}"))

    assert (fault.code, fault.hint) == ("no-such-value", "did you mean “threshold”?")


def test_expressions_are_judged_as_well() -> None:
    judge = branch("judge", if_="blurr.finished or node.outt", next=["end"])

    faults = check(around(node("blur", "judge"), judge))

    assert [fault.code for fault in faults] == ["unknown-name", "unknown-attribute"]


def test_in_a_body_code_sees_the_item_and_the_nodes_around() -> None:
    source = "node.out['x'] = [node._loop, blur._loop, outer.out, each.input]"
    body = [node("blur", "border"), node("border", after=source)]
    document = around(node("outer", "each"), loop("each", body))

    assert found(document) == []


def test_a_node_whose_id_cannot_be_read_may_be_meant() -> None:
    document = around(node("a", after="node.out['x'] = blur.out"), node("b"))
    document["nodes"].append({"id": 7, "type": "node"})
    document["nodes"][1]["next"] = ["b"]

    assert "unknown-name" not in [code for code, _, _ in found(document)]
