"""The graph of one list of nodes: predecessors, and edges that turn back."""

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
    ServiceNode,
)


def successors(node: AnyNode) -> tuple[str, ...]:
    """The ids a node can lead to, each once; also those to which its failure leads."""
    ids = node.next
    if isinstance(node, BranchNode):
        ids = node.next_of(node.then) + node.next_of(node.else_)
    return tuple(dict.fromkeys(ids + node.catch))


class Graph:
    """A pipeline's nodes, or those of a loop's body, with their precedence.

    An edge to a node that is still open in a depth-first walk from the start turns
    back. Without these edges the graph has no cycle, and that is what joins wait for.
    """

    def __init__(self, nodes: Iterable[AnyNode]) -> None:
        self.nodes: Mapping[str, AnyNode] = _with_loop_end(nodes)
        self.digraph: "nx.DiGraph[str]" = _digraph(self.nodes)
        self.back = frozenset(_back_edges(self.digraph, self.start))
        self.forward = self.digraph.copy()
        self.forward.remove_edges_from(self.back)

    @cached_property
    def start(self) -> str:
        """The entry, or the first node of a body."""
        entries = (n.id for n in self.nodes.values() if isinstance(n, EntryNode))
        first = next(iter(self.nodes))
        return next(entries, first)

    @cached_property
    def predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """By node, the nodes it may wait for, in the order of the document.

        The order decides which value wins where two outputs have the same key, so it
        must not depend on the walk.
        """
        position = {node_id: at for at, node_id in enumerate(self.nodes)}
        return {
            node_id: tuple(
                sorted(self.forward.predecessors(node_id), key=position.__getitem__)
            )
            for node_id in self.nodes
        }

    @cached_property
    def catches(self) -> Mapping[str, tuple[str, ...]]:
        """By node, those whose failure leads to it."""
        found: dict[str, tuple[str, ...]] = {}
        for node in self.nodes.values():
            for head in node.catch:
                found[head] = (*found.get(head, ()), node.id)
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The nodes, each behind all that lead to it without turning back."""
        return tuple(nx.topological_sort(self.forward))

    @cached_property
    def gated(self) -> tuple[str, ...]:
        """The nodes that start by a `ready` expression."""
        return tuple(node.id for node in self.nodes.values() if node.ready)

    @cached_property
    def loops(self) -> int:
        """How many of the nodes are loops."""
        return sum(isinstance(node, LoopNode) for node in self.nodes.values())

    @cached_property
    def calls(self) -> int:
        """How many of the nodes may call a pipeline."""
        return sum(isinstance(node, ServiceNode) for node in self.nodes.values())

    @cached_property
    def has_code(self) -> bool:
        """Whether deciding may run an author's code, and so may block."""
        return any(
            node.ready or node.before or node.after or isinstance(node, BranchNode)
            for node in self.nodes.values()
        )

    @cached_property
    def named_calls(self) -> Mapping[str, str]:
        """By node, the route that it calls by its name."""
        return {
            node.id: node.service
            for node in self.nodes.values()
            if isinstance(node, ServiceNode) and node.service
        }

    @cached_property
    def has_statements(self) -> bool:
        """Whether a node has code that can change other nodes."""
        return any(
            node.before or node.after or _has_exec(node) for node in self.nodes.values()
        )

    def from_there_on(self, node_id: str) -> frozenset[str]:
        """The node and all that comes after it without turning back."""
        return frozenset(nx.descendants(self.forward, node_id)) | {node_id}


def _has_exec(node: AnyNode) -> bool:
    if not isinstance(node, BranchNode):
        return False
    return bool(node.then.exec or node.else_.exec)


def _with_loop_end(nodes: Iterable[AnyNode]) -> dict[str, AnyNode]:
    """By id; `loopEnd` becomes a node like the others where a body names it."""
    by_id = {node.id: node for node in nodes}

    if any(LOOP_END in successors(node) for node in by_id.values()):
        # Not validated, since the id is reserved: authors cannot write this node.
        end = EndNode.model_construct(id=LOOP_END, type="end", input={})
        by_id[LOOP_END] = end
    return by_id


def _digraph(nodes: Mapping[str, AnyNode]) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)

    for node in nodes.values():
        known = [target for target in successors(node) if target in nodes]
        graph.add_edges_from((node.id, target) for target in known)
    return graph


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
            *around, loop_id = loops
            loop = self.graph(tuple(around)).nodes[loop_id]
            assert isinstance(loop, LoopNode)  # nosec B101 # a path leads into loops
            self._graphs[loops] = Graph(loop.nodes)
        return self._graphs[loops]
