"""Whether cycles can be left, begin in one place, and go back or on, not both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import networkx as nx

from engine.domain.checks.dominators import dominators
from engine.domain.checks.level import Level
from engine.domain.errors import Fault
from engine.domain.pipeline import LOOP_END


def cycle_faults(level: Level) -> Iterator[Fault]:
    """What is wrong with the cycles among nodes of which the first is known."""
    rings = _rings(level.graph.subgraph(level.ids))
    endless = []
    for ring in rings:
        caught = _caught(level, ring)
        if caught:
            endless.append(caught)
            yield _endless(level, caught)

    # With several starts, or ids that are there twice, a fault is reported already,
    # and where rounds begin is not known.
    if len(level.starts) > 1 or len(level.ids) < len(level.nodes):
        return

    graph = _certain_graph(level)
    turns = frozenset(_turns(graph, level.starts[0]))

    # Without the edges that turn back, what still leads round has no single node at
    # which every round begins.
    graph.remove_edges_from(turns)
    tangles = list(_rings(graph))
    for ring in tangles:
        yield _two_entries(level, _doors(graph, ring))

    reported = frozenset().union(*endless, *tangles)
    yield from _back_and_on(level, turns, reported)


def _rings(graph: "nx.DiGraph[str]") -> Iterator[set[str]]:
    """The largest sets in which every node leads to every other, and to itself."""
    for ring in nx.strongly_connected_components(graph):
        if len(ring) > 1 or any(graph.has_edge(node, node) for node in ring):
            yield ring


def _endless(level: Level, caught: Collection[str]) -> Fault:
    nodes = [node for node in level.nodes if node.id in caught]
    path = ", ".join(f"“{node.id}”" for node in nodes)
    whose = f"the body of “{level.loop.id}”" if level.loop else "the task"

    message = f"no branch leads out of the cycle {path}: {whose} would never end"
    code = "endless-body" if level.loop else "endless-cycle"
    hint = "give a branch in the cycle a side that leads out of it"
    return nodes[0].fault("next", code, message, hint)


def _caught(level: Level, ring: Collection[str]) -> Collection[str]:
    """The nodes of a cycle that stay in it, with any choice of its branches.

    A node is free if one of its sides leads only to free nodes, or out of the ring.
    Each time a node turns out to be free it is taken out of the sides that lead to
    it; a side that is empty frees its node. So every edge is looked at once.
    """
    members = set(ring)
    sides = [(tail, set(side) & members) for tail in ring for side in level.sides[tail]]

    sides_leading_to = defaultdict(list)
    for tail, side in sides:
        for head in side:
            sides_leading_to[head].append((tail, side))

    caught = set(ring)
    free = [tail for tail, side in sides if not side]
    while free:
        node_id = free.pop()
        if node_id not in caught:
            continue
        caught.remove(node_id)
        for tail, side in sides_leading_to[node_id]:
            side.remove(node_id)
            if not side:
                free.append(tail)
    return caught


def _turns(graph: "nx.DiGraph[str]", start: str) -> Iterator[tuple[str, str]]:
    """The edges to a node through which every way from the start to their tail leads.

    >>> graph = nx.DiGraph(["sa", "ab", "bc", "cb", "ca", "ac"])
    >>> list(_turns(graph, "s"))
    [('c', 'a')]
    """
    tree: nx.DiGraph[str] = nx.DiGraph()
    tree.add_node(start)
    for node_id, dominator in dominators(graph, start).items():
        tree.add_edge(dominator, node_id)

    # While a node is open in the walk, the walk is at a node that it dominates.
    open_: set[str] = set()
    for _, node_id, label in nx.dfs_labeled_edges(tree, start):
        if label == "forward":
            open_.add(node_id)
            for head in graph[node_id]:
                if head in open_:
                    yield node_id, head
        else:
            open_.discard(node_id)


def _certain_graph(level: Level) -> "nx.DiGraph[str]":
    """Where the nodes lead for certain, as far as ways from the start reach."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(level.ids)

    known = level.ids.keys() - level.entries
    for tail, sides in level.sides.items():
        heads = frozenset().union(*sides) & known
        graph.add_edges_from((tail, head) for head in heads)

    start = level.starts[0]
    reached = nx.descendants(graph, start) | {start}
    return nx.DiGraph(graph.subgraph(reached))


def _doors(graph: "nx.DiGraph[str]", ring: set[str]) -> Collection[str]:
    """The nodes of a ring to which a node outside of it leads."""
    return {node_id for node_id in ring if not ring.issuperset(graph.pred[node_id])}


def _two_entries(level: Level, doors: Collection[str]) -> Fault:
    nodes = [node for node in level.nodes if node.id in doors]
    first = nodes[0]
    names = _listed(node.id for node in nodes)

    message = f"a cycle is entered at {names}: it is not clear where a round begins"
    hint = f"enter it at one of them only, such as “{first.id}”"
    return first.fault("id", "cycle-with-two-entries", message, hint)


def _back_and_on(
    level: Level,
    turns: Collection[tuple[str, str]],
    reported: Collection[str],
) -> Iterator[Fault]:
    """One `next` that leads back and on: turning back resets what it leads on to."""
    known = level.ids.keys() - level.entries
    if level.loop:
        known = known | {LOOP_END}
    tails = {tail for tail, _ in turns}.difference(reported)

    for node in level.nodes:
        if node.id not in tails:
            continue
        for field, ids in node.nexts.items():
            back = [head for head in ids if (node.id, head) in turns]
            on = [i for i in ids if i in known and (node.id, i) not in turns]

            # The `next` of a branch counts only if one of its sides has none.
            counts = frozenset(ids) in node.sides
            if back and on and counts:
                yield node.fault(field, "back-and-on", *_both(node.id, back, on))


def _both(node_id: str, back: Iterable[str], on: Iterable[str]) -> tuple[str, str]:
    ways = f"back to {_listed(back)} and forward to {_listed(on)} at once"
    message = f"“{node_id}” leads {ways}: the nodes ahead would never run"
    return message, "let a branch choose: one side leads back, the other forward"


def _listed(ids: Iterable[str]) -> str:
    return " and ".join(f"“{node_id}”" for node_id in ids)
