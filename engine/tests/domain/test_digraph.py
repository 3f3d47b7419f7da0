"""The engine's own graph finds what networkx finds, and in the same order."""

from itertools import pairwise

import networkx as nx
import pytest
from engine.domain.digraph import Digraph, Step
from hypothesis import given
from hypothesis import strategies as st

Edges = list[tuple[str, str]]

NODES = st.sampled_from("abcdefgh")
EDGES = st.lists(st.tuples(NODES, NODES), max_size=25)
STEPS = {"forward": Step.ENTER, "reverse": Step.LEAVE, "nontree": Step.MEET}


def both(edges: Edges) -> tuple[Digraph, "nx.DiGraph[str]"]:
    """The same graph twice; a node stands alone."""
    ours = Digraph(edges)
    theirs = nx.DiGraph(edges)
    ours.add_node("alone")
    theirs.add_node("alone")
    return ours, theirs


@given(EDGES)
def test_nodes_and_edges_are_there_once(edges: Edges) -> None:
    ours, theirs = both(edges)

    assert list(ours) == list(theirs)
    assert list(ours.edges) == list(theirs.edges)
    assert all(ours.has_edge(*edge) for edge in edges)
    assert {node: list(ours.tails[node]) for node in ours} == {
        node: list(theirs.pred[node]) for node in theirs
    }


@given(EDGES)
def test_a_walk_goes_the_same_way(edges: Edges) -> None:
    ours, theirs = both(edges)

    for start in theirs:
        walk = nx.dfs_labeled_edges(theirs, start)
        expected = [(tail, head, STEPS[label]) for tail, head, label in walk]
        assert list(ours.walk(start)) == expected


@given(EDGES)
def test_what_comes_after_a_node_is_found(edges: Edges) -> None:
    ours, theirs = both(edges)

    for start in theirs:
        assert ours.after(start) == nx.descendants(theirs, start) | {start}


@given(EDGES)
def test_components_come_after_those_that_they_lead_to(edges: Edges) -> None:
    ours, theirs = both(edges)

    found = ours.components()

    position = {node: at for at, nodes in enumerate(found) for node in nodes}
    expected = map(frozenset, nx.strongly_connected_components(theirs))
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
    assert all(position[tail] >= position[head] for tail, head in edges)


@given(EDGES, st.sets(NODES), EDGES)
def test_copies_have_what_is_left(edges: Edges, kept: set[str], out: Edges) -> None:
    ours, theirs = both(edges)

    part = ours.subgraph(kept)
    rest = ours.without(out)

    theirs.remove_edges_from(out)
    assert set(part) == kept & set(ours)
    assert set(part.edges) == {(a, b) for a, b in edges if {a, b} <= kept}
    assert list(rest) == list(ours)
    assert list(rest.edges) == list(theirs.edges)


@pytest.mark.parametrize(
    ("edges", "rings"),
    [
        ("ab bc", []),
        ("ab ba bc", ["ab"]),
        ("aa ab", ["a"]),
        ("ab bc ca cd de ed", ["de", "abc"]),
    ],
)
def test_rings_lead_round(edges: str, rings: list[str]) -> None:
    graph = Digraph((tail, head) for tail, head in edges.split())

    assert ["".join(sorted(ring)) for ring in graph.rings()] == rings


def test_a_long_way_needs_no_deep_stack() -> None:
    ids = [str(number) for number in range(50_000)]
    graph = Digraph([*pairwise(ids), (ids[-1], ids[0])])

    assert len(graph.components()) == 1
    assert "0" in graph and "x" not in graph
