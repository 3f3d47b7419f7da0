"""Random pipelines that are right by construction, for properties of the machine.

The code in them has these forms only, so that a few lines can decide it: as `if`
`input.flag` (the input may lack it), `node.params['go']` (a boolean that is there),
`True`, `False`; as `ready` `a.finished or b.finished …`. Work is done by nodes of
type `service`, some of which have a `catch`; some nodes have a `delay`. Loops take
their items from their own `params`. A cycle with an `if` that is always true turns back
until the bound on rounds.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Node = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Tail = list[Node]
"""Where a piece ends: nodes, or sides of a branch, that lead nowhere yet."""


@st.composite
def pipelines(draw: Draw, least: int = 5, most: int = 20) -> Node:
    """The document of a pipeline of `least` to `most` nodes without any fault."""
    author = Author(draw)
    entry = {"id": "entry", "type": "entry", "api": {"route": "random", "body": {}}}
    end = {"id": "end", "type": "end"}

    size = draw(st.integers(least, most))
    tail = author.series([entry], size - 2)
    author.lead(tail, end)

    # In any order: only `next` gives the precedence.
    nodes = draw(st.permutations([entry, *author.nodes, end]))
    return {"type": "pipeline", "nodes": nodes}


class Author:
    """Writes a list of nodes piece by piece; every piece leads on from the last."""

    def __init__(self, draw: Draw, prefix: str = "n", nesting: int = 2) -> None:
        self.draw = draw
        self.prefix = prefix
        self.nesting = nesting
        """How deep loops may still be nested."""
        self.nodes: list[Node] = []

        # With the number of nodes that a piece needs at least.
        self.pieces = [
            (1, self.work),
            (3, self.fork),
            (2, self.diamond),
            (2, self.mended),
            (2, self.round),
        ]
        if nesting:
            self.pieces.append((2, self.loop))

    def new(self, kind: str, **fields: Any) -> Node:
        node = {"id": f"{self.prefix}{len(self.nodes)}", "type": kind, **fields}
        self.nodes.append(node)
        return node

    def branch(self) -> tuple[Node, Node, Node]:
        """A branch and its two sides."""
        forms = ["input.flag", "node.params['go']", "True", "False"]
        fields = {"if": self.draw(st.sampled_from(forms)), "then": {}, "else": {}}
        node = self.new("branch", params={"go": self.draw(st.booleans())}, **fields)
        return node, node["then"], node["else"]

    def lead(self, tail: Tail, head: Node) -> None:
        """Let every loose end lead to the head, which may start before all came."""
        for slot in tail:
            slot["next"] = [*slot.get("next", []), head["id"]]
            calls = slot.get("service") and "catch" not in slot
            if calls and self.draw(st.integers(0, 5)) == 0:
                # Its failure leads on as its success does.
                slot["catch"] = [head["id"]]

        # One join in four has a `ready`.
        if len(tail) > 1 and self.draw(st.integers(0, 3)) == 0:
            names = dict.fromkeys(self.whose(slot) for slot in tail)
            head["ready"] = " or ".join(f"{name}.finished" for name in names)

    def whose(self, slot: Node) -> str:
        """The id of a node, or of the branch that a side belongs to."""
        if "id" in slot:
            return str(slot["id"])

        for node in self.nodes:
            if any(node.get(side) is slot for side in SIDES):
                return str(node["id"])
        raise AssertionError("a side belongs to a branch")

    def series(self, tail: Tail, size: int) -> Tail:
        """Pieces one after the other, with `size` nodes in all."""
        while size:
            fitting = [(need, piece) for need, piece in self.pieces if need <= size]
            need, piece = self.draw(st.sampled_from(fitting))

            taken = 1
            if need > 1:
                taken = self.draw(st.integers(need, size))
            tail = piece(tail, taken)
            size -= taken
        return tail

    def work(self, tail: Tail, size: int = 1) -> Tail:
        """One node, mostly a service."""
        kind = self.draw(st.sampled_from(["service", "service", "node"]))
        fields = {"service": "work"} if kind == "service" else {}
        node = self.new(kind, **fields)

        if self.draw(st.booleans()):
            node["params"] = {"level": self.draw(st.integers(0, 9))}
            node["input"] = {"level": "node.params.level", "request": "entry.out"}

        if self.draw(st.integers(0, 4)) == 0:
            node["delay"] = "1s"
        self.lead(tail, node)
        return [node]

    def mended(self, tail: Tail, size: int) -> Tail:
        """A service, and a path that its failure takes."""
        first = self.new("service", service="work")
        self.lead(tail, first)
        mend = self.new("node")
        first["catch"] = [mend["id"]]
        return [first, *self.series([mend], size - 2)]

    def fork(self, tail: Tail, size: int) -> Tail:
        """Paths side by side, of which one may be left to itself."""
        start = self.work(tail)
        size_of_left = self.draw(st.integers(1, size - 2))
        left = self.series(start, size_of_left)
        right = self.series(start, size - 1 - size_of_left)

        alone = self.draw(st.sampled_from([None, None, "left", "right"]))
        if alone == "left":
            return right
        if alone == "right":
            return left
        return left + right

    def diamond(self, tail: Tail, size: int) -> Tail:
        """Two ways of which a branch takes one; one of them may be empty."""
        node, then, else_ = self.branch()
        self.lead(tail, node)

        size_of_then = self.draw(st.integers(1, size - 1))
        end_of_then = self.series([then], size_of_then)
        end_of_else = self.series([else_], size - 1 - size_of_then)
        return end_of_then + end_of_else

    def round(self, tail: Tail, size: int) -> Tail:
        """Nodes, and a branch behind them that can lead back to the first."""
        first = self.work(tail)
        last = self.series(first, size - 2)

        node, then, else_ = self.branch()
        self.lead(last, node)
        then["next"] = [first[0]["id"]]
        return [else_]

    def loop(self, tail: Tail, size: int) -> Tail:
        """A loop over some items; its body may hold another."""
        items = self.draw(st.lists(st.integers(0, 9), max_size=4))
        node = self.new("loop", items="node.params.items", params={"items": items})
        self.lead(tail, node)

        inner = Author(self.draw, prefix=f"{node['id']}_", nesting=self.nesting - 1)
        first = inner.new("node")
        last = inner.series([first], size - 2)
        if self.draw(st.booleans()):
            inner.lead(last, {"id": "loopEnd"})

        node["nodes"] = inner.nodes
        if self.draw(st.booleans()):
            node["collect"] = {"item": f"{first['id']}.out.item"}
        if self.draw(st.booleans()):
            node["concurrency"] = self.draw(st.integers(1, 3))
        return [node]


SIDES = ("then", "else")
