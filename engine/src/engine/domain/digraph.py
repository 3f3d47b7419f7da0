"""A directed graph of ids, with the walks that checks and joins need.

networkx has them all, but its import took a fifth of the time that the engine needs
to start: it loads every algorithm that it has.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto


class Step(Enum):
    """What an edge is in a depth-first walk."""

    ENTER = auto()
    """Its head is seen for the first time, and open from now on."""
    LEAVE = auto()
    """All that follows its head has been seen: the walk goes back to the tail."""
    MEET = auto()
    """Its head has been seen already, and may still be open."""


class Digraph:
    """Nodes in the order in which they came, and the edges between them.

    An edge is there once, however often it is added; its nodes come with it.
    """

    def __init__(self, edges: Iterable[tuple[str, str]] = ()) -> None:
        self.heads: dict[str, dict[str, None]] = {}
        """By node, where it leads; a dict keeps the order."""
        self.tails: dict[str, dict[str, None]] = {}
        """By node, what leads to it."""
        for tail, head in edges:
            self.add_edge(tail, head)

    def __contains__(self, node: str) -> bool:
        return node in self.heads

    def __iter__(self) -> Iterator[str]:
        return iter(self.heads)

    def add_node(self, node: str) -> None:
        self.heads.setdefault(node, {})
        self.tails.setdefault(node, {})

    def add_edge(self, tail: str, head: str) -> None:
        self.add_node(tail)
        self.add_node(head)
        self.heads[tail][head] = None
        self.tails[head][tail] = None

    def has_edge(self, tail: str, head: str) -> bool:
        return head in self.heads[tail]

    @property
    def edges(self) -> Iterator[tuple[str, str]]:
        return ((tail, head) for tail, heads in self.heads.items() for head in heads)

    def subgraph(self, nodes: Iterable[str]) -> "Digraph":
        """A copy with only these nodes, and the edges between them."""
        kept = set(nodes)
        copy = Digraph()
        for node in self:
            if node in kept:
                copy.add_node(node)
        for tail, head in self.edges:
            if tail in kept and head in kept:
                copy.add_edge(tail, head)
        return copy

    def without(self, edges: Iterable[tuple[str, str]]) -> "Digraph":
        """A copy with all nodes, and without these edges."""
        left_out = set(edges)
        copy = Digraph()
        for node in self:
            copy.add_node(node)
        for edge in self.edges:
            if edge not in left_out:
                copy.add_edge(*edge)
        return copy

    def after(self, start: str) -> frozenset[str]:
        """The start, and every node that a way from there leads to."""
        seen = {start}
        waiting = [start]
        while waiting:
            for head in self.heads[waiting.pop()]:
                if head not in seen:
                    seen.add(head)
                    waiting.append(head)
        return frozenset(seen)

    def walk(
        self, start: str, seen: set[str] | None = None
    ) -> Iterator[tuple[str, str, Step]]:
        """Every edge from the start on, depth first; the start leads to itself.

        `seen`: nodes of earlier walks, which are met but not entered; it grows.
        """
        seen = set() if seen is None else seen
        seen.add(start)
        yield start, start, Step.ENTER

        # Without recursion, since a path can be as long as the document has nodes.
        path = [(start, iter(self.heads[start]))]
        while path:
            tail, heads = path[-1]
            head = next(heads, None)
            if head is None:
                path.pop()
                yield (path[-1][0] if path else start), tail, Step.LEAVE
            elif head in seen:
                yield tail, head, Step.MEET
            else:
                seen.add(head)
                yield tail, head, Step.ENTER
                path.append((head, iter(self.heads[head])))

    def components(self) -> list[frozenset[str]]:
        """The largest sets in which every node leads to every other (Gabow).

        Each comes after all those that it leads to.
        """
        found: list[frozenset[str]] = []
        seen: set[str] = set()
        number: dict[str, int] = {}
        complete: set[str] = set()
        for start in self:
            if start not in seen:
                found += self._components_from(start, seen, number, complete)
        return found

    def _components_from(
        self,
        start: str,
        seen: set[str],
        number: dict[str, int],
        complete: set[str],
    ) -> Iterator[frozenset[str]]:
        # The nodes that are in no complete component yet, and those of them that
        # may be the first of one.
        waiting: list[str] = []
        firsts: list[str] = []

        for _, node, step in self.walk(start, seen):
            if step is Step.ENTER:
                number[node] = len(number)
                waiting.append(node)
                firsts.append(node)
            elif step is Step.MEET and node not in complete:
                # The way from there to here is a cycle: one component.
                while number[firsts[-1]] > number[node]:
                    firsts.pop()
            elif step is Step.LEAVE and firsts[-1] == node:
                firsts.pop()
                members = _popped(waiting, node)
                complete |= members
                yield members

    def rings(self) -> Iterator[frozenset[str]]:
        """The components whose nodes lead round: to each other, or to themselves."""
        for component in self.components():
            if len(component) > 1 or any(self.has_edge(n, n) for n in component):
                yield component


def _popped(stack: list[str], last: str) -> frozenset[str]:
    """What is taken from the end of a stack, down to the last."""
    popped = {stack[-1]}
    while stack.pop() != last:
        popped.add(stack[-1])
    return frozenset(popped)
