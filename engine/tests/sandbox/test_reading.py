"""What code sees, and under which names."""

from contextlib import suppress
from dataclasses import replace

import pytest
from engine.domain.code import Scope
from engine.domain.errors import CodeFailed

DEEP = {"analysis": {"age": 31, "faces": [{"box": {"left": 4}}], "empty": {}}}


@pytest.mark.parametrize(
    "source",
    [
        "input.analysis.age",
        "input['analysis']['age']",
        "input.analysis['age']",
        "input['analysis'].age",
        "node.input.analysis.age",
        "node['input'].analysis.age",
        "this.input.analysis.age",
        "loop.this.input.analysis.age",
        "input.get('analysis').get('age')",
        "getattr(input, 'analysis').age",
        "[v for k, v in input.analysis.items() if k == 'age'][0]",
        "'{i.analysis.age}'.format(i=input) and int(f'{input.analysis.age}')",
    ],
)
def test_data_are_read_by_attribute_and_by_item(value, source: str) -> None:
    assert value(source, this={"input": DEEP}) == 31


@pytest.mark.parametrize(
    "source",
    [
        "'analysis' in input and 'age' not in input",
        "len(input) == 1 and len(input.analysis) == 3",
        "list(input) == ['analysis'] and [k for k in input.analysis][0] == 'age'",
        "list(input.analysis.keys()) == ['age', 'faces', 'empty']",
        "list(input.analysis.values())[0] == 31 == input.analysis.age",
        "input == {'analysis': input.analysis} and input != {}",
        "input.analysis.faces[0].box.left == 4",
        "not input.analysis.empty and input.analysis.get('x', 5) == 5",
        "hasattr(input, 'analysis') and not hasattr(input, 'other')",
        "{**(input.analysis | {'x': 1})}['x'] == 1",
    ],
)
def test_data_behave_like_a_dict_as_well(value, source: str) -> None:
    assert value(source, this={"input": DEEP}) is True


def test_every_node_is_known_by_its_id(value) -> None:
    seen = value(
        "[node.id, this.id, other.out['n'], other.params.k, other.status, other.type]",
        other={"out": {"n": 1}, "params": {"k": 2}},
    )

    assert seen == ["this", "this", 1, 2, "succeeded", "node"]


def test_the_pipeline_is_known(value) -> None:
    assert value("[pipeline.route, pipeline['version']]") == ["face-blur", 2]


def test_the_item_of_a_loop_is_opened_too(value) -> None:
    this = {"_loop": {"age": 3, "box": [1, 2]}}

    assert value("node._loop.age + node._loop['box'][1]", this=this) == 5


def test_outside_a_loop_there_is_no_item(value) -> None:
    with pytest.raises(CodeFailed, match="no attribute '_loop'"):
        value("node._loop")


def test_loop_holds_the_nodes_of_the_own_frame_only(value) -> None:
    inner = "loop.inner.finished and 'outer1' not in loop"
    assert value(f"{inner} and outer1.finished", inner={}, outer1={}) is True

    with pytest.raises(CodeFailed, match="no attribute 'outer1'"):
        value("loop.outer1.finished", outer1={})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("face-blur.out['face-blur']", 7),
        ("loop.face-blur.out['face-blur'] - 2", 5),
        ("[n-face-blur.out['face-blur'] for n in [8]]", [1]),
        ("2-face-blur.out['face-blur']", -5),
        ("f\"{face-blur.out['face-blur']} face-blur\"", "7 face-blur"),
        ("[n-1 for n in [face-blur.out['face-blur']]] # face-blur", [6]),
        ("'''face-blur''' + face-blur.id", "face-blurface-blur"),
    ],
)
def test_ids_with_hyphens_can_be_named(value, source: str, expected: object) -> None:
    assert value(source, face_blur={"out": {"face-blur": 7}}) == expected


def test_a_difference_stays_a_difference(value) -> None:
    nodes = {"a": {"out": {"n": 5}}, "b": {"out": {"n": 3}}}

    assert value("a.out['n']-b.out['n']", **nodes) == 2
    assert value("a.out['n'] - b.out['n']", **nodes) == 2


