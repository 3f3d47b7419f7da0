"""The pipelines that run under faults, and what they make of a number."""

from typing import Any

from documents import Document, end, entry, loop, node, pipeline

EXPECTED: dict[str, Document] = {"forked": {"all": {"k0": 1, "k1": 2, "k2": 3}}}
"""What a route gives in addition to the number that its task was given."""


def call(id_: str, url: str, *then: str, **fields: Any) -> Document:
    """A node that calls an operation of the test's services."""
    return node(id_, *then, kind="service", url=url, **fields)


def last_call(id_: str, url: str, **fields: Any) -> Document:
    """The call before the end."""
    return call(id_, url, "done", **fields)


def document(route: str, first: str, *nodes: Document, body: Any = None) -> Document:
    """A pipeline that begins at `first` and ends in `done`."""
    body = body or {"number": 1, "text": ""}
    start = entry(first, id_="start", route=route, body=body)
    return pipeline(start, *nodes, end("done"))


def sequence(url: str) -> Document:
    """Two calls, one after the other."""
    first = call("first", url, "second")
    second = last_call("second", url)
    return document("sequence", "first", first, second)


def forked(url: str) -> Document:
    """A call, two side by side and a join, a loop over three items, one call more."""
    inner = call("inner", url, "loopEnd", input={"item": "node._loop"})
    each = loop(
        "each",
        [inner],
        "last",
        items="node.params.items",
        params={"items": [1, 2, 3]},
        concurrency=2,
        collect={"k": "inner.out.item"},
    )
    sides = {"left": "left.out.number", "right": "right.out.number"}

    return document(
        "forked",
        "first",
        call("first", url, "left", "right"),
        call("left", url, "join"),
        call("right", url, "join"),
        call("join", url, "each", input=sides),
        each,
        last_call("last", url, input={"number": "join.out.left", "all": "each.out"}),
    )


def binary(url: str) -> Document:
    """A binary that goes through two services."""
    first = call("first", url, "second")
    second = last_call("second", url)
    return document("binary", "first", first, second, body=["image", "number"])


def http_call(url: str) -> Document:
    """A call that is answered at once, with what was asked."""
    ask = node("ask", "done", kind="http", url=url)
    return document("http_call", "ask", ask)


def fan_out(*, branches_url: str, join_url: str, width: int) -> Document:
    """So many calls side by side, and a join."""
    branches = [f"b{index}" for index in range(width)]
    fork = node("fork", *branches)
    calls = [call(branch, branches_url, "join") for branch in branches]
    return document("fan_out", "fork", fork, *calls, last_call("join", join_url))


def single(route: str, url: str, **fields: Any) -> Document:
    """One call."""
    return document(route, "only", last_call("only", url, **fields))


def two_branches(route: str, url: str, **fields: Any) -> Document:
    """Two calls side by side."""
    fork = node("fork", "one", "two")
    one = last_call("one", url, **fields)
    two = last_call("two", url, **fields)
    return document(route, "fork", fork, one, two)


def service_nodes(document: Document) -> frozenset[str]:
    """The nodes whose results come by callback."""
    nodes = _nodes(document["nodes"])
    return frozenset(one["id"] for one in nodes if one["type"] == "service")


def predecessors(document: Document) -> dict[str, frozenset[str]]:
    """Which nodes lead to each node, those in the bodies of loops too.

    >>> sorted(predecessors(sequence("http://service/polite"))["second"])
    ['first']
    """
    found: dict[str, set[str]] = {}
    for one in _nodes(document["nodes"]):
        for successor in one.get("next", ()):
            found.setdefault(successor, set()).add(one["id"])
    return {successor: frozenset(nodes) for successor, nodes in found.items()}


def _nodes(nodes: list[Document]) -> list[Document]:
    """These nodes, and those in the bodies of loops."""
    found = list(nodes)
    for one in nodes:
        found += _nodes(one.get("nodes", []))
    return found
