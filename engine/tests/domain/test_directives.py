"""What a directive gives: references, constants, defaults, texts, lists of a loop."""

from typing import Any

import pytest
from documents import branch, end, found, loop, node, pipeline, service, starting_with
from engine.domain import messages as m
from engine.domain.directives import MAX_TEMPLATE_REFERENCES, read_template, read_value
from engine.domain.errors import BadValue
from engine.domain.frame import FrameStatus
from engine.domain.values import Json
from simulation import Simulation

BLOB = {"$blob": "task/a", "type": "image/png", "size": 3}


def given(value: Any, data: Json = None, **params: Any) -> Json:
    """What a value of the end's `input` gives."""
    document = starting_with(end(input={"k": value})) | {"params": params}
    simulation = Simulation(document, data or {})
    assert simulation.task.status is FrameStatus.FINISHED, simulation.task.error
    return simulation.out("end")["k"]


def refused(value: Any, data: Json = None) -> tuple[str | None, str | None]:
    """The code and the field of the failure that a value leads to."""
    simulation = Simulation(starting_with(end(input={"k": value})), data or {})
    fault = simulation.task.fault
    return (fault.code, fault.field) if fault else (None, None)


@pytest.mark.parametrize(
    "constant", [160, 0.5, True, False, None, [], [[0, 0, 9, 9]], [{"a": "start.out"}]]
)
def test_other_values_than_text_are_constants(constant: Json) -> None:
    assert given(constant) == constant


@pytest.mark.parametrize("constant", ["a text", "start.out", {"from": "x"}, None, 3])
def test_a_value_may_be_any_constant(constant: Json) -> None:
    assert given({"value": constant}) == constant


def test_a_default_counts_only_if_the_reference_leads_nowhere() -> None:
    label = {"from": "start.out.label", "default": "none"}

    assert given(label, {"label": "x"}) == "x"
    assert given(label, {"label": None}) is None
    assert given(label, {}) == "none"


def test_a_default_stands_for_a_node_that_was_passed_by() -> None:
    document = starting_with(
        branch("check", {"next": ["a"]}, {"next": ["end"]}, if_="False"),
        node("a", "end"),
        end(input={"k": {"from": "a.out.x", "default": [1]}}),
    )

    assert Simulation(document).out("end") == {"k": [1]}


def test_a_template_is_a_text_made_of_references() -> None:
    template = {
        "template": "{start.out.name} is { start.out.age }: {{{start.out.all}}}"
    }
    data = {"name": "Ada", "age": 36, "all": [1.5, None, True, "é"]}

    assert given(template, data) == 'Ada is 36: {[1.5,null,true,"é"]}'


def test_a_template_of_a_whole_number_beyond_64_bits_is_its_digits() -> None:
    document = starting_with(
        node("a", "end", after="node.out['n'] = 2 ** 100"),
        end(input={"k": {"template": "{a.out.n}"}}),
    )

    assert Simulation(document).out("end") == {"k": str(2**100)}


@pytest.mark.parametrize(
    "template, data, fault",
    [
        ("{start.out.a}", {}, ("bad-reference", "input.k")),
        ("{start.out.a}", {"a": BLOB}, ("no-text", "input.k")),
        ("{start.out.a}", {"a": [BLOB]}, ("no-text", "input.k")),
        ("{start.out.a}" * 3, {"a": "x" * 400_000}, ("too-large", "input.k")),
    ],
)
def test_what_cannot_stand_in_a_text_fails_the_run(
    template: str, data: Json, fault: tuple[str, str]
) -> None:
    assert refused({"template": template}, data) == fault


def test_braces_that_came_with_data_are_not_read_again() -> None:
    data = {"a": "{start.out.b} {{ {secrets.KEY}", "b": "no"}

    assert given({"template": "<{start.out.a}>"}, data) == f"<{data['a']}>"


def test_the_parameters_of_the_pipeline_can_be_named() -> None:
    assert given("pipeline.params.size.0", size=[7]) == 7
    assert given({"template": "{pipeline.params.a}!"}, a="x") == "x!"
    assert given("pipeline.params", a=1) == {"a": 1}


def test_a_side_of_a_branch_gives_values_of_every_form() -> None:
    side = {"out": {"n": 3, "t": {"template": "{start.out.a}?"}}, "next": ["end"]}
    document = starting_with(branch("check", side), end())

    assert Simulation(document, {"a": "x"}).out("end") == {"n": 3, "t": "x?"}


