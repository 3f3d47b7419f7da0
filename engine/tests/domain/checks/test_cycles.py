"""Cycles that never end, begin in two places, or lead back and on at once."""

from itertools import pairwise, product
from time import thread_time
from typing import Any

import networkx as nx
import pytest
from documents import around, branch, end, entry, found, loop, node, pipeline
from engine.domain.checks.check import check
from engine.domain.checks.dominators import dominators
from engine.domain.graph import Graph, Program
from engine.domain.pipeline import LoopNode, Pipeline
from hypothesis import given
from hypothesis import strategies as st
from strategies import pipelines

TWO_ENTRIES, BACK_AND_ON = "cycle-with-two-entries", "back-and-on"


def test_a_cycle_without_a_branch_never_ends() -> None:
    document = pipeline(entry("a"), node("a", "b"), node("b", "a", "end"), end())

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == ("endless-cycle", "a", "next")
    assert (
        fault.message
        == "no branch leads out of the cycle “a”, “b”: the task would never end"
    )


def test_a_node_that_leads_to_itself_never_ends() -> None:
    document = pipeline(entry("a"), node("a", "a", "end"), end())

    assert found(document) == [("endless-cycle", "a", "next")]


def test_a_cycle_whose_branch_leads_back_on_both_sides_never_ends() -> None:
    check_ = branch("check", {"next": ["a"]}, {"next": ["a", "end"]})
    document = pipeline(entry("a"), node("a", "check"), check_, end())

    assert found(document) == [("endless-cycle", "a", "next")]


def test_a_cycle_that_a_branch_can_leave_is_fine() -> None:
    check_ = branch("check", {"next": ["a"]}, {"next": ["end"]})
    document = pipeline(entry("a"), node("a", "check"), check_, end())

    assert found(document) == []


def test_a_branch_can_leave_a_cycle_by_stopping() -> None:
    check_ = branch("check", {"next": ["a"]})
    document = pipeline(entry("a", "end"), node("a", "check"), check_, end())

    assert found(document) == []


def test_a_ring_within_a_cycle_that_can_be_left_is_found() -> None:
    document = pipeline(
        entry("a"),
        node("a", "b"),
        node("b", "a", "check"),
        branch("check", {"next": ["a"]}, {"next": ["end"]}),
        end(),
    )

    [fault] = check(document)

    assert fault.message.startswith("no branch leads out of the cycle “a”, “b”:")


def test_a_body_that_goes_round_for_ever_never_ends() -> None:
    document = around(loop("faces", [node("a", "b"), node("b", "a", "loopEnd")]))

    [fault] = check(document)

    assert (fault.code, fault.node) == ("endless-body", "a")
    assert "the body of “faces” would never end" in fault.message


def test_a_body_that_a_branch_ends_is_fine() -> None:
    body = [node("a", "b"), branch("b", {"next": ["a"]}, {"next": ["loopEnd"]})]

    assert found(around(loop("faces", body))) == []


def test_an_end_in_a_cycle_is_told_once() -> None:
    document = pipeline(entry("a"), node("a", "end"), end(next=["a"]))

    assert found(document) == [("end-with-next", "end", "next")]


def test_a_node_cannot_lead_back_and_on_at_once() -> None:
    check_ = branch("check", {"next": ["b"]}, {"next": ["end"]})
    document = pipeline(
        entry("a"), node("a", "check"), check_, node("b", "a", "c"), node("c"), end()
    )

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == (BACK_AND_ON, "b", "next")
    assert fault.message == (
        "“b” leads back to “a” and forward to “c” at once: "
        "the nodes ahead would never run"
    )
    assert fault.hint == "let a branch choose: one side leads back, the other forward"


def test_a_node_that_leads_to_itself_and_on_does_both() -> None:
    check_ = branch("check", {"next": ["check", "end"]}, {"next": ["end"]})

    assert found(pipeline(entry("check"), check_, end())) == [
        (BACK_AND_ON, "check", "then.next")
    ]


@pytest.mark.parametrize("side", ["then", "else"])
def test_a_side_cannot_lead_back_and_on_at_once(side: str) -> None:
    check_ = branch("check", {"next": ["end"]}, {"next": ["end"]})
    check_[side] = {"next": ["end", "a"]}

    assert found(pipeline(entry("a"), node("a", "check"), check_, end())) == [
        (BACK_AND_ON, "check", f"{side}.next")
    ]


def test_a_side_that_keeps_the_next_of_its_node_is_told_there() -> None:
    check_ = branch("check", {"next": ["end"]}, next=["a", "end"])

    assert found(pipeline(entry("a"), node("a", "check"), check_, end())) == [
        (BACK_AND_ON, "check", "next")
    ]


