"""The graph of one list of nodes: who precedes whom, where it turns back."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import networkx as nx

from engine.domain.pipeline import (
    LOOP_END,
    AnyNode,
    BranchNode,
    EndNode,
    EntryNode,
    LoopNode,
    Pipeline,
)


def successors(node: AnyNode) -> tuple[str, ...]:
    """The ids a node can lead to, each once."""
    if isinstance(node, BranchNode):
        sides = (node.next_of(node.then), node.next_of(node.else_))
        return tuple(dict.fromkeys(sides[0] + sides[1]))
    return tuple(dict.fromkeys(node.next))


class Graph:
    """A pipeline's nodes, or those of a loop's body, with their precedence."""

    def __init__(self, nodes: Iterable[AnyNode]) -> None:
        self.nodes: Mapping[str, AnyNode] = {node.id: node for node in nodes}
        self._close()
        self.digraph: "nx.DiGraph[str]" = nx.DiGraph()
        self.digraph.add_nodes_from(self.nodes)
        for node in self.nodes.values():
            targets = [t for t in successors(node) if t in self.nodes]
            self.digraph.add_edges_from((node.id, target) for target in targets)
        self.back = frozenset(_back_edges(self.digraph, self.start))
        self.forward = self.digraph.copy()
        self.forward.remove_edges_from(self.back)

    def _close(self) -> None:
        """`loopEnd` becomes a node like the others where a body names it."""
        used = any(LOOP_END in successors(node) for node in self.nodes.values())
        if used:
            end = EndNode.model_construct(id=LOOP_END, type="end", input={})
            self.nodes = {**self.nodes, LOOP_END: end}

    @cached_property
    def start(self) -> str:
        """The entry, or the first node of a body."""
        entries = (n.id for n in self.nodes.values() if isinstance(n, EntryNode))
        return next(entries, next(iter(self.nodes)))

    @cached_property
    def predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """By node, the nodes it may wait for, in the order of the document."""
        order = {id_: at for at, id_ in enumerate(self.nodes)}
        return {
            id_: tuple(sorted(self.forward.predecessors(id_), key=order.__getitem__))
            for id_ in self.nodes
        }

    @cached_property
    def gated(self) -> tuple[str, ...]:
        """The nodes that start by a `ready` expression."""
        return tuple(node.id for node in self.nodes.values() if node.ready)

    @cached_property
    def has_code(self) -> bool:
        """Whether deciding may run an author's code, and so may block."""
        return any(
            node.ready or node.before or node.after or isinstance(node, BranchNode)
            for node in self.nodes.values()
        )

    def from_there_on(self, node: str) -> frozenset[str]:
        """The node and all that comes after it without turning back."""
        return frozenset(nx.descendants(self.forward, node)) | {node}


def _back_edges(graph: "nx.DiGraph[str]", start: str) -> Iterator[tuple[str, str]]:
    """Edges to a node that is still open in a depth-first walk from the start."""
    open_: set[str] = set()
    for tail, head, label in nx.dfs_labeled_edges(graph, start):
        if label == "forward":
            open_.add(head)
        elif label == "reverse":
            open_.discard(head)
        elif head in open_:
            yield tail, head


class Program:
    """A version of a pipeline, ready to run: the graph of every level, made once."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._graphs: dict[tuple[str, ...], Graph] = {(): Graph(pipeline.nodes)}

    def graph(self, loops: tuple[str, ...] = ()) -> Graph:
        """The graph of a frame: the ids of the loops around it, outermost first."""
        if loops not in self._graphs:
            outer = self.graph(loops[:-1]).nodes[loops[-1]]
            assert isinstance(outer, LoopNode)  # nosec B101 # a path leads into loops
            self._graphs[loops] = Graph(outer.nodes)
        return self._graphs[loops]