def test_values_are_read_once_for_a_version() -> None:
    simulation = Simulation(starting_with(service("a", "end", input={"n": 3}), end()))

    nodes = simulation.program.graph().nodes

    assert nodes["a"].inputs is nodes["a"].inputs


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"a": 1},
        {"value": 1, "more": 2},
        {"from": "a.out"},
        {"from": 3, "default": 1},
        {"from": "a.out", "default": 1, "more": 2},
        {"template": 3},
        {"template": "a } b"},
        {"template": "{a.out}" * (MAX_TEMPLATE_REFERENCES + 1)},
    ],
)
def test_an_object_of_no_known_form_is_refused(raw: Json) -> None:
    with pytest.raises(BadValue) as error:
        read_value(raw)

    assert error.value.hint in str(error.value)


def test_the_most_references_are_taken() -> None:
    template = read_template("{a.out}" * MAX_TEMPLATE_REFERENCES)

    assert len(template.pieces) == MAX_TEMPLATE_REFERENCES


@pytest.mark.parametrize(
    "value, faults",
    [
        (3, []),
        ([{"$blob": "x"}], [("reserved-key", "end", "input.k[0].$blob")]),
        (
            {"value": {"a": {"$large": 1}}},
            [("reserved-key", "end", "input.k.value.a.$large")],
        ),
        ({"a": 1}, [("bad-value", "end", "input.k")]),
        ("hello", [("bad-reference", "end", "input.k")]),
        ({"template": "{hello}"}, [("bad-reference", "end", "input.k")]),
        (
            {"template": "{a.out} {b.out}"},
            [("unknown-node", "end", "input.k"), ("unknown-node", "end", "input.k")],
        ),
        ({"from": "nodes.out", "default": 1}, [("unknown-node", "end", "input.k")]),
        ({"from": "start.out.b", "default": 1}, []),
        ("start.out.b", [("no-such-value", "end", "input.k")]),
        ({"from": "start.params.b", "default": 1}, []),
        ("pipeline.params.b", [("no-such-value", "end", "input.k")]),
        ({"from": "pipeline.params.b", "default": 1}, []),
        ("pipeline.params.a", []),
        ("pipeline.out", [("bad-reference", "end", "input.k")]),
    ],
)
def test_the_check_knows_every_form(value: Any, faults: list[Any]) -> None:
    document = starting_with(end(input={"k": value}), body={"a": 1})

    assert found(document | {"params": {"a": 1}}) == faults


def collecting(*body: Any, **collect: Any) -> Simulation:
    document = starting_with(
        loop("each", list(body), "end", items="start.out.list", collect=collect), end()
    )
    assert not found(document)
    return Simulation(document, {"list": [3, 0, 5]})


ODD = branch("odd", {"next": ["x"]}, {"next": []}, if_="node._loop > 0")
COPY = node("x", "loopEnd", input={"v": "node._loop"})


def test_a_list_is_collected_in_the_order_of_the_items() -> None:
    simulation = collecting(ODD, COPY, all=["x.out.v"], one="x.out.v")

    assert simulation.out("end") == {
        "all": [3, None, 5],
        "one0": 3,
        "one1": {},
        "one2": 5,
    }


def test_without_items_a_list_is_empty() -> None:
    simulation = collecting(COPY, all=["x.out.v"], one="x.out.v")
    document = simulation.program.pipeline.to_json()

    assert Simulation(document, {"list": []}).out("end") == {"all": []}


def test_frames_that_end_in_any_order_are_collected_in_that_of_the_items() -> None:
    simulation = collecting(service("x", "loopEnd"), all=["x.out.v"])

    for index in (2, 0, 1):
        path = f"task/each[{index}]"
        simulation.post(m.NodeFinished("x", 1, {"v": BLOB | {"size": index}}), path)

    sizes = [blob["size"] for blob in simulation.out("end")["all"]]
    assert sizes == [0, 1, 2]


@pytest.mark.parametrize(
    "collect, code",
    [
        ({"v": ["x.out"], "v1": ["x.out"]}, "colliding-keys"),
        ({"v": ["x.out", "x.out"]}, "bad-value"),
        ({"v": []}, "bad-value"),
        ({"v": 3}, "bad-value"),
        ({"v": {"value": 3}}, "bad-value"),
        ({"v": ["hello"]}, "bad-reference"),
        ({"v": ["y.out"]}, "not-in-body"),
    ],
)
def test_a_collect_that_cannot_be_meant_is_a_fault(collect: Any, code: str) -> None:
    document = pipeline(
        {"id": "s", "type": "entry", "api": {"route": "r"}, "next": ["each"]},
        loop("each", [node("x", "loopEnd")], "end", items="s.out.l", collect=collect),
        end(),
    )

    assert [fault for fault, *_ in found(document)] == [code]
