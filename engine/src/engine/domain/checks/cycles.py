"""Whether cycles can be left, begin in one place, and go back or on, not both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import networkx as nx

from engine.domain.checks.document import Level
from engine.domain.checks.dominators import dominators
from engine.domain.errors import Fault
from engine.domain.pipeline import LOOP_END


def cycle_faults(level: Level) -> Iterator[Fault]:
    """What is wrong with the cycles among nodes of which the first is known."""
    rings = _rings(level.graph.subgraph(level.ids))
    endless = [caught for ring in rings if (caught := _caught(level, ring))]
    for caught in endless:
        yield _endless(level, caught)
    if len(level.starts) > 1 or len(level.ids) < len(level.nodes):
        return  # told already, and nothing is sure beyond it
    graph = _sure(level)
    turns = frozenset(_turns(graph, level.starts[0]))
    graph.remove_edges_from(turns)
    tangles = list(_rings(graph))
    for ring in tangles:
        yield _two_entries(level, _doors(graph, ring))
    yield from _back_and_on(level, turns, frozenset().union(*endless, *tangles))


def _rings(graph: "nx.DiGraph[str]") -> Iterator[set[str]]:
    """The largest parts in which every node leads to every other, and to itself."""
    for ring in nx.strongly_connected_components(graph):
        if len(ring) > 1 or any(graph.has_edge(id_, id_) for id_ in ring):
            yield ring


def _endless(level: Level, caught: Collection[str]) -> Fault:
    names = [node for node in level.nodes if node.id in caught]
    path = ", ".join(f"“{node.id}”" for node in names)
    whose = f"the body of “{level.loop.id}”" if level.loop else "the task"
    message = f"{path} lead round for ever: {whose} would never end"
    code = "endless-body" if level.loop else "endless-cycle"
    hint = "let a branch have a side that leads out of the cycle"
    return names[0].fault("next", code, message, hint)


def _caught(level: Level, ring: Collection[str]) -> Collection[str]:
    """The nodes of a cycle that stay in it, whatever its branches choose."""
    sides = [(id_, {*s} & {*ring}) for id_ in ring for s in level.sides[id_]]
    behind = defaultdict(list)
    for tail, side in sides:
        for head in side:
            behind[head].append((tail, side))
    caught, free = set(ring), [id_ for id_, side in sides if not side]
    while free:
        if (id_ := free.pop()) in caught:
            caught.remove(id_)
            for tail, side in behind[id_]:
                side.remove(id_)
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
    above = dominators(graph, start).items()
    tree.add_edges_from((dominator, id_) for id_, dominator in above)
    open_: set[str] = set()
    for _, id_, label in nx.dfs_labeled_edges(tree, start):
        if label == "forward":
            open_.add(id_)
            yield from ((id_, head) for head in graph[id_] if head in open_)
        else:
            open_.discard(id_)


def _sure(level: Level) -> "nx.DiGraph[str]":
    """Where the nodes lead for certain, as far as ways from the start reach."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(level.ids)
    known = level.ids.keys() - level.entries
    for id_, sides in level.sides.items():
        heads = frozenset().union(*sides) & known
        graph.add_edges_from((id_, head) for head in heads)
    start = level.starts[0]
    return nx.DiGraph(graph.subgraph(nx.descendants(graph, start) | {start}))


def _doors(graph: "nx.DiGraph[str]", ring: set[str]) -> Collection[str]:
    return {id_ for id_ in ring if not ring.issuperset(graph.pred[id_])}


def _two_entries(level: Level, doors: Collection[str]) -> Fault:
    first, *others = [node for node in level.nodes if node.id in doors]
    names = _listed([node.id for node in (first, *others)])
    message = f"one cycle is entered at {names}: it is not clear which begins a round"
    hint = f"lead into it by one of them only, such as “{first.id}”"
    return first.fault("id", "cycle-with-two-entries", message, hint)


def _back_and_on(
    level: Level, turns: Collection[tuple[str, str]], told: Collection[str]
) -> Iterator[Fault]:
    known = level.ids.keys() - level.entries | ({LOOP_END} if level.loop else set())
    tails = {tail for tail, _ in turns}.difference(told)
    for node in (node for node in level.nodes if node.id in tails):
        for field, ids in node.nexts.items():
            back = [id_ for id_ in ids if (node.id, id_) in turns]
            on = [i for i in ids if i in known and (node.id, i) not in turns]
            if back and on and frozenset(ids) in node.sides:  # not replaced by both
                yield node.fault(field, "back-and-on", *_both(node.id, back, on))


def _both(id_: str, back: Iterable[str], on: Iterable[str]) -> tuple[str, str]:
    ways = f"back to {_listed(back)} and on to {_listed(on)} at once"
    message = f"“{id_}” leads {ways}: it would turn back, and never lead on"
    return message, "let a branch choose: one side leads back, the other on"


def _listed(ids: Iterable[str]) -> str:
    return " and ".join(f"“{id_}”" for id_ in ids)