def test_only_nodes_that_the_code_names_are_asked_for(evaluator) -> None:
    class Lazy(dict):
        asked: list[str] = []

        def __getitem__(self, id: str):
            self.asked.append(id)
            return {"id": id, "finished": True, "out": {}, "input": {}, "params": {}}

    nodes = Lazy.fromkeys(["this", "near", "far"])

    evaluator.expression("near.finished", Scope("this", nodes, {}, frozenset()))

    assert set(nodes.asked) == {"this", "near"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__import__('os')", "name '__import__' is not defined"),
        ("1 + nobody.out", "name 'nobody' is not defined"),
        ("[1][5]", "IndexError"),
        ("1; 2", "SyntaxError"),
        ("x = 1", "SyntaxError"),
        ("1 +", "SyntaxError: Expected an expression"),
        ("lambda: 1", "the value is of type function, not JSON data"),
        ("{1, 2}", "the value is of type set"),
        ("{1: 2}", "the value has the key 1, not a string"),
        ("[b'x']", r"the value\[0\] is of type bytes"),
        ("float('nan')", "the value is nan, which JSON does not know"),
        ("[-1e308 * 10]", r"the value\[0\] is -inf"),
        ("2 ** 63", "an integer needs more than 64 bits"),
    ],
)
def test_an_expression_that_fails_says_why(value, source: str, expected: str) -> None:
    with pytest.raises(CodeFailed, match=expected):
        value(source)


@pytest.mark.parametrize("depth", [1, 19, 31])
def test_deep_data_can_be_read(value, depth: int) -> None:
    data: object = "end"
    for _ in range(depth):
        data = {"down": data}

    source = "input" + ".down" * depth
    assert value(source, this={"input": data}) == "end"


def test_much_data_can_be_read(value, run) -> None:
    faces = {f"face{i}": [i, i, i + 9, i + 9] for i in range(10_000)}

    assert value("len(loopFaces.out)", loopFaces={"out": faces}) == 10_000
    changes = run("node.out['n'] = len(loopFaces.out)", loopFaces={"out": faces})
    assert changes == {"this": {"out": {"n": 10_000}}}


@pytest.mark.parametrize(
    "source",
    [
        "import math\nnode.out['x'] = math.floor(2.5)",
        "import json\nnode.out['x'] = json.loads('2')",
        "import re\nnode.out['x'] = int(re.sub('[^0-9]', '', 'a2'))",
        "from datetime import date\nnode.out['x'] = date(2026, 1, 2).day",
        "import random\nnode.out['x'] = random.choice([2])",
    ],
)
def test_harmless_modules_are_there(run, source: str) -> None:
    assert run(source) == {"this": {"out": {"x": 2}}}


def test_the_failure_and_the_round_of_a_node_can_be_read(value) -> None:
    failed = {"error": {"code": "timeout", "message": "no", "node": "x"}, "round": 2}

    assert value(
        "[this.error.code, node.error['message'], this.round]", this=failed
    ) == [
        "timeout",
        "no",
        2,
    ]
    assert value("this.error is None", this={"error": None})


def test_the_failure_of_a_node_cannot_be_changed(run) -> None:
    failed = {"error": {"code": "timeout"}}

    changes = run("node.error.code = 'x'\nnode.out['k'] = node.error.code", this=failed)

    assert changes == {"this": {"out": {"k": "x"}}}


@pytest.mark.parametrize("ending", ["", "\n1 / 0"])
def test_what_code_prints_is_heard_once(evaluator, scope, ending: str) -> None:
    heard: list[str] = []
    seen = replace(scope(), hear=heard.append)

    with suppress(CodeFailed):
        evaluator.statements(f"print('a', 1)\nprint('é'){ending}", seen)

    assert heard == ["a 1\né\n"]


def test_code_that_prints_nothing_says_nothing(evaluator, scope) -> None:
    heard: list[str] = []

    evaluator.expression("1 + 1", replace(scope(), hear=heard.append))

    assert heard == []