def test_a_next_that_both_sides_replace_leads_nowhere() -> None:
    check_ = branch("check", {"next": ["a"]}, {"next": ["end"]}, next=["a", "end"])

    assert found(pipeline(entry("a"), node("a", "check"), check_, end())) == []


def test_the_end_of_a_body_is_on() -> None:
    check_ = branch("check", {"next": ["a", "loopEnd"]})

    assert found(around(loop("faces", [node("a", "check"), check_]))) == [
        (BACK_AND_ON, "check", "then.next")
    ]


def test_a_side_may_lead_back_to_several_nodes() -> None:
    check_ = branch("check", {"next": ["a", "b"]}, {"next": ["end"]})
    document = pipeline(entry("a"), node("a", "b"), node("b", "check"), check_, end())

    assert found(document) == []


@pytest.mark.parametrize("target", ["photo", "bb", "crop"])
def test_back_and_where_no_way_can_lead_is_told_as_that_only(target: str) -> None:
    document = pipeline(
        entry("a"),
        loop("a", [node("crop")], "check"),
        branch("check", {"next": ["a", target]}, {"next": ["end"]}),
        end(),
    )

    assert [field for _, _, field in found(document)] == ["then.next"]


def test_what_the_end_or_a_misspelt_node_names_is_not_judged() -> None:
    document = pipeline(
        entry("a"),
        node("a", "b", "end"),
        {"id": "b", "type": "nod", "next": ["a", "c"]},
        node("c"),
        end(next=["a", "c"]),
    )

    assert {code for code, *_ in found(document)} == {"unknown-type", "end-with-next"}


def test_next_to_a_misspelt_next_what_is_certain_is_told() -> None:
    document = pipeline(
        entry("a", "d"),
        node("a", "check"),
        branch("check", {"next": ["a", "end"]}, {"next": ["end"]}),
        node("d", "ends"),
        end(),
    )

    assert found(document) == [
        ("unknown-next", "d", "next"),
        (BACK_AND_ON, "check", "then.next"),
    ]


def between(*ways: str, **sides: Any) -> Any:
    """A cycle of `a`, `b` and a branch that can leave it, entered at all `ways`."""
    then = sides.get("then", ["a"])
    else_ = sides.get("else_", ["end"])

    return pipeline(
        entry(*ways),
        node("a", "b"),
        node("b", "check"),
        branch("check", {"next": then}, {"next": else_}),
        end(),
    )


def test_a_cycle_is_entered_in_one_place() -> None:
    [fault] = check(between("b", "a"))

    assert (fault.code, fault.node, fault.field) == (TWO_ENTRIES, "a", "id")
    assert fault.message == (
        "a cycle is entered at “a” and “b”: it is not clear where a round begins"
    )
    assert fault.hint == "enter it at one of them only, such as “a”"


@pytest.mark.parametrize("way", ["a", "b", "check"])
def test_a_cycle_that_is_entered_anywhere_once_is_fine(way: str) -> None:
    assert found(between(way)) == []


def test_all_nodes_by_which_a_cycle_is_entered_are_named() -> None:
    [fault] = check(between("a", "check", "b"))

    assert "at “a” and “b” and “check”:" in fault.message


def test_both_sides_of_a_branch_cannot_enter_a_cycle() -> None:
    document = between("first")
    first = branch("first", {"next": ["a"]}, {"next": ["b"]})
    document["nodes"].insert(1, first)

    assert found(document) == [(TWO_ENTRIES, "a", "id")]


def test_a_cycle_may_stand_in_another_that_begins_with_it() -> None:
    again = branch("again", {"next": ["a"]}, {"next": ["end"]})
    document = between("a", then=["b"], else_=["again"])
    document["nodes"].insert(-1, again)

    assert found(document) == []


def test_a_cycle_with_two_entries_is_found_within_another() -> None:
    again = branch("again", {"next": ["start"]}, {"next": ["end"]})
    document = between("start", else_=["again"])
    document["nodes"] += [node("start", "a", "b"), again]

    assert found(document) == [(TWO_ENTRIES, "a", "id")]


def test_a_cycle_in_a_body_is_entered_in_one_place() -> None:
    body = [node("first", "a", "b"), node("a", "b"), branch("b", {"next": ["a"]})]

    assert found(around(loop("faces", body))) == [(TWO_ENTRIES, "a", "id")]


def test_where_a_round_begins_must_be_clear_before_what_leads_back_and_on() -> None:
    assert found(between("a", "b", then=["a", "end"])) == [(TWO_ENTRIES, "a", "id")]


def test_a_second_entry_into_a_cycle_is_told_with_other_faults() -> None:
    document = between("a", "b", "c")
    document["nodes"] += [node("c", "endd")]

    assert {code for code, *_ in found(document)} == {TWO_ENTRIES, "unknown-next"}


