"""Who comes before whom, where a graph turns back, and what is reset then."""

import pytest
from documents import around, branch, end, entry, loop, node, pipeline
from engine.domain.checks.check import read
from engine.domain.graph import Graph, Program, successors
from engine.domain.pipeline import LoopNode

ROUNDS = pipeline(
    entry("a", "aside"),
    node("aside", "end"),
    node("a", "b"),
    node("b", "check"),
    branch("check", {"next": ["a"]}, {"next": ["c"]}),
    node("c", "end"),
    end(),
)


def graph(document: object) -> Graph:
    return Program(read(document)).graph()


def test_a_node_leads_to_its_next_each_once() -> None:
    nodes = graph(around(node("a", "end", "end"))).nodes

    assert successors(nodes["a"]) == ("end",)


def test_a_branch_leads_to_the_next_of_both_sides() -> None:
    nodes = graph(ROUNDS).nodes

    assert successors(nodes["check"]) == ("a", "c")


def test_a_side_without_next_keeps_that_of_the_node() -> None:
    check = branch("check", {"next": ["a"]}, "pass", next=["end"])

    nodes = graph(pipeline(entry("check"), check, node("a", "end"), end())).nodes

    assert successors(nodes["check"]) == ("a", "end")


def test_a_side_with_an_empty_next_leads_nowhere() -> None:
    check = branch("check", {"next": []}, next=["end"])

    nodes = graph(pipeline(entry("check"), check, end())).nodes

    assert successors(nodes["check"]) == ("end",)


def test_a_graph_starts_at_its_entry_wherever_that_stands() -> None:
    assert graph(pipeline(end(), node("a", "end"), entry("a"))).start == "photo"


def test_predecessors_stand_in_the_order_of_the_document() -> None:
    assert graph(ROUNDS).predecessors["end"] == ("aside", "c")


def test_edges_that_turn_back_make_no_predecessors() -> None:
    found = graph(ROUNDS)

    assert found.back == {("check", "a")}
    assert found.predecessors["a"] == ("photo",)


def test_a_node_can_turn_back_to_itself() -> None:
    again = branch("again", {"next": ["again"]}, {"next": ["end"]})

    assert graph(pipeline(entry("again"), again, end())).back == {("again", "again")}


def test_a_long_chain_never_turns_back() -> None:
    chain = [node(f"n{at}", f"n{at + 1}") for at in range(900)]

    found = graph(around(*chain, node("n900", "end")))

    assert found.back == frozenset()


def test_from_there_on_is_all_that_comes_after_without_turning_back() -> None:
    assert graph(ROUNDS).from_there_on("b") == {"b", "check", "c", "end"}


def test_the_nodes_with_a_condition_are_known() -> None:
    document = around(node("a", "b"), node("b", "end", ready="a.finished"))

    assert graph(document).gated == ("b",)


@pytest.mark.parametrize(
    "step, code",
    [
        (node("a"), False),
        (node("a", ready="True"), True),
        (node("a", before="node.input.x = 1"), True),
        (node("a", after="node.out.x = 1"), True),
        (branch("a"), True),
    ],
)
def test_whether_there_is_code_to_run_is_known(step: object, code: bool) -> None:
    assert graph(around(step)).has_code is code


def test_a_body_starts_at_its_first_node_and_ends_at_loop_end() -> None:
    body = [node("crop", "pack"), node("pack", "loopEnd")]
    program = Program(read(around(loop("faces", body))))

    found = program.graph(("faces",))

    assert found.start == "crop"
    assert found.predecessors["loopEnd"] == ("pack",)
    assert "loopEnd" not in program.graph().nodes


def test_a_body_that_does_not_name_loop_end_has_none() -> None:
    program = Program(read(around(loop("faces", [node("crop")]))))

    assert list(program.graph(("faces",)).nodes) == ["crop"]


def test_the_graph_of_every_level_is_made_once() -> None:
    inner = loop("zones", [node("cut")], items="node._loop")
    program = Program(read(around(loop("faces", [inner]))))

    found = program.graph(("faces", "zones"))

    assert found is program.graph(("faces", "zones"))
    assert isinstance(program.graph(("faces",)).nodes["zones"], LoopNode)
