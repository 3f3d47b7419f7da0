"""The pipelines that run under faults, and what becomes of a number in them."""

from typing import Any

Part = dict[str, Any]


def call(id_: str, url: str, *then: str, **fields: Any) -> Part:
    """A node that calls an operation of the no-op services."""
    return {"id": id_, "type": "service", "url": url, "next": list(then), **fields}


def document(route: str, first: str, *nodes: Part, body: Any = None) -> Part:
    """A pipeline that begins at `first` and ends in `done`."""
    api = {"route": route, "body": body or {"number": 1, "text": ""}}
    start = {"id": "start", "type": "entry", "api": api, "next": [first]}
    done = {"id": "done", "type": "end"}
    return {"type": "pipeline", "nodes": [start, *nodes, done]}


def row(url: str) -> Part:
    """Two calls, one after the other."""
    return document("row", "first", call("first", url, "second"), last("second", url))


def last(id_: str, url: str, **fields: Any) -> Part:
    """The call before the end."""
    return call(id_, url, "done", **fields)


def knot(url: str) -> Part:
    """A call, two side by side and a join, a loop over three items, one call more."""
    inner = call("inner", url, "loopEnd", input={"item": "node._loop"})
    each = {
        "id": "each",
        "type": "loop",
        "items": "node.params.items",
        "params": {"items": [1, 2, 3]},
        "concurrency": 2,
        "nodes": [inner],
        "collect": {"k": "inner.out.item"},
        "next": ["last"],
    }
    sides = {"left": "left.out.number", "right": "right.out.number"}
    return document(
        "knot",
        "first",
        call("first", url, "left", "right"),
        call("left", url, "join"),
        call("right", url, "join"),
        call("join", url, "each", input=sides),
        each,
        last("last", url, input={"number": "join.out.left", "all": "each.out"}),
    )


def parcel(url: str) -> Part:
    """A binary that goes through two services."""
    nodes = call("wrap", url, "unwrap"), last("unwrap", url)
    return document("parcel", "wrap", *nodes, body=["image", "number"])


def inquiry(url: str) -> Part:
    """A call that is answered at once, with what was asked."""
    ask = {"id": "ask", "type": "http", "url": url, "next": ["done"]}
    return document("inquiry", "ask", ask)


def fan(url: str, width: int) -> Part:
    """So many calls side by side, and a join."""
    branches = [f"b{index}" for index in range(width)]
    start = {"id": "fork", "type": "node", "next": branches}
    calls = [call(branch, url, "join") for branch in branches]
    join = last("join", url.replace("/together", "/polite"))
    return document("fan", "fork", start, *calls, join)


EXPECTED: dict[str, Part] = {"knot": {"all": {"k0": 1, "k1": 2, "k2": 3}}}
"""What the outputs of a route have besides the number that was asked for."""


def single(route: str, url: str, **fields: Any) -> Part:
    """One call."""
    return document(route, "only", last("only", url, **fields))


def twins(route: str, url: str, **fields: Any) -> Part:
    """Two calls side by side."""
    fork = {"id": "fork", "type": "node", "next": ["one", "two"]}
    calls = last("one", url, **fields), last("two", url, **fields)
    return document(route, "fork", fork, *calls)


def service_nodes(pipeline: Part) -> frozenset[str]:
    """The nodes whose results come by callback."""
    nodes = _nodes(pipeline["nodes"])
    return frozenset(node["id"] for node in nodes if node["type"] == "service")


def predecessors(pipeline: Part) -> dict[str, frozenset[str]]:
    """Which nodes lead to each node, those in the bodies of loops too.

    >>> sorted(predecessors(row("http://service/polite"))["second"])
    ['first']
    """
    found: dict[str, set[str]] = {}
    for node in _nodes(pipeline["nodes"]):
        for head in node.get("next", ()):
            found.setdefault(head, set()).add(node["id"])
    return {head: frozenset(tails) for head, tails in found.items()}


def _nodes(nodes: list[Part]) -> list[Part]:
    inner = [one for node in nodes for one in _nodes(node.get("nodes", []))]
    return [*nodes, *inner]