@pytest.mark.parametrize(
    "stranger, code",
    [(node("b", "end"), "duplicate-id"), (entry("b", id_="again"), "several-entry")],
)
def test_where_nodes_cannot_be_told_apart_no_cycle_is_judged(
    stranger: Any, code: str
) -> None:
    document = between("a", "b", then=["a", "end"])
    document["nodes"].append(stranger)

    assert {code for code, *_ in found(document)} == {code}


NAMES = "abcde"
nexts = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
first = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)


def turned_back(ways: Any) -> frozenset[tuple[str, str]]:
    start, *others = ways
    nodes = (node(id_, *then) for id_, then in zip(NAMES, others, strict=True))
    document = pipeline(entry(*start), *nodes, end())
    return Graph(Pipeline.from_json(document).nodes).back


@given(first, st.tuples(*[nexts] * len(NAMES)))
def test_a_cycle_is_told_just_where_the_order_of_next_would_decide(
    start: list[str], ways: tuple[list[str], ...]
) -> None:
    orders = product(*((then, then[::-1]) for then in (start, *ways)))
    nodes = (node(id_, *then) for id_, then in zip(NAMES, ways, strict=True))

    codes = {code for code, *_ in found(pipeline(entry(*start), *nodes, end()))}

    assert (TWO_ENTRIES in codes) == (len({turned_back(order) for order in orders}) > 1)


@given(st.tuples(*[st.tuples(nexts, nexts)] * len(NAMES)))
def test_back_and_on_is_told_just_where_the_machine_would_drop_a_way(
    ways: tuple[tuple[list[str], list[str]], ...],
) -> None:
    sides = {
        (id_, f"{side}.next"): then
        for id_, both in zip(NAMES, ways, strict=True)
        for side, then in zip(("then", "else"), both, strict=True)
    }
    pairs = zip(NAMES, ways, strict=True)
    nodes = [branch(id_, {"next": a}, {"next": b}) for id_, (a, b) in pairs]
    document = pipeline(entry("a"), *nodes, end())
    back = Graph(Pipeline.from_json(document).nodes).back
    turns = {at: [(at[0], head) in back for head in sides[at]] for at in sides}

    faults = found(document)

    if {code for code, *_ in faults}.isdisjoint({TWO_ENTRIES, "endless-cycle"}):
        told = {(id_, field) for code, id_, field in faults if code == BACK_AND_ON}
        assert told == {at for at, each in turns.items() if len({*each}) > 1}


def reversed_(nodes: Any) -> None:
    """Let every node name its next ones in the opposite order."""
    for raw in nodes:
        for slot in (raw, raw.get("then", {}), raw.get("else", {})):
            slot.get("next", []).reverse()
        reversed_(raw.get("nodes", []))


def turns(document: Any) -> list[frozenset[tuple[str, str]]]:
    """The edges that turn back, on every level."""
    program = Program(Pipeline.from_json(document))
    found: list[frozenset[tuple[str, str]]] = []

    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        loops = waiting.pop(0)
        graph = program.graph(loops)
        found.append(graph.back)
        for node_ in graph.nodes.values():
            if isinstance(node_, LoopNode):
                waiting.append((*loops, node_.id))
    return found


@given(pipelines())
def test_in_a_right_pipeline_the_order_of_next_decides_nothing(document: Any) -> None:
    there = turns(document)
    reversed_(document["nodes"])

    assert check(document) == ()
    assert turns(document) == there


@given(st.lists(st.tuples(*[st.sampled_from(range(9))] * 2), max_size=30))
def test_dominators_are_those_that_networkx_finds(ways: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph([("0", "0"), *((str(a), str(b)) for a, b in ways)])

    expected = {**nx.immediate_dominators(graph, "0"), "0": None}

    assert {**dominators(graph, "0"), "0": None} == expected


def test_dominators_are_found_soon_even_where_networkx_is_slow() -> None:
    """A ladder to walk up and down, entered everywhere from the end of a path."""
    path, ladder = ([f"{name}{at}" for at in range(495)] for name in "ab")
    graph = nx.DiGraph([("s", path[0]), ("s", ladder[-1]), *pairwise(path)])
    graph.add_edges_from((head, tail) for tail, head in pairwise(ladder))
    graph.add_edges_from(pairwise(ladder))
    graph.add_edges_from((tail, head) for tail in path[-14:] for head in ladder[:-1])

    began = thread_time()
    found = dominators(graph, "s")

    assert {found[id_] for id_ in ladder} == {"s"}
    assert thread_time() - began < 10  # with networkx a hundred seconds
