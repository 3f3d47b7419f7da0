"""Dominators: nodes that each path to a node goes through (“semi-NCA”).

networkx finds this too, but a document made for it keeps it busy for minutes.

The algorithm is Georgiadis and Tarjan's. All nodes are numbered in the order of a
depth-first walk. A node's *semidominator* is the first node from which a path leads to
it over later nodes alone. The dominator is found by going up the tree of the walk until
one is not after the semidominator.
"""

from collections.abc import Sequence

import networkx as nx


def dominators(graph: "nx.DiGraph[str]", start: str) -> dict[str, str]:
    """By node after the start, the last one that every way to it leads through.

    >>> dominators(nx.DiGraph(["sa", "ab", "ac", "bd", "cd"]), "s")
    {'a': 's', 'b': 'a', 'd': 'a', 'c': 'a'}
    """
    parents = {head: tail for tail, head in nx.dfs_edges(graph, start)}
    order = [start, *parents]
    number = {node_id: at for at, node_id in enumerate(order)}

    tree = [0, *(number[tail] for tail in parents.values())]
    tails = [
        [number[tail] for tail in graph.pred[node_id] if tail in number]
        for node_id in order
    ]

    semi = _semidominators(tree, tails)
    found = list(tree)
    for node in range(1, len(order)):
        while found[node] > semi[node]:
            found[node] = found[found[node]]
    return {order[node]: order[found[node]] for node in range(1, len(order))}


def _semidominators(tree: Sequence[int], tails: Sequence[Sequence[int]]) -> list[int]:
    """By node, the first from which a way leads to it over later nodes alone."""
    forest = list(tree)
    semi = list(range(len(tree)))
    least = list(range(len(tree)))

    for node in reversed(range(1, len(tree))):
        semi[node] = tree[node]
        for tail in tails[node]:
            _compress(tail, last=node, forest=forest, semi=semi, least=least)
            semi[node] = min(semi[node], semi[least[tail]])
    return semi


def _compress(
    node: int,
    *,
    last: int,
    forest: list[int],
    semi: Sequence[int],
    least: list[int],
) -> None:
    """Let a node after the last know the least on its way up, and its root.

    Without recursion, since a path can be as long as the document has nodes. The
    shortened paths are what keeps the whole nearly linear.
    """
    path = [node]
    while forest[path[-1]] > last:
        path.append(forest[path[-1]])

    above = path.pop()
    for below in reversed(path):
        forest[below] = forest[above]
        if semi[least[above]] < semi[least[below]]:
            least[below] = least[above]
        above = below
